"""Vendor libraries, one folder a channel. They know the vendor and nothing of our tables."""
