"""The inbound story: from a stored body to a message on the screen. Imports what it needs; nothing imports it back."""
