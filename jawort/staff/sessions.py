"""Sessions in the database, asked for only by keys that one could have."""

from django.contrib.sessions.backends import db

#: As Django asks for; its own have 32.
KEY_CHARS_MIN = 8


class SessionStore(db.SessionStore):
    """Django's own; a stranger's cookie may hold anything, also what PostgreSQL's texts cannot."""

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and len(key) >= KEY_CHARS_MIN and key.isascii() and key.isalnum()
