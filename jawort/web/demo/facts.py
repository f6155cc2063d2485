"""What the tour is told: entries of the ledger, states of messages, and what the steps show of them."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Checkpoint, Entry
from jawort.lines.models import Line
from jawort.messaging.contents import texts_of
from jawort.messaging.models import Message
from jawort.people.models import Alias
from jawort.people.rules import AliasKind
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission, Role
from jawort.staff.queries import who_may
from jawort.web.demo.tour import KINDS, Fact, Letter, Story

#: What every beginning of a tour names as its object, so that the newest one is found by an index.
TOUR = UUID("0a2b6d1e-7c57-4f0e-9d8c-1d0a7e5b3c11")
#: More is no tour but a load test; its first facts still tick what they tick.
FACTS_MAX = 2_000
_LETTERS = frozenset({Kind.MESSAGE_IN, Kind.MESSAGE_OUT, Kind.MESSAGE_REFUSED})
_FIRST = (Role.AGENT, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Sight:
    """A message of the tour: where it is handled, and its text; None while it does not open, as after a forgery."""

    message: UUID
    conversation: UUID | None
    text: str | None


def story() -> Story | None:
    """Everything since the tour began last; None if it never did."""
    begun = Entry.objects.filter(object=TOUR, kind=Kind.DEMO_TOUR_BEGUN).order_by("-id").values_list("id").first()
    if begun is None:
        return None
    entries = Entry.objects.filter(id__gt=begun[0], kind__in=[str(kind) for kind in KINDS]).order_by("id")
    rows = entries.values_list("id", "kind", "actor", "object", "facts", "log_index")[:FACTS_MAX]
    facts = [Fact(*row) for row in rows]
    written = {fact.object for fact in facts if fact.object and fact.kind in _LETTERS}
    return Story(facts, _letters(written))


def _letters(ids: set[UUID]) -> dict[UUID, Letter]:
    number = Alias.objects.filter(
        contact_id=OuterRef("contact_id"),
        kind__in=[AliasKind.PHONE, AliasKind.WA_ID],
        first_seen__lte=OuterRef("created_at"),
    )
    messages = Message.objects.filter(pk__in=ids).annotate(numberless=~Exists(number))
    rows = messages.values_list("pk", "conversation_id", "state", "kind", "numberless", "contact_id", "gate")
    return {pk: Letter(*row) for pk, *row in rows}


def sight(message_id: UUID | None) -> Sight | None:
    """A message, opened; None if there is none. Who shows the text records the hand-out."""
    message = Message.objects.filter(pk=message_id).first() if message_id else None
    return Sight(message.pk, message.conversation_id, texts_of([message]).get(message.pk)) if message else None


def entry_of(fact: Fact) -> Entry | None:
    """The whole entry."""
    return Entry.objects.filter(pk=fact.id).first()


def signed_note(size: int) -> bytes | None:
    """The checkpoint that was signed when the log had this size."""
    note = Checkpoint.objects.filter(size=size).values_list("note", flat=True).first()
    return None if note is None else bytes(note)


def line_name() -> str:
    """A word that does lie in the database in clear: what our own line is called."""
    return Line.objects.order_by("pk").values_list("name", flat=True).first() or ""


def data_dir() -> Path:
    """Everything of this demo is below it."""
    return Path(settings.CONFIG.data_dir)


def persons() -> list[Agent]:
    """Everybody whom a visitor may be: who answers customers first, then who leads, protects and administers."""
    return sorted(who_may(Permission.SETTINGS_OWN), key=lambda agent: (_FIRST.index(Role(agent.role)), agent.name))
