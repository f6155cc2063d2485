"""Files pass by a single-use link to our own host, and not over WhatsApp: asked for, or handed over."""
