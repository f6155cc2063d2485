"""Sessions in the database, asked for only by keys that one could have. Each knows whose it is and when it was used."""

from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from jawort.staff.browsers import browser_of
from jawort.staff.models import Session

#: As Django asks for; its own have 32.
KEY_CHARS_MIN = 8
#: More would tell when somebody works, and cost a write per request.
SEEN_TO: Final = timedelta(minutes=15)


class SessionStore(db.SessionStore):
    """Django's own; a stranger's cookie may hold anything, also what PostgreSQL's texts cannot."""

    #: What the row said when it was read.
    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Ours in place of Django's."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row, with whose it is."""
        row = cast(Session, super().create_model_instance(data))
        row.agent_id = UUID(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc]  # the stubs leave it out
        self.seen_at = row.seen_at if row else None
        return row

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and len(key) >= KEY_CHARS_MIN and key.isascii() and key.isalnum()


def seen(session: SessionStore, user_agent: str, at: datetime) -> None:
    """Note that it is in use, and in which browser: once in a quarter of an hour, to the quarter."""
    quarter = at - (at - datetime.min.replace(tzinfo=at.tzinfo)) % SEEN_TO
    if session.session_key and session.seen_at != quarter:
        Session.objects.filter(session_key=session.session_key).update(seen_at=quarter, browser=browser_of(user_agent))
        session.seen_at = quarter


def forget_ended(at: datetime) -> None:
    """Delete what nobody can use any more."""
    Session.objects.filter(expire_date__lt=at).delete()
