"""What the call came to: noted in batches, sealed ids, one ledger entry each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from jawort.channels.types import Accepted, Outcome, Refused, Retry, Uncertain
from jawort.channels.whatsapp.errors import meaning
from jawort.lanes.outcome import Again, Done, Job
from jawort.lanes.outcome import Outcome as Fate
from jawort.lanes.rules import ATTEMPTS_MAX, backoff
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.messaging.content import key_name
from jawort.messaging.live import notify
from jawort.messaging.models import Message
from jawort.messaging.provider import seal_provider_id
from jawort.messaging.rules import State, advance
from jawort.messaging.touch import bump, lock_homes
from jawort.vault.keys import keks

Called = tuple[Message, Outcome, Job]


@transaction.atomic
def note(called: Sequence[Called], at: datetime) -> dict[UUID, Fate]:
    """Store the outcome of each call, and say what becomes of its job.

    A receipt may have come before the outcome: the row is read again under lock and never moves backwards.
    """
    ids = sorted(m.pk for m, _, _ in called)
    lock_homes(ids)
    rows = Message.objects.select_for_update(of=("self",), no_key=True).order_by("pk").in_bulk(ids)
    keys = keks({key_name(m.contact_id, m.month) for m in rows.values()}, create=False)
    fates: dict[UUID, Fate] = {}
    entries = []
    for sent, outcome, job in called:
        message = rows[sent.pk]
        fates[message.pk], facts = _apply(message, outcome, job, at)
        if isinstance(outcome, Accepted):
            seal_provider_id(message, outcome.provider_id, keys[key_name(message.contact_id, message.month)])
        entries.append(Entry(Kind.MESSAGE_OUTCOME, "system", message.pk, facts))
    record(entries, at)
    fields = ["state", "failure", "provider_index", "provider_wrapped", "provider_ciphertext"]
    Message.objects.bulk_update(rows.values(), fields)
    homes = [(m.conversation_id, m.pk) for m in rows.values() if m.conversation_id]
    bump([home for home, _ in homes])
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
        case Refused(code, reason, retry) if retry in (Retry.BACKOFF, Retry.WAIT) and job.attempts + 1 < ATTEMPTS_MAX:
            message.state = State.QUEUED
            wait = max(backoff(job.attempts + 1, job.id), timedelta(seconds=meaning(code).after_s))
            return Again(at + wait, reason), {"state": "queued", "code": str(code)}
        case Refused(code, reason, _):
            message.state, message.failure = State.FAILED, str(code)
            return Done(), {"state": "failed", "code": str(code), "reason": reason}
