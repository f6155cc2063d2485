"""The contacts: finding somebody, who it is, what went on with them."""
