"""What somebody must look at now, since when, and what to do."""
