"""What leaves the house, to whom and why: counts a day, and the list that a firewall is set up by."""
