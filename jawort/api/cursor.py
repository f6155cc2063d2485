"""Where a list of conversations goes on, for a program that passes nothing but an id.

The list is in the order of the newest message, so a conversation moves up while somebody pages through. What `last_at`
it had when its page was given is remembered here for ten minutes: ids and times only, in memory. A process that does
not remember goes on from where the conversation stands now; it may then give rows again, but remembers its own `next`,
so that no walk is without end.
"""

from datetime import datetime
from uuid import UUID

from jawort.messaging.queries import View
from jawort.messaging.rows import Row
from jawort.vault.memory import Memory

_KEPT_MAX = 20_000
_Place = tuple[UUID, View | None, UUID]
_given: Memory[_Place, datetime] = Memory(_KEPT_MAX)


def given(token: UUID, view: View | None, last: Row) -> UUID:
    """Remember the end of a page; its id, to be passed as `after`."""
    _given.put({(token, view, last.id): last.last_at}, _given.generation)
    return last.id


def moment(token: UUID, view: View | None, after: UUID | None) -> datetime | None:
    """The `last_at` that `after` had when this program was given it; None if nobody remembers."""
    return _given.get([(token, view, after)]).get((token, view, after)) if after else None
