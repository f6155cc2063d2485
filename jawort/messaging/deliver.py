"""Messages leave. Three notes, never a transaction across the network: `claimed`, `calling`, outcome.

`claimed` asks the gate again, numbers the message, seals it with the address it goes to and records the intent.
`calling` is committed right before the call. Whoever finds `claimed` after a crash goes on: nothing has left. Whoever
finds `calling` cannot know: the message becomes `unknown`, a receipt may tell, and only a person sends it again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.channels.types import Outgoing
from jawort.consent.rules import Permit, Purpose
from jawort.core import clock
from jawort.lanes.outcome import Done, Job
from jawort.lanes.outcome import Outcome as Fate
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.lines.models import Direction
from jawort.lines.number import take
from jawort.messaging.carrier import Carrier, Letter
from jawort.messaging.content import Content, Facts, Who, key_name, open_content, seal_content
from jawort.messaging.gate import Answer, Recipient, answers
from jawort.messaging.live import notify
from jawort.messaging.models import Message
from jawort.messaging.outcome import note
from jawort.messaging.rules import State
from jawort.messaging.touch import bump, lock_homes
from jawort.vault.keys import keks


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that may leave, opened: it is in memory only."""

    message: Message
    answer: Answer
    content: Content


class Deliver:
    """The lane handler of kind `deliver`: a batch of jobs, one message each, at most one of a conversation."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Fate]:
        """What becomes of each job. A message that is not waiting any more is done."""
        ids = [UUID(job.ids["message"]) for job in jobs]
        ready = {r.message.pk: r for r in claim(ids, clock.now())}
        _calling(list(ready), clock.now())
        letters = [letter(r) for r in ready.values()]
        outcomes = dict(zip(ready, self.carrier.carry(letters), strict=True))
        called = [(ready[i].message, outcomes[i], job) for i, job in zip(ids, jobs, strict=True) if i in ready]
        fates = note(called, clock.now())
        return [fates.get(i, Done()) for i in ids]


@transaction.atomic
def claim(ids: Sequence[UUID], at: datetime) -> list[Ready]:
    """Take what may leave; refuse the rest; call lost what was being called when a process died."""
    lock_homes(ids)
    held = list(
        Message.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=ids, state__in=[State.QUEUED, State.CLAIMED, State.CALLING])
        .order_by("pk")
    )
    _lose([m for m in held if m.state == State.CALLING], at)
    waiting = [m for m in held if m.state != State.CALLING]
    verdicts = answers({_recipient(m) for m in waiting}, at)
    allowed: list[tuple[Message, Answer]] = []
    refused: list[tuple[Message, Answer]] = []
    for message in waiting:
        answer = verdicts[_recipient(message)]
        (allowed if isinstance(answer.verdict, Permit) else refused).append((message, answer))
    opened = _opened([m for m, _ in allowed + refused])
    _refuse([(m, a, opened[m.pk]) for m, a in refused], at)
    ready = [Ready(m, a, opened[m.pk]) for m, a in allowed]
    _commit(ready, at)
    return ready


def letter(ready: Ready) -> Letter:
    """What goes over the wire, and through which line."""
    assert ready.answer.address is not None, "the gate lets nothing out without an address"
    address = ready.answer.address
    outgoing = Outgoing(
        own_id=str(ready.message.pk),
        to_phone=address.phone,
        to_bsuid=address.bsuid,
        text=ready.content.what.text,
    )
    return Letter(ready.message.line_id, outgoing)


def _recipient(message: Message) -> Recipient:
    return Recipient(message.contact_id, message.line_id, Purpose(message.purpose))


def _opened(messages: Sequence[Message]) -> dict[UUID, Content]:
    keys = keks({key_name(m.contact_id, m.month) for m in messages}, create=False)
    return {m.pk: open_content(keys[key_name(m.contact_id, m.month)], m)[0] for m in messages}


def _commit(ready: Sequence[Ready], at: datetime) -> None:
    """Number, seal with the address, record the intent. What was committed in an earlier attempt keeps all three."""
    fresh = [r for r in ready if r.message.entry_id is None]
    numbers = {
        line: take(line, Direction.OUT, n) for line, n in sorted(Counter(r.message.line_id for r in fresh).items())
    }
    entries = []
    keys = keks({key_name(r.message.contact_id, r.message.month) for r in fresh}, create=False)
    for r in fresh:
        message, address = r.message, r.answer.address
        assert address is not None
        message.seq = numbers[message.line_id]
        numbers[message.line_id] += 1
        r.content.who = Who(phone=address.phone, bsuid=address.bsuid)
        kek = keys[key_name(message.contact_id, message.month)]
        committed = seal_content(kek, message.pk, r.content, Facts.of(message))
        message.wrapped, message.ciphertext = committed.sealed.wrapped, committed.sealed.ciphertext
        entries.append(Entry(Kind.MESSAGE_OUT, message.actor, message.pk, commitment=committed.commitment))
    for r, entry_id in zip(fresh, record(entries, at), strict=True):
        r.message.entry_id = entry_id
    for r in ready:
        r.message.state, r.message.gate = State.CLAIMED, r.answer.word
    fields = ["state", "gate", "seq", "wrapped", "ciphertext", "entry_id"]
    Message.objects.bulk_update([r.message for r in ready], fields)


def _refuse(refused: Sequence[tuple[Message, Answer, Content]], at: datetime) -> None:
    """Keep the text with the reason. One that was committed already gets an event, the others their only entry."""
    keys = keks({key_name(m.contact_id, m.month) for m, _, _ in refused}, create=False)
    entries = []
    for message, answer, content in refused:
        message.state, message.gate = State.REFUSED, answer.word
        if message.entry_id is None:
            facts = Facts.of(message, refused=True)
            kek = keys[key_name(message.contact_id, message.month)]
            committed = seal_content(kek, message.pk, content, facts)
            message.wrapped, message.ciphertext = committed.sealed.wrapped, committed.sealed.ciphertext
            entries.append(Entry(Kind.MESSAGE_REFUSED, message.actor, message.pk, commitment=committed.commitment))
        else:
            outcome = {"state": "refused", "code": message.gate}
            entries.append(Entry(Kind.MESSAGE_OUTCOME, "system", message.pk, outcome))
    for (message, _, _), entry_id in zip(refused, record(entries, at), strict=True):
        message.entry_id = message.entry_id or entry_id
    changed = [m for m, _, _ in refused]
    Message.objects.bulk_update(changed, ["state", "gate", "wrapped", "ciphertext", "entry_id"])
    _show(changed)


def _lose(messages: Sequence[Message], at: datetime) -> None:
    """A process died during the call: the message may have left."""
    Message.objects.filter(pk__in=[m.pk for m in messages]).update(state=State.UNKNOWN)
    record(
        [Entry(Kind.MESSAGE_OUTCOME, "system", m.pk, {"state": "unknown", "code": "interrupted"}) for m in messages], at
    )
    _show(messages)


def _calling(ids: Sequence[UUID], at: datetime) -> None:
    """The last word before the call; one statement, its own transaction."""
    if ids:
        Message.objects.filter(pk__in=ids, state=State.CLAIMED).update(state=State.CALLING, called_at=at)


def _show(messages: Sequence[Message]) -> None:
    homes = [(m.conversation_id, m.pk) for m in messages if m.conversation_id]
    bump([home for home, _ in homes])
    notify([home for home, _ in homes], homes)
