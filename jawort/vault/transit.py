"""Day keys: made a day ahead, their private half destroyed after eight days.

What the webhook listener stored and nobody took in within that time can then be opened by nobody. The private half is
wrapped under the epoch's key, so that copies of the row in backups end with the epoch.
"""

from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.vault import epochs
from jawort.vault.seal import unwrap, wrap
from jawort.vault.transit_seal import LISTENER_CHANNEL, Opener, Session, new_pair

DAYS_KEPT = 8  # a parked body stays seven days and is then a day late at most
DAYS_AHEAD = 2  # the listener finds tomorrow's key at midnight without waiting for a worker

# A day whose private half is destroyed comes back only when a moved clock is moved back; the listener would seal to a
# key that nobody has.
_MAKE = """
INSERT INTO vault_transitday AS t (day, public, epoch_id, wrapped) VALUES (%s, %s, %s, %s)
    ON CONFLICT (day) DO UPDATE SET public = excluded.public, epoch_id = excluded.epoch_id, wrapped = excluded.wrapped
 WHERE t.wrapped IS NULL
"""
_LIVING = "SELECT day FROM vault_transitday WHERE day = ANY(%b::date[]) AND wrapped IS NOT NULL"
_DESTROY = """
UPDATE vault_transitday SET wrapped = NULL, epoch_id = NULL WHERE day < %s AND wrapped IS NOT NULL RETURNING day
"""
_PUBLIC = "SELECT public FROM vault_transitday WHERE day = %s AND wrapped IS NOT NULL"
_PRIVATE = """
SELECT t.epoch_id, e.wrapped, t.wrapped
  FROM vault_transitday t JOIN vault_epoch e ON e.number = t.epoch_id
 WHERE t.day = %s AND e.wrapped IS NOT NULL
"""


def ensure_days(at: datetime) -> None:
    """Make the keys of today and tomorrow (UTC) if they lack, destroy those older than eight days.

    Called at start and daily; calling again changes nothing. Raises WrongRootError.
    """
    today = at.astimezone(UTC).date()
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LIVING, [days])
        living = {row[0] for row in cursor.fetchall()}
        for day in (day for day in days if day not in living):
            epoch = epochs.current()
            public, private = new_pair()
            cursor.execute(_MAKE, [day, public, epoch.number, wrap(epoch.key, private, _bound(day))])
        if not living.issuperset(days):
            cursor.execute("SELECT pg_notify(%s, '')", [LISTENER_CHANNEL])
        cursor.execute(_DESTROY, [today - timedelta(days=DAYS_KEPT)])
        gone = sorted(row[0] for row in cursor.fetchall())
        record([Entry(Kind.TRANSIT_KEY_DESTROYED, "system", None, {"day": day.isoformat()}) for day in gone], at)


def session(at: datetime) -> Session:
    """Seals to the day's key what a worker itself puts back into the queue. The key is made if the day has none."""
    today = at.astimezone(UTC).date()
    public = _public(today)
    if public is None:
        ensure_days(at)
        public = _public(today)
    assert public is not None
    return Session(public, today)


def _public(day: date) -> bytes | None:
    """The public half of a day's key, None where nothing sealed to it could be opened."""
    with connection.cursor() as cursor:
        cursor.execute(_PUBLIC, [day])
        row = cursor.fetchone()
    return None if row is None else bytes(row[0])


def opener() -> Opener:
    """Opens stored bodies; keep one per consumer. It remembers agreed keys for ten minutes."""
    return Opener(private_of)


def private_of(day: date) -> bytes | None:
    """The private half of a day's key, None once destroyed. Raises Unreadable if its row was changed."""
    with connection.cursor() as cursor:
        cursor.execute(_PRIVATE, [day])
        row = cursor.fetchone()
    if row is None:
        return None
    number, by, wrapped = row
    return unwrap(epochs.epoch_key(number, bytes(by)), bytes(wrapped), _bound(day))


def _bound(day: date) -> bytes:
    return b"jw/day/1\0" + day.isoformat().encode()
