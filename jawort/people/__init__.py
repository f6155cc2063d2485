"""Customers and the addresses that WhatsApp and others know them by: who is writing, never guessed wrongly."""
