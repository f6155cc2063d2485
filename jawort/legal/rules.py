"""Which address customers can be sent to."""

from typing import Final
from urllib.parse import urlsplit

CHARACTERS_MAX: Final = 500


def is_fit(url: str) -> bool:
    """Over https, to a named host, without anybody's password, and as one word."""
    if not 0 < len(url) <= CHARACTERS_MAX or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and "." in host and port != 0 and "@" not in parts.netloc
