"""Take what may leave: ask the gate once more, number, seal with the address, record the intent. One transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.channels.whatsapp.errors_accounts import ABOUT_GONE, FILE_NOT_GIVEN, UNREADABLE
from jawort.consent.asking import close
from jawort.consent.purpose import Purpose
from jawort.consent.rules import Basis, Permit, Refusal, Refused
from jawort.consent.use import use
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.lines.models import Direction
from jawort.lines.number import take
from jawort.messaging.about import provider_ids
from jawort.messaging.content import Content, Facts, Who, key_name, seal_content
from jawort.messaging.contents import contents_of
from jawort.messaging.counts import count_out
from jawort.messaging.files.given import given_ids
from jawort.messaging.gate import Answer, answers, recipient_of
from jawort.messaging.live import notify
from jawort.messaging.models import Message
from jawort.messaging.privacy_notice import note_claimed
from jawort.messaging.rules import State, pair_wait, undo_wait
from jawort.messaging.snooze import stir
from jawort.messaging.touch import bump, lock_homes
from jawort.messaging.write import write
from jawort.people.queries import Address
from jawort.vault.keys import keks

#: These pass by themselves: the message waits instead of being refused, as long as its window is open.
PASSING = {Refused.LEDGER_LATE, Refused.LINE_NOT_LIVE}
#: What leaves on one of these lives on.
_LIVES_ON = {Permit(Basis.CONSENT), Permit(Basis.EXISTING_CUSTOMER)}


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that may leave, opened: in memory only. `content.who` is where it goes, `reply_to` the provider's id of
    what it is about, `file` the provider's id of the file that it brings along."""

    message: Message
    content: Content
    reply_to: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """What may leave now; what waits, with the gate's code; and until when what can be undone or comes too fast."""

    ready: list[Ready]
    held: dict[UUID, str]
    paced: dict[UUID, datetime]


@transaction.atomic
def claim(ids: Sequence[UUID], at: datetime) -> Claimed:
    """Take what may leave; refuse the rest; call lost what was being called when a process died."""
    bursts = lock_homes(ids)
    found = list(
        Message.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=ids, state__in=[State.QUEUED, State.CLAIMED, State.CALLING])
        .order_by("pk")
    )
    interrupted = [m for m in found if m.state == State.CALLING]
    paced = {m.pk: until for m in found if m.state == State.QUEUED and (until := undo_wait(m.leaves_at, at))}
    untouched = [m for m in found if m.state != State.CALLING and m.pk not in paced]
    _lose(interrupted, at)
    opened = contents_of(untouched)
    shut([m for m in untouched if m.pk not in opened], UNREADABLE, at)
    whole = [m for m in untouched if m.pk in opened]
    given = _given(whole, opened, at)
    recipients = {m.pk: recipient_of(m, opened[m.pk].what) for m in whole}
    verdicts = answers(recipients.values(), at)
    to = {pk: verdicts[recipient].address for pk, recipient in recipients.items()}
    told = provider_ids(whole, {pk: content.what for pk, content in opened.items()}, to)
    ready, refused = [], []
    held: dict[UUID, str] = {}
    lacking: dict[int, list[Message]] = {}
    for message in whole:
        answer = _checked(message, opened[message.pk], verdicts[recipients[message.pk]])
        match answer.verdict:
            case Permit() if lack := _lacking(message, opened[message.pk], told, given):
                lacking.setdefault(lack, []).append(message)
            case Permit() if until := pair_wait(_burst(message, bursts), at):
                paced[message.pk] = until
            case Permit():
                ready.append((message, answer))
            case Refusal(code) if code in PASSING:
                held[message.pk] = str(code)
            case Refusal():
                refused.append((message, answer))
    for lack, messages in lacking.items():
        shut(messages, lack, at)
    _refuse([(m, a, opened[m.pk]) for m, a in refused], at)
    _commit([(m, a, opened[m.pk]) for m, a in ready], at)
    note_claimed([m.pk for m, _ in ready if opened[m.pk].what.notice])
    _use([a for _, a in ready], at)
    return Claimed([Ready(m, opened[m.pk], told.get(m.pk), given.get(m.pk)) for m, _ in ready], held, paced)


def _use(permitted: Sequence[Answer], at: datetime) -> None:
    """What leaves on the strength of a consent, or of a sale, is noted, by purpose."""
    used: dict[Purpose, set[UUID]] = {}
    for answer in permitted:
        if answer.needs and answer.address and answer.verdict in _LIVES_ON:
            used.setdefault(answer.needs, set()).add(answer.address.contact)
    for purpose in sorted(used):
        use(used[purpose], purpose, at)


def _given(messages: Sequence[Message], opened: Mapping[UUID, Content], at: datetime) -> dict[UUID, str]:
    """Of each message with a file what the platform calls it, if it has it."""
    places = {m.pk: (file, m.line_id) for m in messages if (file := opened[m.pk].what.file)}
    known = given_ids(set(places.values()), at)
    return {message: known[place] for message, place in places.items() if place in known}


