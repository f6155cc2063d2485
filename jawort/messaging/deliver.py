"""Messages leave. Three notes, never a transaction across the network: `claimed`, `calling`, outcome.

`claimed` asks the gate again, numbers the message, seals it with the address it goes to and records the intent.
`calling` is committed before the call, and only whoever wrote it calls: a worker that slept meanwhile does not. Whoever
finds `claimed` after a crash goes on: nothing has left. Whoever finds `calling` cannot know: the message becomes
`unknown`, a receipt may tell, and only a person sends it again.
"""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction

from jawort.channels.parts import Template
from jawort.channels.types import Outcome, Outgoing, Retry
from jawort.channels.types import Refused as NotSent
from jawort.channels.whatsapp.errors import meaning
from jawort.core import clock
from jawort.lanes.outcome import Again, Done, Job
from jawort.lanes.outcome import Outcome as Fate
from jawort.lanes.pace import rest
from jawort.lines.models import Line
from jawort.lines.rules import REFUSED_TEMPLATES
from jawort.lines.stop import RefusedTemplate, stop, stop_templates
from jawort.messaging.carrier import Carrier, Letter
from jawort.messaging.claim import Ready, claim
from jawort.messaging.content import kind_of
from jawort.messaging.files.along import named
from jawort.messaging.outcome import Called, note
from jawort.messaging.privacy_notice import below

NOTE_TRIES = 3
HELD_FOR = timedelta(seconds=5)  # what waits for the ledger or for the line is looked at again
UNNOTED_FOR = timedelta(seconds=1)

log = logging.getLogger(__name__)


class Deliver:
    """The lane handler of kind `deliver`: a batch of jobs, one message each, at most one of a conversation."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Fate]:
        """What becomes of each job. A message that is not waiting any more is done."""
        by_message = {UUID(job.ids["message"]): job for job in jobs}
        at = clock.now()
        claimed = claim(list(by_message), at)
        fates: dict[UUID, Fate] = {
            message: Again(at + HELD_FOR, code, counts=False) for message, code in claimed.held.items()
        }
        fates |= {message: Again(until, "paced", counts=False) for message, until in claimed.paced.items()}
        ours = _calling([r.message.pk for r in claimed.ready])
        for r in claimed.ready:
            fates[r.message.pk] = Again(at + HELD_FOR, "taken", counts=False)
        called = [r for r in claimed.ready if r.message.pk in ours]
        if called:
            begun = clock.now()
            outcomes = self.carrier.carry([letter(r) for r in called])
            noted = [(r.message, o, by_message[r.message.pk]) for r, o in zip(called, outcomes, strict=True)]
            fates |= _noted(noted)
            _stop_lines(noted)
            _stop_templates(called, outcomes, begun)
            _slow_lines(noted)
        return [fates.get(message, Done()) for message in by_message]


def letter(ready: Ready) -> Letter:
    """What goes over the wire: the address and what was sealed, through the message's line."""
    who, what = ready.content.who, ready.content.what
    outgoing = Outgoing(
        own_id=str(ready.message.pk),
        to_phone=who.phone,
        to_bsuid=who.bsuid,
        text=below(what.text, what.notice),
        reply_to=ready.reply_to,
        kind=kind_of(what),
        part=named(what.part, ready.file) if ready.file else what.part,
    )
    return Letter(ready.message.line_id, outgoing)


def _calling(ids: Sequence[UUID]) -> set[UUID]:
    """The last word before the call, its own transaction. Those that are ours to call: nobody else has said it."""
    if not ids:
        return set()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_message SET state = 'calling', called_at = %s "
            "WHERE id = ANY(%b) AND state = 'claimed' RETURNING id",
            [clock.now(), sorted(ids)],
        )
        return {row[0] for row in cursor.fetchall()}


def _noted(called: Sequence[Called]) -> dict[UUID, Fate]:
    """Note the outcomes. What is in hand here is known nowhere else: a database in trouble is asked again.

    One outcome that cannot be noted must not take the others along: they are then noted one by one. What cannot be
    noted at all is found `calling` by the next attempt and becomes `unknown`.
    """
    for attempt in range(NOTE_TRIES):
        try:
            return note(called, clock.now())
        except (OperationalError, InterfaceError) as trouble:
            log.warning("deliver.noting_again", extra={"failure": type(trouble).__name__})
            if not connection.in_atomic_block:
                connection.close()
            time.sleep(0.1 * 2**attempt)
        except Exception as failure:
            log.warning("deliver.noting_one_by_one", extra={"failure": type(failure).__name__})
            break
    fates: dict[UUID, Fate] = {}
    for one in called:
        try:
            fates |= note([one], clock.now())
        except Exception as failure:
            log.error("deliver.unnoted", extra={"failure": type(failure).__name__})
            fates[one[0].pk] = Again(clock.now() + UNNOTED_FOR, "unnoted")
    return fates


def _stop_lines(called: Sequence[Called]) -> None:
    """What was refused for a reason that every message will meet stops its line."""
    alarms = [(m.line_id, o.code) for m, o, _ in called if isinstance(o, NotSent) and o.retry is Retry.ALARM]
    stop(alarms, clock.now())


def _stop_templates(called: Sequence[Ready], outcomes: Sequence[Outcome], begun: datetime) -> None:
    """What was refused because of its template stops that template.

    Told as of the beginning of the call: a notice that came during it, which may say that the pause is over, has the
    last word.
    """
    refused = [
        RefusedTemplate(r.message.line_id, part.name, part.language, o.code, begun.replace(microsecond=0))
        for r, o in zip(called, outcomes, strict=True)
        if isinstance(o, NotSent) and o.code in REFUSED_TEMPLATES and isinstance(part := r.content.what.part, Template)
    ]
    stop_templates(refused, clock.now())


def _slow_lines(called: Sequence[Called]) -> None:
    """A refusal that says "too fast" of the whole line: nothing more leaves through it for as long as it says."""
    waits = [(m.line_id, meaning(o.code)) for m, o, _ in called if isinstance(o, NotSent)]
    slowed = {line: known.after_s for line, known in waits if known.slows}
    for line in Line.objects.filter(pk__in=slowed) if slowed else ():
        rest(line.pace, slowed[line.pk], clock.now())
