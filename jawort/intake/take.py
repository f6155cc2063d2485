"""Take waiting bodies off the queue: a batch is one transaction, poison is narrowed down until it stands alone.

An exception rolls the batch back and halves it. What fails alone parks: a single update of a body, or the body whole
if it is no JSON. Attempts are counted before the work in a transaction of their own, so that what kills the process
parks too; after a crash bodies are taken one by one, or the innocent would be parked along with the culprit.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from jawort.channels.types import Malformed, Update
from jawort.channels.whatsapp.parse import parse
from jawort.intake.models import RawEvent
from jawort.intake.park import park_body, park_update
from jawort.intake.story import take_in
from jawort.vault.seal import Unreadable
from jawort.vault.transit_seal import Opener

UPDATES_MAX = 300  # a batch aims at 150 ms; a lock is held for 200 ms at most
BODIES_MAX = 300
ATTEMPTS_MAX = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Body:
    """One body of the queue, opened, with its updates."""

    id: int
    updates: list[Update]


def take_batch(source: str, opener: Opener, at: datetime) -> int:
    """Take in the oldest waiting bodies of `source`; how many went. Raises only when the database is away."""
    waiting = list(RawEvent.objects.filter(source=source, parked_at=None).order_by("id")[:BODIES_MAX])
    interrupted = bool(waiting and waiting[0].attempts)
    waiting = waiting[:1] if interrupted else [raw for raw in waiting if not raw.attempts]
    given_up = [raw for raw in waiting if raw.attempts >= ATTEMPTS_MAX]
    for raw in given_up:
        park_body(raw.pk, "killed_the_process", at)
    bodies = _opened([raw for raw in waiting if raw not in given_up], opener, at)
    if bodies:
        RawEvent.objects.filter(pk__in=[b.id for b in bodies]).update(attempts=F("attempts") + 1)
        _take(bodies, at)
    return len(waiting)


def _opened(waiting: Sequence[RawEvent], opener: Opener, at: datetime) -> list[Body]:
    """Bodies up to the batch's number of updates; what cannot be opened or read parks whole."""
    bodies: list[Body] = []
    updates = 0
    for raw in waiting:
        if updates >= UPDATES_MAX:
            break
        try:
            body = Body(raw.pk, parse(opener.open(bytes(raw.body))))
        except Malformed:
            park_body(raw.pk, "malformed", at)
        except Unreadable:
            park_body(raw.pk, "seal_broken", at)
        else:
            bodies.append(body)
            updates += len(body.updates)
    return bodies


def _take(bodies: Sequence[Body], at: datetime) -> None:
    """One transaction; on a failure the halves; a single body update by update."""
    try:
        if sum(len(body.updates) for body in bodies) > UPDATES_MAX and len(bodies) == 1:
            _take_slices(bodies[0], at)
        else:
            with transaction.atomic():
                _tell([u for body in bodies for u in body.updates], at)
                RawEvent.objects.filter(pk__in=[body.id for body in bodies]).delete()
    except (OperationalError, InterfaceError):
        raise
    except Exception as failure:
        log.warning("intake.failed", extra={"bodies": len(bodies), "failure": type(failure).__name__})
        if len(bodies) > 1:
            half = len(bodies) // 2
            _take(bodies[:half], at)
            _take(bodies[half:], at)
        else:
            _take_one_by_one(bodies[0], at)


def _take_slices(body: Body, at: datetime) -> None:
    """A big body in transactions of a batch's size each; what was told in an earlier one is not told twice."""
    updates = iter(body.updates)
    while part := list(islice(updates, UPDATES_MAX)):
        with transaction.atomic():
            _tell(part, at)
    RawEvent.objects.filter(pk=body.id).delete()


def _take_one_by_one(body: Body, at: datetime) -> None:
    """Each update for itself; the poisonous ones park, the others go in; then the body goes."""
    for update in body.updates:
        try:
            with transaction.atomic():
                _tell([update], at)
        except (OperationalError, InterfaceError):
            raise
        except Exception as failure:
            log.warning("intake.poison", extra={"failure": type(failure).__name__})
            with transaction.atomic():
                park_update(update.original, f"poison_{type(failure).__name__}", at)
    RawEvent.objects.filter(pk=body.id).delete()


def _tell(updates: Sequence[Update], at: datetime) -> None:
    for aside in take_in(updates, at):
        park_update(aside.original, aside.reason, at)
