"""What came in, on its way to messaging."""
