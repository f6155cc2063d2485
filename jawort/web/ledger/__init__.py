"""The ledger as a page for people and as tiles for verifiers."""
