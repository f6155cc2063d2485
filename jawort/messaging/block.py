"""Somebody is blocked at the platform, or no more: on one line, where they wrote within a day.

What a person on that list writes does not come here any more, and nothing leaves for them from the moment in which
somebody of ours asks for it. A job tells the platform; what it makes of it stands in the row, and the ledger has both.
The platform has no call by which a business reports somebody: that can be done in WhatsApp's own programs alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.db import IntegrityError, transaction

from jawort.channels.types import Noted, Refused, Retry, Uncertain
from jawort.channels.whatsapp.errors import meaning
from jawort.consent.models import Block
from jawort.core import clock
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.outcome import Again, Done, Job, Outcome
from jawort.lanes.rules import backoff
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.messaging.live import notify_about
from jawort.messaging.models import Conversation
from jawort.people.persons import contacts_of
from jawort.people.queries import Address, addresses

BLOCK: Final = "block"
#: The platform's code, with the person, for whom it does not have on the list: then there is nothing to lift.
NOT_LISTED: Final = 139100

State = Block.State
#: What a block becomes when the platform has done what it was asked for, and what the ledger calls that.
_DONE: Final = {State.ASKED: (State.STANDS, "blocked"), State.LIFTING: (State.LIFTED, "lifted")}


class CannotBlock(ValueError):
    """The platform blocks only who wrote within 24 hours, and whom we can name."""


@transaction.atomic
def block(conversation: Conversation, *, actor: str, at: datetime) -> None:
    """Nothing leaves for this person on this line any more; the platform is asked to take nothing from them either.

    Asking twice changes nothing. Raises CannotBlock.
    """
    contact, line = conversation.contact_id, conversation.line
    person = contacts_of(contact)
    open_ = Conversation.objects.filter(contact__in=person, line=line, window_ends_at__gt=at)
    if not open_.exists() or contact not in addresses([contact], line.scope):
        raise CannotBlock
    row = Block(contact_id=contact, line=line, state=State.ASKED, since=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return
    _ask(row, at)
    _told(row, "asked", actor, at)


@transaction.atomic
def unblock(conversation: Conversation, *, actor: str, at: datetime) -> None:
    """Ask the platform to take from this person again; until it does nothing leaves. Asking twice changes nothing."""
    standing = Block.objects.select_for_update().filter(
        contact__in=contacts_of(conversation.contact_id),
        line=conversation.line_id,
        state__in=[State.ASKED, State.STANDS],
    )
    for row in standing:
        row.state, row.failure = State.LIFTING, ""
        row.save(update_fields=["state", "failure"])
        _ask(row, at)
        _told(row, "lifting_asked", actor, at)


class BlockList(Protocol):
    """The way to the platform's list of whom a number blocks."""

    def block(self, line_id: UUID, address: Address, *, on: bool) -> Noted | Refused | Uncertain:
        """What putting somebody on it, or taking them off it, came to. Asking again changes nothing."""


class Blocker:
    """The lane handler: it brings the platform's list to what the row says."""

    def __init__(self, known: BlockList) -> None:
        self.known = known

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Outcome]:
        """What becomes of each job."""
        return [self._bring(job) for job in jobs]

    def _bring(self, job: Job) -> Outcome:
        row = Block.objects.select_related("line").filter(pk=job.ids["block"]).first()
        if row is None or row.state not in (State.ASKED, State.LIFTING):
            return Done()  # settled by a job before this one
        address = addresses([row.contact_id], row.line.scope).get(row.contact_id)
        if address is None:  # the person was erased, or another has the number: nobody is left to name
            return _settled(row, State.LIFTED, "lifted")
        match self.known.block(row.line_id, address, on=row.state == State.ASKED):
            case Noted():
                return _settled(row, *_DONE[State(row.state)])
            case Uncertain(reason):
                return Again(clock.now() + backoff(job.attempts + 1, job.id), reason)
            case Refused(code, reason, retry) if retry not in (Retry.NEVER, Retry.ALARM):
                wait = max(backoff(job.attempts + 1, job.id), timedelta(seconds=meaning(code).after_s))
                return Again(clock.now() + wait, reason)
            case Refused(code):
                return _refused(row, code)


def _refused(row: Block, code: int) -> Done:
    if row.state == State.ASKED:
        return _settled(row, State.REFUSED, "refused", code)
    if code == NOT_LISTED:
        return _settled(row, State.LIFTED, "lifted")
    return _settled(row, State.STANDS, "lift_refused", code)


@transaction.atomic
def _settled(row: Block, state: Block.State, change: str, code: int | None = None) -> Done:
    """What the platform made of it; unless somebody changed their mind meanwhile, for then another job comes."""
    failure = "" if code is None else str(code)
    if Block.objects.filter(pk=row.pk, state=row.state).update(state=state, failure=failure):
        _told(row, change, "system", clock.now(), code)
    return Done()


def _ask(row: Block, at: datetime) -> None:
    enqueue([NewJob(f"contact:{row.contact_id}", BLOCK, {"block": str(row.pk)})], at)


def _told(row: Block, change: str, actor: str, at: datetime, code: int | None = None) -> None:
    facts: dict[str, JSON] = {"change": change} | ({} if code is None else {"code": code})
    record([Entry(Kind.BLOCK_CHANGED, actor, row.contact_id, facts, related=row.line_id)], at)
    notify_about([row.contact_id])
