"""Jawort: a company talks to its customers through one connector and one inbox of its own."""

__version__ = "0.1.0"
