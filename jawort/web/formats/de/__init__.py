"""German: Django’s own formats, but for the short forms."""
