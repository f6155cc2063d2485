"""Who has a conversation open at this moment, and who writes in it: so that nobody answers twice."""
