"""Filters and an order under a name: each agent's own, and those that everybody sees."""
