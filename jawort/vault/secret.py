"""What the installation itself keeps sealed: tokens, app secrets, quick replies. Needs no Django."""

from jawort.vault.seal import unwrap, wrap


def seal_secret(name: str, value: bytes, key: bytes) -> bytes:
    """`value` sealed under `key` and bound to `name`, which says whose secret it is ("lines/<id>/token")."""
    return wrap(key, value, _bound(name))


def open_secret(name: str, sealed: bytes, key: bytes) -> bytes:
    """What `seal_secret` was given. Raises Unreadable, also when it was sealed for another name."""
    return unwrap(key, sealed, _bound(name))


def _bound(name: str) -> bytes:
    return b"jw/secret/1\0" + name.encode()
