"""A conversation as it is read: messages, notes, and what happened, in the order in which it came."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language

from jawort.channels.parts import Part, Product, Referral
from jawort.consent.models import DeclaredPurpose
from jawort.consent.purpose import CAMPAIGNS, CARE, WIDER
from jawort.consent.purposes import asked_for, purposes
from jawort.consent.state import Event as ConsentEvent
from jawort.consent.state import Standing
from jawort.core import clock
from jawort.ledger.kinds import Kind
from jawort.ledger.queries import Event, events_of, indices
from jawort.messaging.about import ON_ANOTHER, STANDS_ON_ANOTHER, Quote, around
from jawort.messaging.access import threads_of
from jawort.messaging.again import waits_until
from jawort.messaging.ask_consent import consents_of
from jawort.messaging.contents import UNREADABLE
from jawort.messaging.failures import Told, failures_of
from jawort.messaging.files.queries import Attached, attached
from jawort.messaging.gate import Answer, Recipient, answers
from jawort.messaging.labels.queries import label_names
from jawort.messaging.models import Conversation, Message
from jawort.messaging.queries import masked
from jawort.messaging.rows import Row, rows_of
from jawort.messaging.rules import State, may_retry, may_undo
from jawort.messaging.side_door.queries import Shown as Door
from jawort.messaging.side_door.queries import doors_of
from jawort.people.queries import username_in
from jawort.people.rules import CHANGED, AliasKind
from jawort.staff.queries import names as staff_names

EVENTS_SHOWN = (
    Kind.CONVERSATION_OPENED,
    Kind.CONVERSATION_ASSIGNED,
    Kind.CONVERSATION_RESOLVED,
    Kind.CONVERSATION_REOPENED,
    Kind.CONVERSATION_SNOOZED,
    Kind.CONVERSATION_WOKEN,
    Kind.CONVERSATION_LABELLED,
)
#: What happened to the person, told in every conversation that went on meanwhile.
STOPS_SHOWN = (
    Kind.OBJECTION_CHANGED,
    Kind.RESTRICTION_CHANGED,
    Kind.PREFERENCE_TOLD,
    Kind.PAUSE_CHANGED,
    Kind.CONSENT_CHANGED,
    Kind.CONTACT_BOOK_CHANGED,
    Kind.BLOCK_CHANGED,
    Kind.CONTACT_MERGED,
    Kind.CONTACT_UNMERGED,
    Kind.ALIAS_CLOSED,
)
#: That somebody was asked, the question itself says.
ASKED = str(ConsentEvent.REQUESTED)
EVENTS_MAX = 200
EARLIER_MAX = 20
NUMBERS = frozenset({AliasKind.PHONE, AliasKind.WA_ID})

# One question where nearly always the answer is nothing; what is found is then read by whom it belongs to.
_MORE = """
SELECT 'file', f.message_id
  FROM unnest(%b::uuid[]) AS of (id)
 CROSS JOIN LATERAL (SELECT message_id FROM messaging_file WHERE message_id = of.id OFFSET 0) AS f
 UNION ALL
SELECT 'failure', f.message_id
  FROM unnest(%b::uuid[]) AS of (id)
 CROSS JOIN LATERAL (SELECT message_id FROM messaging_failure WHERE message_id = of.id OFFSET 0) AS f
 UNION ALL
SELECT 'repeat', m.retry_of_id
  FROM unnest(%b::uuid[]) AS of (id)
 CROSS JOIN LATERAL (SELECT retry_of_id FROM messaging_message WHERE retry_of_id = of.id OFFSET 0) AS m
 UNION ALL
SELECT 'reaction', m.about_id
  FROM unnest(%b::uuid[]) AS of (id)
 CROSS JOIN LATERAL (SELECT about_id, kind FROM messaging_message WHERE about_id = of.id OFFSET 0) AS m
 WHERE m.kind = 'reaction'
"""

_EARLIER = """
SELECT id, opened_at, resolved_at FROM messaging_conversation
 WHERE contact_id = ANY(%b::uuid[]) AND id <> %b ORDER BY opened_at DESC LIMIT %b
