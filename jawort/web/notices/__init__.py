"""What WhatsApp reported of our account, numbers and templates, and what to do about it."""
