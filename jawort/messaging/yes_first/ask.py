"""A new person is asked, once, whether what they wrote may be read: the only thing that leaves to them until then."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from jawort.consent.rules import Permit, Refused
from jawort.core import clock
from jawort.core.ids import uuid7
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.outcome import Again, Done, Job, Outcome
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.legal.queries import links
from jawort.messaging.content import Content, Facts, Who, key_name, period, seal_content
from jawort.messaging.gate import Answer, Recipient, answers
from jawort.messaging.models import Message, PrivacyNotice
from jawort.messaging.rules import State
from jawort.messaging.send import DELIVER
from jawort.messaging.waiting import NOBODY
from jawort.messaging.write import insert
from jawort.messaging.yes_first.models import Newcomer
from jawort.messaging.yes_first.words import Wording, draft, keep, wording
from jawort.vault.keys import keks

PROMPT: Final = "prompt"
#: What the gate holds against it may pass: the ledger within seconds, a paused line or a doubt within hours.
SOON: Final = timedelta(seconds=5)
LATER: Final = timedelta(minutes=5)
#: Nobody has read it, or perhaps nobody: who writes again is asked again.
LOST: Final = frozenset({State.FAILED, State.REFUSED, State.UNKNOWN})


def ask_soon(newcomers: Iterable[UUID], at: datetime) -> None:
    """Have these asked. In the transaction that withholds what they wrote."""
    enqueue([NewJob(_lane(newcomer), PROMPT, {"newcomer": str(newcomer)}) for newcomer in newcomers], at)


def ask_newcomers(jobs: Sequence[Job]) -> Sequence[Outcome]:
    """The lane handler of kind `prompt`. A job that runs twice asks once."""
    return [_ask(UUID(job.ids["newcomer"]), clock.now()) for job in jobs]


@transaction.atomic
def _ask(newcomer_id: UUID, at: datetime) -> Outcome:
    held = Newcomer.objects.select_for_update(of=("self",)).select_related("contact", "line")
    newcomer = held.filter(pk=newcomer_id).first()
    if newcomer is None or _was_asked(newcomer):
        return Done()
    recipient = Recipient(newcomer.contact_id, newcomer.line_id, asks_yes=True)
    answer = answers([recipient], at)[recipient]
    if not isinstance(answer.verdict, Permit):
        why = answer.verdict.code
        if why is Refused.WINDOW_CLOSED:  # whoever writes again is asked then
            return Done()
        return Again(at + (SOON if why is Refused.LEDGER_LATE else LATER), why, counts=False)
    legal = links()
    if legal is None:  # without it no line asks first; what was entered cannot be taken away
        return Again(at + LATER, "no_legal_links", counts=False)
    text = wording(newcomer.contact.language, newcomer.line.company, legal.privacy)
    keep(text, at)
    message = _queued(newcomer, text, answer, at)
    Newcomer.objects.filter(pk=newcomer.pk).update(prompt=message.pk, text=text.id)
    PrivacyNotice.objects.create(message=message.pk, contact_id=newcomer.contact_id, claimed=True)
    facts = {"change": "asked", "newcomer": str(newcomer.pk), "message": str(message.pk), "text": text.id}
    record([Entry(Kind.NEWCOMER_CHANGED, NOBODY, newcomer.contact_id, facts, related=newcomer.line_id)], at)
    return Done()


def _was_asked(newcomer: Newcomer) -> bool:
    if newcomer.prompt is None:
        return False
    asked = Message.objects.filter(pk=newcomer.prompt).values_list("state", flat=True).first()
    return asked is not None and State(asked) not in LOST


def _queued(newcomer: Newcomer, text: Wording, answer: Answer, at: datetime) -> Message:
    """The question, on its way. It belongs to no conversation as long as there is none."""
    said, contact, month = draft(text, newcomer), newcomer.contact_id, period(at)
    message = Message(
        id=uuid7(),
        contact_id=contact,
        line_id=newcomer.line_id,
        direction="out",
        kind=said.kind,
        state=State.QUEUED,
        month=month,
        created_at=at,
        actor=NOBODY,
        gate=answer.word,
    )
    name = key_name(contact, month)
    committed = seal_content(keks({name}, create=True)[name], message.pk, Content(Who(), said.what), Facts.of(message))
    message.wrapped, message.ciphertext = committed.sealed.wrapped, committed.sealed.ciphertext
    insert([message])
    job = NewJob(_lane(newcomer.pk), DELIVER, {"message": str(message.pk)}, pace=newcomer.line.pace)
    enqueue([job], at)
    return message


def _lane(newcomer: UUID) -> str:
    return f"newcomer:{newcomer}"