"""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a thread. `kind` is what the message is, `unreadable`, or of an event what happened.

    `part` is what it holds beside its text, `quote` what it answers, `reactions` the emojis that stand on it,
    `our_reaction` ours among them. `subject` is whom or which label an event names, its `text` in which direction
    something changed.
    `product` is what the customer asks about, `often` that it was passed on many times.
    `standby` that Meta Business Agent had the chat when it came. `sent_at` is the platform's time: `at` may be later.
    `told` is what the platform said when it failed; of a message that has arrived all the same it is an incident.
    `waits_until` is from when it can be sent again, where that is not yet; `leaves_at` until when it waits so that
    its author can undo it, and set for as long as that is possible.
    `side_door` says that its files did not pass over WhatsApp, `door` is the door whose link it holds; `notice` is what
    left below its text, to somebody who was answered for the first time."""

    id: str
    direction: str
    kind: str
    text: str
    state: str
    at: datetime
    author: str | None = None
    subject: str | None = None
    client_id: UUID | None = None
    refusal: str = ""
    failure: str = ""
    told: Told | None = None
    ledger_index: int | None = None
    can_retry: bool = False
    waits_until: datetime | None = None
    part: Part | None = None
    quote: Quote | None = None
    reactions: tuple[str, ...] = ()
    our_reaction: str = ""
    forwarded: bool = False
    referral: Referral | None = None
    files: tuple[Attached, ...] = ()
    product: Product | None = None
    often: bool = False
    standby: bool = False
    sent_at: datetime | None = None
    leaves_at: datetime | None = None
    author_id: UUID | None = None
    side_door: bool = False
    door: Door | None = None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another conversation with the same person."""

    id: UUID
    opened_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands beside a thread: the person, their username and since when, whether free text may leave now, and how
    their consents stand, of each purpose that can be consented to.

    `phone` is masked; None where it is withheld."""

    row: Row
    phone: str | None
    username: str
    username_since: datetime | None
    known_since: datetime
    earlier: list[Earlier]
    gate: Answer
    consents: Sequence[tuple[DeclaredPurpose, Standing]]


def thread(conversation: Conversation, *, before: UUID | None = None, limit: int = 50) -> list[Item]:
    """The newest `limit` messages older than `before`, oldest first, with the events between them.

    Of merged contacts the thread shows what all of them wrote and got on this line.
    """
    homes = threads_of(conversation)
    shown = Message.objects.filter(conversation__in=homes).exclude(STANDS_ON_ANOTHER).order_by("-id")
    if before is not None:
        shown = shown.filter(pk__lt=before)
    page = list(shown[: limit + 1])
    whole, page = len(page) <= limit, page[:limit]
    items = _items(page[::-1])
    since = None if whole or not page else page[-1].created_at
    until = _time_of(before) if before else None
    items += [e for e in _events(conversation) if (since is None or e.at >= since) and (until is None or e.at < until)]
    return sorted(items, key=lambda item: (item.at, item.direction != "event"))


def reach(conversation: Conversation, message: UUID, limit: int) -> int:
    """How many messages of the thread are not older than this one of it; `limit` and one where it is further back."""
    shown = Message.objects.filter(conversation__in=threads_of(conversation), pk__gte=message)
    return shown.exclude(STANDS_ON_ANOTHER)[: limit + 1].count()


def items_by_id(conversation: Conversation, ids: Iterable[UUID]) -> list[Item]:
    """These messages of the conversation, oldest first; for a reaction the message on which it stands, or stood."""
    wanted = set(ids)
    reacted = Message.objects.filter(ON_ANOTHER, pk__in=wanted).values_list("about", flat=True)
    found = Message.objects.filter(conversation__in=threads_of(conversation), pk__in=wanted | set(reacted))
    found = found.exclude(STANDS_ON_ANOTHER).order_by("id")
    return _items(list(found))


