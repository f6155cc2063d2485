"""Messages come in: a whole batch in constant many statements, inside the transaction of intake."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from jawort.channels.parts import Media
from jawort.channels.types import Inbound
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.lines.models import Direction
from jawort.lines.number import take
from jawort.messaging.about import stands_on_another
from jawort.messaging.content import Content, Facts, What, Who, key_name, period, seal_content
from jawort.messaging.files.expect import expect
from jawort.messaging.live import notify
from jawort.messaging.models import Conversation, Message
from jawort.messaging.rules import State, window_end
from jawort.messaging.write import insert
from jawort.vault.blind import blind
from jawort.vault.keys import keks


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message that nobody has taken in yet, with the line it came on and the contact it is from.

    `person` is all contacts that are one person with it, the one in front first; empty for a contact alone. What was
    withheld before it is taken in has its `id` already, and came at `came_at`.
    """

    inbound: Inbound
    line_id: UUID
    contact_id: UUID
    person: tuple[UUID, ...] = ()
    id: UUID | None = None
    came_at: datetime | None = None

    @property
    def place(self) -> tuple[UUID, UUID]:
        """Whose conversation it belongs to, and on which line."""
        return (self.person[0] if self.person else self.contact_id, self.line_id)


def receive(arrivals: Sequence[Arrival], at: datetime) -> list[Message]:
    """Store `arrivals` in their order: number, seal, commit, show. Needs an open transaction."""
    if not arrivals:
        return []
    homes = _open_conversations(arrivals, at)
    messages = _sealed(arrivals, homes, at)
    _refer(arrivals, messages)
    insert(messages)
    expect([m for a, m in zip(arrivals, messages, strict=True) if isinstance(a.inbound.part, Media)], at)
    _touch(homes, arrivals, messages, at)
    notify(homes.values(), [(homes[m.contact_id, m.line_id], m.id) for m in messages], came=True)
    return messages


