"""What customers see of us in a browser: the side door."""
