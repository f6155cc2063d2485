"""Conversations and messages: receive, send, deliver, receipts. `send` is the only way to a customer."""
