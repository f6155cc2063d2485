"""What could not be taken in or carried out, why, and the way to try again."""
