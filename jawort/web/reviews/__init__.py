"""Doubts about who somebody is: what happened, both conversations, and the way to settle them."""