def _lacking(message: Message, content: Content, told: Mapping[UUID, str], given: Mapping[UUID, str]) -> int | None:
    """What the message cannot leave without, by code."""
    if content.what.about and message.pk not in told:
        return ABOUT_GONE
    return FILE_NOT_GIVEN if content.what.file and message.pk not in given else None


def _burst(message: Message, bursts: Mapping[UUID, datetime | None]) -> datetime | None:
    return bursts.get(message.conversation_id) if message.conversation_id else None


def _checked(message: Message, content: Content, answer: Answer) -> Answer:
    """The gate's answer; a message sealed in an earlier attempt goes to the address it was sealed with, or nowhere."""
    if message.entry_id is None or answer.address is None or not isinstance(answer.verdict, Permit):
        return answer
    sealed, living = content.who, answer.address
    same = sealed.bsuid == living.bsuid if sealed.bsuid else sealed.phone == living.phone
    return answer if same else replace(answer, verdict=Refusal(Refused.IDENTITY_UNCLEAR))


def _commit(permitted: Sequence[tuple[Message, Answer, Content]], at: datetime) -> None:
    """Number, seal with the address, record the intent and what it rests on.

    What was committed in an earlier attempt keeps all of it: also its basis, should the gate say yes for another reason
    by now.
    """
    fresh = [(m, a, c) for m, a, c in permitted if m.entry_id is None]
    committed = [m for m, _, _ in permitted if m.entry_id is not None]
    numbers = {
        line: take(line, Direction.OUT, n) for line, n in sorted(Counter(m.line_id for m, _, _ in fresh).items())
    }
    keys = keks({key_name(m.contact_id, m.month) for m, _, _ in fresh}, create=False)
    entries = []
    for message, answer, content in fresh:
        message.seq = numbers[message.line_id]
        numbers[message.line_id] += 1
        content.who, message.gate = _addressed(answer.address), answer.word
        entries.append(_sealed(message, content, keys[key_name(message.contact_id, message.month)]))
    for (message, _, _), entry_id in zip(fresh, record(entries, at), strict=True):
        message.entry_id = entry_id
    for message, _, _ in permitted:
        message.state = State.CLAIMED
    write([m for m, _, _ in fresh], "seq", "gate", "wrapped", "ciphertext", "entry_id", "state")
    write(committed, "state")


def _addressed(address: Address | None) -> Who:
    assert address is not None, "the gate lets nothing out without an address"
    return Who(phone=address.phone, bsuid=address.bsuid)


def _sealed(message: Message, content: Content, kek: bytes, *, refused: bool = False) -> Entry:
    """Seal the message anew and return the entry that commits to it."""
    committed = seal_content(kek, message.pk, content, Facts.of(message))
    message.wrapped, message.ciphertext = committed.sealed.wrapped, committed.sealed.ciphertext
    kind = Kind.MESSAGE_REFUSED if refused else Kind.MESSAGE_OUT
    return Entry(kind, message.actor, message.pk, commitment=committed.commitment)


def _refuse(refused: Sequence[tuple[Message, Answer, Content]], at: datetime) -> None:
    """Keep the text with the reason. One that was committed already gets an event, the others their only entry."""
    keys = keks({key_name(m.contact_id, m.month) for m, _, _ in refused}, create=False)
    entries = []
    for message, answer, content in refused:
        message.state, message.gate = State.REFUSED, answer.word
        if message.entry_id is None:
            entries.append(_sealed(message, content, keys[key_name(message.contact_id, message.month)], refused=True))
        else:
            outcome = {"state": "refused", "code": message.gate}
            entries.append(Entry(Kind.MESSAGE_OUTCOME, "system", message.pk, outcome))
    for (message, _, _), entry_id in zip(refused, record(entries, at), strict=True):
        message.entry_id = message.entry_id or entry_id
    changed = [m for m, _, _ in refused]
    write(changed, "state", "gate", "wrapped", "ciphertext", "entry_id")
    close([m.pk for m in changed], at)
    _show(changed, at)


def _lose(messages: Sequence[Message], at: datetime) -> None:
    """A process died during the call: the message may have left."""
    for message in messages:
        message.state = State.UNKNOWN
    outcome = {"state": "unknown", "code": "interrupted"}
    record([Entry(Kind.MESSAGE_OUTCOME, "system", m.pk, outcome) for m in messages], at)
    write(messages, "state")
    _show(messages, at)


def shut(messages: Sequence[Message], code: int, at: datetime) -> None:
    """What does not open cannot leave: a person has to know, or it would wait for ever."""
    if not messages:
        return
    close([m.pk for m in messages], at)
    for message in messages:
        message.state, message.failure = State.FAILED, str(code)
    outcome = {"state": "failed", "code": str(code)}
    record([Entry(Kind.MESSAGE_OUTCOME, "system", m.pk, outcome) for m in messages], at)
    write(messages, "state", "failure")
    _show(messages, at)


def _show(messages: Sequence[Message], at: datetime) -> None:
    """None of these got through, as far as we know."""
    count_out(messages)
    homes = [(m.conversation_id, m.pk) for m in messages if m.conversation_id]
    bump([home for home, _ in homes])
    stir({home for home, _ in homes}, at)
    notify([home for home, _ in homes], homes)
