"""English as the rest of Europe reads it: day before month, 24 hours."""
