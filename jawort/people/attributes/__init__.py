"""What the administrator lets agents keep of contacts beside name and address: each attribute with its purpose."""
