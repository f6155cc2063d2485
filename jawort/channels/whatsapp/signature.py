"""The signature under a webhook body: HMAC-SHA256 over the bytes as received, keyed with the app secret.

Over the bytes, not over the parsed object: the platform escapes non-ASCII and slashes, so a body that was parsed and
written again has another signature exactly when it holds German or emoji.
"""

import hmac
import re
from collections.abc import Sequence

_HEADER = re.compile(rb"sha256=([0-9a-f]{64})")


def verify(body: bytes, header: bytes | str | None, secrets: Sequence[bytes]) -> bool:
    """Whether `header` (X-Hub-Signature-256) signs `body` with one of `secrets`: two while one is being replaced.

    Takes the same time for every wrong signature. A missing or malformed header is no signature.
    """
    if isinstance(header, str):
        header = header.encode("ascii", "replace")
    given = _HEADER.fullmatch(header or b"")
    if given is None:
        return False
    stands = False
    for secret in secrets:
        stands |= hmac.compare_digest(hmac.digest(secret, body, "sha256").hex().encode(), given[1])
    return stands


def sign(body: bytes, secret: bytes) -> str:
    """The header's value for `body`."""
    return "sha256=" + hmac.digest(secret, body, "sha256").hex()
