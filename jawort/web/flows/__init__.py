"""The data-flow page: what leaves the house, to whom and why, where what lies, and what a firewall lets pass."""
