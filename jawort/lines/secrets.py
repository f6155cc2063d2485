"""How a line's secrets are named and written. Needs no Django: the webhook listener opens the app's with it.

App secrets and verify tokens are sealed under the ingest key, which the listener has; access tokens under a key that
it has not.
"""

import json
from collections.abc import Sequence
from uuid import UUID

from jawort.vault.secret import open_secret, seal_secret

SECRETS_MAX = 2  # the present one and, while it is being replaced, the one before


def seal_app_secrets(app_id: UUID, secrets: Sequence[str], ingest_key: bytes) -> bytes:
    """One or two app secrets, newest first. Raises ValueError for none, for more, or for an empty one."""
    if not 0 < len(secrets) <= SECRETS_MAX or not all(secrets):
        raise ValueError("An app has one secret, or two while one is being replaced.")
    return seal_secret(f"lines/app/{app_id}/secrets", json.dumps(list(secrets)).encode(), ingest_key)


def open_app_secrets(app_id: UUID, sealed: bytes, ingest_key: bytes) -> list[str]:
    """The app's secrets, newest first. Raises vault.seal.Unreadable."""
    found: list[str] = json.loads(open_secret(f"lines/app/{app_id}/secrets", sealed, ingest_key))
    return found


def seal_verify_token(app_id: UUID, token: str, ingest_key: bytes) -> bytes:
    """The token that the platform shows when the callback is set. Raises ValueError for an empty one."""
    if not token:
        raise ValueError("The verify token must not be empty.")
    return seal_secret(f"lines/app/{app_id}/verify", token.encode(), ingest_key)


def open_verify_token(app_id: UUID, sealed: bytes, ingest_key: bytes) -> str:
    """Raises vault.seal.Unreadable."""
    return open_secret(f"lines/app/{app_id}/verify", sealed, ingest_key).decode()


def seal_access_token(line_id: UUID, token: str, secret_key: bytes) -> bytes:
    """The token that a line sends with. Raises ValueError for an empty one."""
    if not token:
        raise ValueError("The access token must not be empty.")
    return seal_secret(f"lines/line/{line_id}/token", token.encode(), secret_key)


def seal_setup_token(setup_id: UUID, token: str, secret_key: bytes) -> bytes:
    """The token that numbers are connected with. Raises ValueError for an empty one."""
    if not token:
        raise ValueError("The access token must not be empty.")
    return seal_secret(f"lines/setup/{setup_id}/token", token.encode(), secret_key)


def open_setup_token(setup_id: UUID, sealed: bytes, secret_key: bytes) -> str:
    """Raises vault.seal.Unreadable."""
    return open_secret(f"lines/setup/{setup_id}/token", sealed, secret_key).decode()


def open_access_token(line_id: UUID, sealed: bytes, secret_key: bytes) -> str:
    """Raises vault.seal.Unreadable."""
    return open_secret(f"lines/line/{line_id}/token", sealed, secret_key).decode()
