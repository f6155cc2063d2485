"""The inbox: list, thread, composer, panel, and the page that shows both sides of a message."""