def _open_conversations(arrivals: Sequence[Arrival], at: datetime) -> dict[tuple[UUID, UUID], UUID]:
    """The open conversation of every (contact, line), made where there is none; locked in the order of their ids."""
    kept = _of_persons(arrivals)
    pairs = sorted({a.place for a in arrivals} - kept.keys())
    fresh = [uuid7() for _ in pairs]
    contacts, lines = [p[0] for p in pairs], [p[1] for p in pairs]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO messaging_conversation
                (id, contact_id, line_id, status, opened_at, last_message_at, unread, version)
            SELECT id, contact, line, 'open', %s, %s, 0, 0
            FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[]) AS new (id, contact, line)
            ON CONFLICT (contact_id, line_id) WHERE status = 'open' DO NOTHING
            RETURNING id, contact_id
            """,
            [at, at, fresh, contacts, lines],
        )
        opened = cursor.fetchall()
        cursor.execute(
            """
            SELECT c.contact_id, c.line_id, c.id
            FROM messaging_conversation c
            JOIN unnest(%b::uuid[], %b::uuid[]) AS wanted (contact, line)
                ON c.contact_id = wanted.contact AND c.line_id = wanted.line AND c.status = 'open'
            ORDER BY c.id
            FOR NO KEY UPDATE OF c
            """,
            [contacts, lines],
        )
        homes = {(contact, line): conversation for contact, line, conversation in cursor.fetchall()}
    record([Entry(Kind.CONVERSATION_OPENED, "system", id_, {"contact": str(contact)}) for id_, contact in opened], at)
    homes |= kept
    return {(a.contact_id, a.line_id): homes[a.place] for a in arrivals}


def _of_persons(arrivals: Sequence[Arrival]) -> dict[tuple[UUID, UUID], UUID]:
    """The open conversations of merged contacts, whichever contact they name; of two the older. Mostly no query."""
    fronts = {member: a.person[0] for a in arrivals for member in a.person}
    if not fronts:
        return {}
    open_ = Conversation.objects.filter(contact__in=fronts, line__in={a.line_id for a in arrivals}, status="open")
    rows = open_.order_by("-opened_at", "-pk").values_list("contact_id", "line_id", "pk")
    return {(fronts[contact], line): pk for contact, line, pk in rows}


def _sealed(arrivals: Sequence[Arrival], homes: dict[tuple[UUID, UUID], UUID], at: datetime) -> list[Message]:
    keys = keks({key_name(a.contact_id, period(a.came_at or at)) for a in arrivals}, create=True)
    numbers = {line: take(line, Direction.IN, n) for line, n in sorted(Counter(a.line_id for a in arrivals).items())}
    messages, entries = [], []
    for arrival in arrivals:
        seq = numbers[arrival.line_id]
        numbers[arrival.line_id] += 1
        message = _message(arrival, homes[arrival.contact_id, arrival.line_id], seq, at)
        kek = keys[key_name(arrival.contact_id, message.month)]
        committed = seal_content(kek, message.id, _content(arrival.inbound), Facts.of(message))
        message.wrapped, message.ciphertext = committed.sealed.wrapped, committed.sealed.ciphertext
        messages.append(message)
        actor = f"customer:{arrival.contact_id}"
        entries.append(Entry(Kind.MESSAGE_IN, actor, message.id, commitment=committed.commitment))
    for message, entry_id in zip(messages, record(entries, at), strict=True):
        message.entry_id = entry_id
    return messages


def _message(arrival: Arrival, conversation: UUID, seq: int, at: datetime) -> Message:
    inbound, came_at = arrival.inbound, arrival.came_at or at
    return Message(
        id=arrival.id or uuid7(),
        conversation_id=conversation,
        contact_id=arrival.contact_id,
        line_id=arrival.line_id,
        direction="in",
        kind=inbound.kind,
        state=State.RECEIVED,
        seq=seq,
        month=period(came_at),
        provider_index=blind("provider", inbound.provider_id) if inbound.provider_id else None,
        provider_time=inbound.sent_at,
        created_at=came_at,
    )


def _content(inbound: Inbound) -> Content:
    sender = inbound.sender
    who = Who(phone=sender.phone, bsuid=sender.bsuid, name=sender.name, provider_id=inbound.provider_id or None)
    what = What(
        inbound.provider_kind,
        inbound.text,
        inbound.part,
        inbound.forwarded,
        inbound.referral,
        product=inbound.product,
        often=inbound.often,
        standby=inbound.standby,
        side_door=inbound.side_door,
    )
    return Content(who, what, inbound.original)


def _refer(arrivals: Sequence[Arrival], messages: Sequence[Message]) -> None:
    """Note which message of the same person each is about, if it is here: also one of this batch, in any order."""
    wanted = {blind("provider", i.about) for i in (a.inbound for a in arrivals) if i.about}
    if not wanted:
        return
    fronts = {member: a.place[0] for a in arrivals for member in (a.person or (a.contact_id,))}
    stored = Message.objects.filter(provider_index__in=wanted, contact__in=fronts)
    known = [*stored.only("contact_id", "provider_index"), *messages]
    found = {(fronts[m.contact_id], bytes(m.provider_index)): m.id for m in known if m.provider_index is not None}
    for arrival, message in zip(arrivals, messages, strict=True):
        if arrival.inbound.about:
            message.about_id = found.get((arrival.place[0], blind("provider", arrival.inbound.about)))


def _touch(
    homes: dict[tuple[UUID, UUID], UUID], arrivals: Sequence[Arrival], messages: Sequence[Message], at: datetime
) -> None:
    """Newest message, unread count, service window and wait of every conversation of the batch, in one statement.

    A snoozed conversation comes back with what somebody has to read."""
    newest: dict[UUID, UUID] = {}
    unread: Counter[UUID] = Counter()
    windows: dict[UUID, datetime] = {}
    since: dict[UUID, datetime] = {}
    for arrival, message in zip(arrivals, messages, strict=True):
        home = homes[arrival.contact_id, arrival.line_id]
        newest[home] = message.id
        if not stands_on_another(message):
            unread[home] += 1
            since[home] = min(message.created_at, since.get(home, at))
        if arrival.inbound.opens_window:
            end = window_end(arrival.inbound.sent_at, message.created_at)
            windows[home] = max(end, windows.get(home, end))
    ids = sorted(newest)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE messaging_conversation c
            SET last_message_at = %s, last_message_id = new.newest, unread = c.unread + new.unread,
                window_ends_at = greatest(c.window_ends_at, new.window_end), version = c.version + 1,
                snoozed_at = CASE WHEN new.unread = 0 THEN c.snoozed_at END,
                snoozed_until = CASE WHEN new.unread = 0 THEN c.snoozed_until END,
                waiting_since = coalesce(c.waiting_since, new.since)
            FROM unnest(%b::uuid[], %b::uuid[], %b::int[], %b::timestamptz[], %b::timestamptz[])
                AS new (id, newest, unread, window_end, since)
            WHERE c.id = new.id
            """,
            [
                *(at, ids, [newest[i] for i in ids], [unread[i] for i in ids]),
                *([windows.get(i) for i in ids], [since.get(i) for i in ids]),
            ],
        )