def missing(ids: Collection[UUID]) -> list[UUID]:
    """Those of these messages that are not there any more: they were undone."""
    there = set(Message.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return [each for each in ids if each not in there]


def last_in(conversation: Conversation) -> UUID | None:
    """The newest message that came in."""
    found = Message.objects.filter(conversation=conversation, direction="in").exclude(STANDS_ON_ANOTHER)
    return found.order_by("-id").values_list("pk", flat=True).first()


def panel(conversation: Conversation) -> Panel:
    """What stands beside the thread."""
    recipient = Recipient(conversation.contact_id, conversation.line_id)
    now, person, line = clock.now(), {recipient.contact_id: conversation.person}, {recipient.line_id: conversation.line}
    gate = answers([recipient], now, person, line)[recipient]
    username, since = username_in(conversation.contact) or ("", None)
    declared = asked_for()
    held = consents_of(conversation, gate, declared, now)
    return Panel(
        row=rows_of([conversation.pk])[0],
        phone=masked(gate.address),
        username=username,
        username_since=since,
        known_since=conversation.contact.created_at,
        earlier=_earlier(conversation),
        gate=gate,
        consents=[(one, held[purpose]) for purpose, one in declared.items()],
    )


def _earlier(conversation: Conversation) -> list[Earlier]:
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [list(conversation.person), conversation.pk, EARLIER_MAX])
        return [Earlier(*row) for row in cursor.fetchall()]


def _items(messages: Sequence[Message]) -> list[Item]:
    more, sealed = _more(messages), indices([m.entry_id for m in messages if m.entry_id])
    found, repeated = around(messages, more["reaction"]), more["repeat"]
    brought = {m.pk: what.file for m in messages if (what := found.whats.get(m.pk)) and what.file}
    files = attached(more["file"], brought)
    now, told = clock.now(), failures_of([m for m in messages if m.pk in more["failure"]])
    ends = waits_until([m for m in messages if m.pk not in repeated], found.whats, told, now)
    waits = {message: end for message, end in ends.items() if end > now}
    authors = staff_names({m.author_id for m in messages if m.author_id})
    doors = doors_of([message for message, what in found.whats.items() if what.side_door], now)
    return [
        Item(
            id=str(m.pk),
            direction=m.direction,
            kind=m.kind if what else UNREADABLE,
            text=what.text if what else "",
            notice=what.notice if what else "",
            state=m.state,
            at=m.created_at,
            author=authors.get(m.author_id) if m.author_id else None,
            client_id=m.client_id,
            refusal=m.gate if m.state == State.REFUSED else "",
            failure=m.failure,
            told=told.get(m.pk),
            ledger_index=sealed.get(m.entry_id or 0),
            can_retry=m.direction == "out"
            and m.pk not in repeated
            and may_retry(State(m.state), m.called_at, now, waits.get(m.pk)),
            waits_until=waits.get(m.pk),
            part=what.part if what else None,
            quote=found.quotes.get(m.pk),
            reactions=found.reactions.get(m.pk, ()),
            our_reaction=found.ours.get(m.pk, ""),
            forwarded=bool(what and what.forwarded),
            referral=what.referral if what else None,
            files=files.get(m.pk, ()),
            product=what.product if what else None,
            often=bool(what and what.often),
            standby=bool(what and what.standby),
            sent_at=m.provider_time,
            leaves_at=m.leaves_at if may_undo(State(m.state), m.leaves_at, m.entry_id) else None,
            author_id=m.author_id,
            side_door=bool(what and what.side_door),
            door=doors.get(m.pk),
        )
        for m in messages
        for what in [found.whats.get(m.pk)]
    ]


def _more(messages: Sequence[Message]) -> Mapping[str, set[UUID]]:
    """On which of these hangs more than nearly all have: a file, a failure, a repetition, a reaction."""
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_MORE, [[m.pk for m in messages]] * 4)
        for what, message in cursor.fetchall():
            found[what].add(message)
    return found


