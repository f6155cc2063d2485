"""What happened to a person, whatever conversation went on meanwhile: as the ledger has it, and no word of theirs."""

from collections.abc import Sequence
from uuid import UUID

from jawort.ledger.kinds import Kind
from jawort.ledger.queries import events_of
from jawort.messaging.thread import STOPS_SHOWN, Item, in_one, told

KINDS = (*STOPS_SHOWN, Kind.CONTACT_CREATED, Kind.CONTACT_CHANGED, Kind.REVIEW_RAISED, Kind.REVIEW_SETTLED)


def timeline(person: Sequence[UUID], limit: int, *, before: int | None = None) -> tuple[list[Item], int | None]:
    """The newest `limit` events of these contacts of a person, newest first, older than the entry `before`; and behind
    which entry older ones follow, None where there are none."""
    newest = events_of(person, limit + 1, KINDS, before=before)[::-1]
    page = newest[:limit]
    return told(in_one(page)), page[-1].id if len(newest) > limit else None
