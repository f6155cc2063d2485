"""What somebody must look at now: seen by pure rules, raised once, told by page, mail and webhook, ended by itself."""