def _events(conversation: Conversation) -> list[Item]:
    begun = conversation.opened_at
    ended = conversation.resolved_at if conversation.status == "resolved" else None  # reopening keeps the time
    found = events_of([conversation.pk, *conversation.person], EVENTS_MAX, (*EVENTS_SHOWN, *STOPS_SHOWN))
    entries = [event for event in found if event.kind in EVENTS_SHOWN]
    stops = [event for event in found if event.kind in STOPS_SHOWN and event.facts.get("change") != ASKED]
    entries += [e for e in in_one(stops) if e.at >= begun and (ended is None or e.at <= ended)]
    return told(entries)


def told(entries: Collection[Event]) -> list[Item]:
    """These events as lines of a thread or a timeline, each with the names of whom and what it names."""
    people = staff_names({i for e in entries for i in (_staff(e.actor), _staff(e.facts.get("to"))) if i})
    labelled = {e.related for e in entries if e.kind == Kind.CONVERSATION_LABELLED and e.related}
    named = people | label_names(labelled)
    purpose = _purpose_names(entries)
    return [
        Item(
            id=f"event-{e.id}",
            direction="event",
            kind=e.kind,
            text=_what(e),
            state="",
            at=e.at,
            author=people.get(actor) if (actor := _staff(e.actor)) else None,
            subject=named.get(of)
            if (of := _staff(e.facts.get("to")) or e.related)
            else purpose.get(str(e.facts.get("purpose"))),
        )
        for e in entries
    ]


def _purpose_names(entries: Collection[Event]) -> dict[str, str]:
    """What the purposes are called that these events name beside the first two. No query where none does."""
    keys = {str(event.facts["purpose"]) for event in entries if event.facts.get("purpose")} - WIDER
    language = get_language() or "de"
    return {key: one.name(language) for key, one in purposes().items() if key in keys} if keys else {}


def in_one(events: Iterable[Event]) -> list[Event]:
    """The addresses that a person changed at one moment as one event: `kind` says number, id or both. Those that ended
    otherwise are left out: what came of a doubt stands with the doubt."""
    found: dict[int | datetime, Event] = {}
    for event in events:
        if event.kind != Kind.ALIAS_CLOSED:
            found[event.id] = event
        elif event.facts.get("reason") == CHANGED:
            what = "number" if event.facts.get("kind") in NUMBERS else "id"
            if event.at in found and found[event.at].facts["kind"] != what:
                what = "both"
            found[event.at] = replace(event, facts={**event.facts, "kind": what})
    return list(found.values())


def _what(event: Event) -> str:
    """What changed: `objected`, for campaigns with that, for a declared purpose with a star, and where it was said.

    Of a question whether an opt-in link led to it, or a number typed on its page; of addresses that ended whether
    number, id or both; of a snooze until when; of a contact whether one of us entered it, and what of it was set or
    cleared.
    """
    if event.kind == Kind.CONVERSATION_SNOOZED:
        return str(event.facts.get("until") or "")
    if event.kind == Kind.ALIAS_CLOSED:
        return str(event.facts.get("kind", ""))
    if event.kind == Kind.CONTACT_CREATED:
        return "entered" if "basis" in event.facts else ""
    if event.kind == Kind.CONTACT_CHANGED:
        return f"{event.facts['what']}.{event.facts['change']}"
    said = [str(event.facts.get("change") or event.facts.get("wish") or "")]
    if (purpose := event.facts.get("purpose", CARE)) != CARE:
        said.append(CAMPAIGNS if purpose == CAMPAIGNS else "*")
    if source := event.facts.get("source"):
        said.append(str(source).partition(".")[0])
    if "link" in event.facts:
        said.append("typed" if "typed" in event.facts else "link")
    return ".".join(said)


def _staff(reference: object) -> UUID | None:
    """The person in `staff:<id>` or in a bare id; None for everything else."""
    if not isinstance(reference, str):
        return None
    text = reference.removeprefix("staff:")
    return UUID(text) if len(text) == 36 else None


def _time_of(message_id: UUID) -> datetime | None:
    return Message.objects.filter(pk=message_id).values_list("created_at", flat=True).first()
