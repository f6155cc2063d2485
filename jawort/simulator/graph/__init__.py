"""The Graph API: every path that the platform's clients call, by topic. `paths.py` lists them."""
