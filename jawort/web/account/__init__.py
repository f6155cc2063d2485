"""Signing in and out, and the language before that."""
