"""Whom a note names with an @, as long as they have not looked."""
