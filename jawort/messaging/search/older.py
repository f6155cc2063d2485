"""What somebody is shown of a scan: only what they may read, in the view and with the filters they chose."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from jawort.messaging.among import among
from jawort.messaging.listing import narrowed
from jawort.messaging.queries import Listing, in_view
from jawort.messaging.rows import rows_of
from jawort.messaging.search.ask import Begin, Look, Progress, State, begin, look
from jawort.messaging.search.queries import SHOWN_MAX, Hit, hits_of, readable
from jawort.messaging.search.rules import wanted
from jawort.staff.models import Agent


@dataclass(frozen=True, slots=True)
class Older:
    """How far a scan has come, and the newest of its hits.

    `elsewhere` that some lie outside of what is listed. `below` is where to go on for older ones than are shown; None
    where there are none.
    """

    state: State
    scan: UUID | None
    text: str
    hits: list[Hit]
    looked: int
    reached: datetime | None
    elsewhere: bool
    below: UUID | None

    @property
    def conversations(self) -> set[UUID]:
        """What of is handed out."""
        return {hit.row.id for hit in self.hits}


def begun(person: Agent, listing: Listing, asked: Begin, now: datetime, place: Path) -> Older:
    """Begin a scan for this person; `place` is where the search process listens. Raises Away."""
    return _shown(person, listing, begin(asked, place), now, place)


def seen(person: Agent, listing: Listing, asked: Look, now: datetime, place: Path) -> Older:
    """How far it has come. Raises Away."""
    return _shown(person, listing, look(asked, place), now, place)


def _shown(person: Agent, listing: Listing, told: Progress, now: datetime, place: Path) -> Older:
    """One that has found more than is shown is stopped: it goes on below when it is asked to."""
    found = readable(person, told.messages)
    homes = dict(found.values_list("pk", "conversation_id"))
    shown = narrowed(in_view(person, listing.view, now), listing.filters, now)
    there = set(shown.filter(among("pk", set(homes.values()))).values_list("pk", flat=True))
    page = [message for message, home in homes.items() if home in there]
    is_more = len(page) > SHOWN_MAX
    if is_more and told.state is State.RUNS and told.scan:
        told = look(Look(person.pk, told.scan, stop=True), place)
    messages = list(found.filter(among("pk", page[:SHOWN_MAX])))
    rows = {row.id: row for row in rows_of([*{homes[one.pk] for one in messages}])}
    below = told.below if told.state in {State.STOPPED, State.FULL, State.FAILED} else None
    return Older(
        state=State.FULL if is_more else told.state,
        scan=told.scan,
        text=told.text,
        hits=hits_of(messages, rows, wanted(told.text)),
        looked=told.looked,
        reached=messages[-1].created_at if is_more else told.reached,
        elsewhere=len(there) < len(set(homes.values())),
        below=messages[-1].pk if is_more else below,
    )
