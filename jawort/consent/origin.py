"""Which page shows a question: its origin, as browsers name it. Pure."""

import re
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")


def origin_of(address: str) -> str:
    """The origin of a page, as browsers send it (RFC 6454). Raises ValueError where it is none, or not encrypted.

    Without encryption anybody on the way could change the question; only this machine itself is let through so.
    """
    parts = urlsplit(address.strip().lower())
    named = parts.hostname or ""
    host = named.encode("idna").decode()
    # What this old table folds into another name (“ß” into “ss”) browsers do not: it would name somebody else's host.
    if host.encode().decode("idna") != named and host != named:
        raise ValueError(address)
    if parts.scheme not in {"https", "http"} or not _HOST.fullmatch(host) or "@" in parts.netloc:
        raise ValueError(address)
    if parts.scheme == "http" and host not in {"localhost", "127.0.0.1"}:
        raise ValueError(address)
    port = "" if parts.port in {None, {"https": 443, "http": 80}[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
