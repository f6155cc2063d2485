"""Who writes to a line that asks for a yes first is let through, withheld, let in or forgotten: once for a batch.

Also where the line has been opened meanwhile: whoever waits was told that nobody reads before they have said yes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from jawort.channels.parts import Choice
from jawort.consent.hear import Said, said
from jawort.consent.house_words import house_words
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.spoken import WORDS
from jawort.consent.stop import object_themselves
from jawort.consent.take_words import SOURCE
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.models import Conversation, Message
from jawort.messaging.provider import USE
from jawort.messaging.receive import Arrival
from jawort.messaging.rules import window_end
from jawort.messaging.yes_first.ask import LOST, ask_soon
from jawort.messaging.yes_first.end import Ending, drop, tell_deleted
from jawort.messaging.yes_first.models import Newcomer, Withheld
from jawort.messaging.yes_first.queries import cases
from jawort.messaging.yes_first.rules import Case, End, Happened, Standing, Words, heard, lapsed, step
from jawort.messaging.yes_first.withhold import sealed
from jawort.vault.blind import blind

Place = tuple[UUID, UUID]


@dataclass(slots=True)
class Waits:
    """A newcomer during a batch: how they stand, and what of theirs came in it, each under the id that it will have."""

    newcomer: Newcomer
    case: Case
    is_stored: bool
    came: list[Arrival] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LetIn:
    """Somebody has said yes, by `answer`: what waits and what came in this batch goes before it."""

    waits: Waits
    answer: Arrival


@dataclass(slots=True)
class Batch:
    """What becomes of a batch, in its order: what goes on, who is let in, whose waiting ended."""

    at: datetime
    also: Collection[str]
    waiting: dict[Place, Waits]
    known: set[Place]
    asking: Collection[UUID]
    passed: list[Arrival | LetIn] = field(default_factory=list)
    ended: list[tuple[Waits, End]] = field(default_factory=list)
    objected: dict[UUID, UUID] = field(default_factory=dict)
    withheld: list[tuple[Newcomer, Arrival]] = field(default_factory=list)


def lock_newcomers(contacts: Collection[UUID], lines: Collection[UUID]) -> list[Newcomer]:
    """Who of these waits there, locked in one order until the transaction ends.

    Before anybody is looked up by their address: whose waiting just ended may be forgotten with it, and is then new.
    """
    rows = Newcomer.objects.filter(contact__in=contacts, line__in=lines).order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def at_the_door(arrivals: Sequence[Arrival], asking: Collection[UUID], at: datetime) -> Sequence[Arrival | LetIn]:
    """What of `arrivals` goes on, in their order. Needs the batch's transaction.

    `asking` are the lines that ask for a yes first. One query where there are none and nobody waits.
    """
    lines = {arrival.line_id for arrival in arrivals}
    held = lock_newcomers({arrival.contact_id for arrival in arrivals}, lines) if arrivals else []
    if not held and lines.isdisjoint(asking):
        return arrivals
    standing = cases(held)
    waiting = {(each.contact_id, each.line_id): Waits(each, standing[each.pk], is_stored=True) for each in held}
    quoting = _ours(arrivals, held)
    batch = Batch(at, house_words(), waiting, _known(arrivals, asking), asking)
    for arrival in arrivals:
        _place(batch, arrival, arrival.inbound.about in quoting)
    _write(batch)
    return batch.passed


def _place(batch: Batch, arrival: Arrival, ours: bool) -> None:
    place, when = (arrival.contact_id, arrival.line_id), min(arrival.inbound.sent_at, batch.at)
    waits = batch.waiting.get(place)
    if waits is not None and (over := lapsed(waits.case, when)).standing is Standing.NEW:
        _end(batch, place, over.ended or End.SILENT)  # their time was over before this was written
        waits = None
    if waits is None and (arrival.place in batch.known or arrival.line_id not in batch.asking):
        batch.passed.append(arrival)
        return
    one = replace(arrival, id=uuid7(), came_at=batch.at)
    if waits is None:
        waits = batch.waiting[place] = Waits(_new(one, batch.at), Case(), is_stored=False)
    words = _words(one, ours)
    what = heard(words, waits.newcomer.pk, waits.case.asked_at, batch.also)
    waits.case = case = step(waits.case, Happened(what, when))
    _mind(batch, one)
    if case.standing is Standing.LET_IN:
        batch.passed.append(LetIn(batch.waiting.pop(place), one))
        batch.known.add(one.place)
        return
    batch.withheld.append((waits.newcomer, one))
    waits.came.append(one)
    _note(waits.newcomer, one, batch.at)
    if case.standing is Standing.NEW:
        _end(batch, place, case.ended or End.REFUSED)


def _end(batch: Batch, place: Place, how: End) -> None:
    batch.ended.append((batch.waiting.pop(place), how))


def _mind(batch: Batch, one: Arrival) -> None:
    """A plain no to advertising counts as everywhere, also where it ends nothing here."""
    if one.inbound.kind in WORDS and said(one.inbound.text, asked=False, also=batch.also) is Said.WITHDRAWN:
        assert one.id is not None, "it was given one above"
        batch.objected.setdefault(one.contact_id, one.id)


def _new(arrival: Arrival, at: datetime) -> Newcomer:
    return Newcomer(id=uuid7(), contact_id=arrival.contact_id, line_id=arrival.line_id, since=at, last_at=at)


def _note(newcomer: Newcomer, arrival: Arrival, at: datetime) -> None:
    newcomer.last_at = at
    if arrival.inbound.opens_window:
        end = window_end(arrival.inbound.sent_at, at)
        newcomer.window_ends_at = max(end, newcomer.window_ends_at or end)


def _words(arrival: Arrival, ours: bool) -> Words:
    one = arrival.inbound
    payload = one.part.payload if isinstance(one.part, Choice) else ""
    return Words(
        one.text, one.kind, one.sent_at, payload, bool(one.about), ours, forwarded=one.forwarded, to_bot=one.standby
    )


def _known(arrivals: Iterable[Arrival], asking: Collection[UUID]) -> set[Place]:
    """With whom we have spoken on these lines before: of merged contacts with any of them."""
    fronts = {c: a.place[0] for a in arrivals if a.line_id in asking for c in (a.person or (a.contact_id,))}
    spoken = Conversation.objects.filter(contact__in=fronts, line__in=asking)
    return {(fronts[contact], line) for contact, line in spoken.values_list("contact", "line").distinct()}


def _ours(arrivals: Iterable[Arrival], held: Iterable[Newcomer]) -> set[str]:
    """Which of the messages that these refer to are questions of ours."""
    names = {blind(USE, a.inbound.about): a.inbound.about for a in arrivals if a.inbound.about}
    prompts = [each.prompt for each in held if each.prompt]
    if not names or not prompts:
        return set()
    found = Message.objects.filter(pk__in=prompts, provider_index__in=names)
    return {names[bytes(index)] for index in found.values_list("provider_index", flat=True) if index is not None}


def _write(batch: Batch) -> None:
    """Store what waits from now on, in a constant number of statements for each way to go."""
    gone = drop([waits.newcomer.pk for waits, _ in batch.ended])
    gone.update({waits.newcomer.pk: len(waits.came) for waits, _ in batch.ended})
    stay = list(batch.waiting.values())
    Newcomer.objects.bulk_create(waits.newcomer for waits in stay if not waits.is_stored)
    seen = [waits.newcomer for waits in stay if waits.is_stored and waits.came]
    Newcomer.objects.bulk_update(seen, ["last_at", "window_ends_at"])
    Withheld.objects.bulk_create(
        sealed(waits.newcomer, one.id, one.inbound, batch.at) for waits in stay for one in waits.came if one.id
    )
    record([_withheld(newcomer, one) for newcomer, one in batch.withheld], batch.at)
    asked = [newcomer.prompt for newcomer in seen if newcomer.prompt]
    lost = set(Message.objects.filter(pk__in=asked, state__in=LOST).values_list("pk", flat=True)) if asked else set()
    again = [newcomer.pk for newcomer in seen if newcomer.prompt is None or newcomer.prompt in lost]
    ask_soon([*(waits.newcomer.pk for waits in stay if not waits.is_stored), *again], batch.at)
    object_themselves(batch.objected, CAMPAIGNS, at=batch.at, source=SOURCE)
    ended: list[Ending] = [(waits.newcomer, how) for waits, how in batch.ended]
    beside = {one.answer.contact_id if isinstance(one, LetIn) else one.contact_id for one in batch.passed}
    tell_deleted(ended, gone, batch.at, beside=beside)


def _withheld(newcomer: Newcomer, one: Arrival) -> Entry:
    facts = {"change": "withheld", "newcomer": str(newcomer.pk), "message": str(one.id)}
    return Entry(Kind.NEWCOMER_CHANGED, f"customer:{one.contact_id}", one.contact_id, facts, related=one.line_id)
