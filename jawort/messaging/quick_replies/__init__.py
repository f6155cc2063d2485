"""Texts that are ready to be sent: shared ones of the company, and each agent's own; with placeholders, sealed."""
