"""What the call came to: noted in batches, sealed ids, one ledger entry each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from jawort.channels.tally import taken
from jawort.channels.types import Accepted, Outcome, Refused, Retry, Uncertain
from jawort.channels.whatsapp.errors import meaning
from jawort.egress.write_down import add
from jawort.lanes.outcome import Again, Done, Job
from jawort.lanes.outcome import Outcome as Fate
from jawort.lanes.rules import ATTEMPTS_MAX, backoff
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.messaging.content import key_name
from jawort.messaging.counts import count_out
from jawort.messaging.heed import heed
from jawort.messaging.live import notify
from jawort.messaging.models import Message
from jawort.messaging.provider import seal_provider_id
from jawort.messaging.rules import State, advance
from jawort.messaging.snooze import stir
from jawort.messaging.touch import bump, bump_left, lock_homes
from jawort.messaging.write import write
from jawort.vault.keys import keks

#: A lane waits while its first message is tried again. What may go only after longer, a person decides.
WAIT_MAX = timedelta(minutes=10)

Called = tuple[Message, Outcome, Job]


def note(called: Sequence[Called], at: datetime) -> dict[UUID, Fate]:
    """Store the outcome of each call and what they carried, and say what becomes of each job.

    The register's rows come last: every worker writes to the same ones, and holds them for the commit alone.
    """
    with taken() as counts, transaction.atomic():
        fates = _noted(called, at)
        add(counts, at)
    return fates


def _noted(called: Sequence[Called], at: datetime) -> dict[UUID, Fate]:
    """A receipt may have come before the outcome: the row is read again under lock and never moves backwards."""
    ids = sorted(m.pk for m, _, _ in called)
    lock_homes(ids)
    rows = Message.objects.select_for_update(of=("self",), no_key=True).order_by("pk").in_bulk(ids)
    keys = keks({key_name(m.contact_id, m.month) for m in rows.values()}, create=False)
    fates: dict[UUID, Fate] = {}
    entries = []
    for sent, outcome, job in called:
        message = rows.get(sent.pk)
        if message is None:  # erased during the call
            continue
        fates[message.pk], facts = _apply(message, outcome, job, at)
        if isinstance(outcome, Accepted) and (kek := keys.get(key_name(message.contact_id, message.month))):
            seal_provider_id(message, outcome.provider_id, kek)
        entries.append(Entry(Kind.MESSAGE_OUTCOME, "system", message.pk, facts))
    record(entries, at)
    heed(((m, m.failure) for m in rows.values()), at)
    write(rows.values(), "state", "failure", "provider_index", "provider_wrapped", "provider_ciphertext")
    count_out(rows.values())
    homes = [(m.conversation_id, m.pk) for m in rows.values() if m.conversation_id]
    # A call whose answer was lost counts too: the platform may have taken the message.
    gone = [rows[m.pk] for m, outcome, _ in called if m.pk in rows and not isinstance(outcome, Refused)]
    through = {m.conversation_id for m in gone if m.conversation_id}
    bump_left(through, at)
    bump({home for home, _ in homes} - through)
    lost = (State.FAILED, State.UNKNOWN)
    stir({m.conversation_id for m in rows.values() if m.conversation_id and m.state in lost}, at)
    notify([home for home, _ in homes], homes)
    return fates


def _apply(message: Message, outcome: Outcome, job: Job, at: datetime) -> tuple[Fate, dict[str, JSON]]:
    match outcome:
        case Accepted():
            message.state = advance(State(message.state), State.ACCEPTED)
            return Done(), {"state": "accepted"}
        case Uncertain(reason):
            if message.state == State.CALLING:
                message.state = State.UNKNOWN
            return Done(), {"state": "unknown", "code": reason}
        case Refused():
            return _refused(message, outcome, job, at)


def _refused(message: Message, outcome: Refused, job: Job, at: datetime) -> tuple[Fate, dict[str, JSON]]:
    """Again, or failed. A receipt that came meanwhile knows more than the answer; a job given up has no second try."""
    facts: dict[str, JSON] = {"code": str(outcome.code), "reason": outcome.reason}
    if message.state not in (State.CALLING, State.UNKNOWN):
        return Done(), facts | {"state": message.state}
    wait = wait_for(outcome, job)
    if wait is not None and message.state == State.CALLING:
        message.state = State.QUEUED
        return Again(at + wait, outcome.reason), facts | {"state": "queued"}
    message.state, message.failure = State.FAILED, str(outcome.code)
    return Done(), facts | {"state": "failed"}


def wait_for(outcome: Refused, job: Job) -> timedelta | None:
    """How long until the next attempt; None if there is none.

    A wait that grows is advice on how to find the end of a block of unknown length, not its end: it grows to WAIT_MAX.
    """
    known = meaning(outcome.code)
    tries = min(known.tries_max or ATTEMPTS_MAX, ATTEMPTS_MAX)
    wait = max(backoff(job.attempts + 1, job.id), timedelta(seconds=known.wait_s(job.attempts + 1)))
    if known.grows > 1:
        wait = min(wait, WAIT_MAX)
    passes = outcome.retry in (Retry.BACKOFF, Retry.WAIT) and job.attempts + 1 < tries and wait <= WAIT_MAX
    return wait if passes else None
