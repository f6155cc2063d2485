"""Labels that the administrator defines, and which conversation carries which."""
