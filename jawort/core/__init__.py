"""Clock, ids, phone numbers, column declarations, configuration. Standard library only."""
