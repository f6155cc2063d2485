"""Sessions in the database, asked for only by keys that one could have. Each knows whose it is and when it was used.

Session and person are read at once: every page needs both, and to ask for each by its model took a tenth of a page.
"""

from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.utils.crypto import constant_time_compare

from jawort.staff.browsers import browser_of
from jawort.staff.models import Agent, Session

#: As Django asks for; its own have 32.
KEY_CHARS_MIN = 8
#: More would tell when somebody works, and cost a write per request.
SEEN_TO: Final = timedelta(minutes=15)


_COLUMNS: Final = [field.attname for field in Agent._meta.concrete_fields]  # each is called so in the table
_READ: Final = f"""
SELECT s.session_data, s.seen_at, {", ".join(f"a.{column}" for column in _COLUMNS)}
  FROM staff_session s LEFT JOIN staff_agent a ON a.id = s.agent_id
 WHERE s.session_key = %s AND s.expire_date > statement_timestamp()
"""  # noqa: S608 - of the model


class SessionStore(db.SessionStore):
    """Django's own; a stranger's cookie may hold anything, also what PostgreSQL's texts cannot."""

    #: What the row said when it was read, and whose it is.
    seen_at: datetime | None = None
    person: Agent | None = None

    def load(self) -> dict[str, Any]:
        """What it holds; nothing, and it has no key any more, if it has ended."""
        with connection.cursor() as cursor:
            cursor.execute(_READ, [self.session_key])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        data, self.seen_at, *whose = row
        if whose[0] is not None:
            self.person = Agent.from_db(connection.alias, _COLUMNS, whose)
        return self.decode(data)

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Ours in place of Django's."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row, with whose it is."""
        row = cast(Session, super().create_model_instance(data))
        row.agent_id = UUID(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and len(key) >= KEY_CHARS_MIN and key.isascii() and key.isalnum()


def person_in(session: SessionBase) -> Agent | None:
    """Who is signed in, as Django says it: an open account, let in by a way that stands, whose password is still the
    one that it had then. A session of before another password ends here.
    """
    if SESSION_KEY not in session or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    person = session.person if isinstance(session, SessionStore) else None
    if person is None or str(person.pk) != session[SESSION_KEY]:  # somebody signed in with this very request
        person = Agent.objects.filter(pk=session[SESSION_KEY]).first()
    if person is None or not person.is_active:
        return None
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        session.flush()
        return None
    return person


def seen(session: SessionStore, user_agent: str, at: datetime) -> None:
    """Note that it is in use, and in which browser: once in a quarter of an hour, to the quarter."""
    quarter = at - (at - datetime.min.replace(tzinfo=at.tzinfo)) % SEEN_TO
    if session.session_key and session.seen_at != quarter:
        Session.objects.filter(session_key=session.session_key).update(seen_at=quarter, browser=browser_of(user_agent))
        session.seen_at = quarter


def forget_ended(at: datetime) -> None:
    """Delete what nobody can use any more."""
    Session.objects.filter(expire_date__lt=at).delete()
