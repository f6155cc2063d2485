"""A person’s own choices."""
