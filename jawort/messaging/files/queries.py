"""Files as a thread and a program see them. Names are opened here; who asks records the hand-out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from jawort.messaging.files.content import PAGE, SMALL, Description, Stream
from jawort.messaging.files.models import File
from jawort.messaging.files.rules import Shown, State, lie
from jawort.messaging.files.store import describe


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a message. Of one that is not stored only state and reason are known; `reason` is a code.

    `shown` is what it may be shown as; where it is nothing, `why` says what forbids it. `small` and `page` are the
    pictures made of it. `lied` is the other type that it was said to be, by type or name; empty if neither lies.
    """

    id: UUID
    state: State
    reason: str = ""
    name: str = ""
    claimed: str = ""
    type: str = ""
    size: int = 0
    shown: Shown = Shown.NOT
    why: str = ""
    lied: str = ""
    small: Stream | None = None
    page: Stream | None = None


#: In place of the reason of a stored file that does not open: its key is gone, or somebody changed its bytes.
UNREADABLE = "unreadable"


def attached(messages: Collection[UUID], again: Mapping[UUID, UUID] | None = None) -> dict[UUID, tuple[Attached, ...]]:
    """The files of each message that has any, in the order in which they were named.

    `again` names the file of each message that was sent again: the file belongs to the one that took it along first.
    """
    again = again or {}
    if not messages and not again:
        return {}
    files = list(File.objects.filter(Q(message__in=messages) | Q(pk__in=set(again.values()))).order_by("pk"))
    said = describe(files)
    found: dict[UUID, tuple[Attached, ...]] = {}
    for file in files:
        if file.message_id is not None:
            one = _attached(file, said.get(file.pk))
            found[file.message_id] = (*found.get(file.message_id, ()), one)
    by_id = {one.id: one for every in found.values() for one in every}
    return found | {message: (by_id[file],) for message, file in again.items() if file in by_id}


def _attached(file: File, said: Description | None) -> Attached:
    state = State(file.state)
    if said is None:
        return Attached(file.pk, state, UNREADABLE if state is State.STORED else file.reason)
    found = said.found
    return Attached(
        id=file.pk,
        state=state,
        name=said.claims.name,
        claimed=said.claims.type,
        type=found.type,
        size=found.size,
        shown=Shown(found.shown),
        why=found.why,
        lied=lie(said.claims.type, said.claims.name, found.type),
        small=said.stream(SMALL),
        page=said.stream(PAGE),
    )
