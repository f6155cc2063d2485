"""Lines: the company's own numbers, their tokens, health and record counters."""
