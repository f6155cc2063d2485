"""The API for programs of the company: bearer tokens, JSON, the same doors and the same gate as the desk."""
