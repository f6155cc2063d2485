"""What allauth asks of us about second factors: how their secrets are sealed."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter

from jawort.vault.secret import open_secret, seal_secret
from jawort.vault.state import vault

_KEY = "second_factor"
_BOUND = "staff/second_factor"


class Adapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Secrets lie sealed under a key of the installation, like the tokens of lines; allauth keeps text."""

    def encrypt(self, text: str) -> str:
        """What is stored of `text`."""
        return base64.b64encode(seal_secret(_BOUND, text.encode(), vault().key(_KEY))).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed. Raises Unreadable."""
        return open_secret(_BOUND, base64.b64decode(encrypted_text), vault().key(_KEY)).decode()
