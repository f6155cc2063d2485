"""Take waiting bodies off the queue: a batch is one transaction, poison is narrowed down until it stands alone.

An exception rolls the batch back and halves it. What fails alone parks: a single update of a body, or the body whole
if it cannot be read. Attempts are counted before anything is read, in a transaction of their own, so that what kills
the process parks too; after a crash what was in hand is tried in ever smaller groups, or the innocent would be parked
along with the culprit. A database in trouble is nobody's fault: then the count is taken back.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import psycopg.errors
from django.db import Error, InterfaceError, OperationalError, connection, transaction

from jawort.channels.types import Malformed, Update
from jawort.channels.whatsapp.parse import parse
from jawort.intake.aside import Aside
from jawort.intake.models import RawEvent
from jawort.intake.park import park_body, park_updates
from jawort.intake.queue import Queue, Waiting
from jawort.intake.story import take_in
from jawort.intake.turns import ATTEMPTS_MAX
from jawort.vault.seal import Unreadable
from jawort.vault.transit_seal import Opener

UPDATES_MAX = 300  # a batch aims at 150 ms; a lock is held for 200 ms at most
TRIES_MAX = 3

#: Another transaction was in the way: the same work passes when it is tried again.
IN_THE_WAY = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
)

_COUNT = "UPDATE intake_rawevent SET attempts = attempts + 1 WHERE id = ANY(%b::bigint[])"
# Not where somebody has counted since: that may have been a process that died.
_TAKE_BACK = """
UPDATE intake_rawevent r SET attempts = h.attempts
  FROM unnest(%b::bigint[], %b::int[]) AS h (id, attempts)
 WHERE r.id = h.id AND r.attempts = h.attempts + 1
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Body:
    """One body of the queue, opened, with its updates that are not taken in yet; `taken` were before."""

    id: int
    updates: list[Update]
    taken: int = 0


def take_batch(queue: Queue, at: datetime, in_hand: dict[int, int] | None = None) -> int:
    """Take in the bodies whose turn it is; how many went.

    Raises only when the database is in trouble (OperationalError, InterfaceError). The attempts are then taken back;
    where even that fails, `in_hand` keeps bodies and their attempts before, for `take_back` after the reconnect.
    """
    waiting = queue.next()
    if waiting and waiting[0].attempts >= ATTEMPTS_MAX:
        park_body(waiting[0].id, "killed_the_process", at)
        return 1
    held = {} if in_hand is None else in_hand
    held.update({raw.id: raw.attempts for raw in waiting})
    try:
        _count(waiting)
        for bodies in _batches(waiting, queue.opener, at):
            _take(bodies, at)
    except (OperationalError, InterfaceError):
        with suppress(Error):
            take_back(held)
            held.clear()
        raise
    held.clear()
    return len(waiting)


def take_back(held: Mapping[int, int]) -> None:
    """Attempts that failed for no fault of the bodies do not count. `held` are their ids and attempts before."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, [list(held), list(held.values())])


def _count(waiting: Sequence[Waiting]) -> None:
    if waiting:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [[raw.id for raw in waiting]])


def _batches(waiting: Sequence[Waiting], opener: Opener, at: datetime) -> Iterator[list[Body]]:
    """Bodies up to a batch's number of updates; a body that has more comes alone."""
    batch: list[Body] = []
    updates = 0
    for raw in waiting:
        body = _opened(raw, opener, at)
        if body is None:
            continue
        if batch and updates + len(body.updates) > UPDATES_MAX:
            yield batch
            batch, updates = [], 0
        batch.append(body)
        updates += len(body.updates)
    if batch:
        yield batch


def _opened(raw: Waiting, opener: Opener, at: datetime) -> Body | None:
    """The body; None for one that cannot be opened or read, which parks whole."""
    try:
        return Body(raw.id, parse(opener.open(raw.sealed))[raw.taken :], raw.taken)
    except Malformed:
        reason = "malformed"
    except Unreadable:
        reason = "seal_broken"
    except (OperationalError, InterfaceError):
        raise
    except Exception as failure:
        reason = f"parser_{type(failure).__name__}"
        log.error("intake.parser", extra={"failure": type(failure).__name__})
    park_body(raw.id, reason, at)
    return None


def _take(bodies: Sequence[Body], at: datetime) -> None:
    """One transaction; on a failure the halves; a single body update by update."""
    try:
        if sum(len(body.updates) for body in bodies) > UPDATES_MAX and len(bodies) == 1:
            _take_slices(bodies[0], at)
        else:
            _tell([u for body in bodies for u in body.updates], [body.id for body in bodies], at)
    except Exception as failure:
        if _in_trouble(failure):
            raise
        log.warning("intake.failed", extra={"bodies": len(bodies), "failure": type(failure).__name__})
        if len(bodies) > 1:
            half = len(bodies) // 2
            _take(bodies[:half], at)
            _take(bodies[half:], at)
        else:
            _take_one_by_one(bodies[0], at)


def _take_slices(body: Body, at: datetime) -> None:
    """A big body in transactions of a batch's size each."""
    for begin in range(0, len(body.updates), UPDATES_MAX):
        end = begin + UPDATES_MAX
        _tell(body.updates[begin:end], [], at, _Part(body, end))


def _take_one_by_one(body: Body, at: datetime) -> None:
    """Each update for itself; the poisonous ones park, the others go in."""
    for number, update in enumerate(body.updates, 1):
        part = _Part(body, number)
        try:
            _tell([update], [], at, part)
        except Exception as failure:
            if _in_trouble(failure):
                raise
            log.warning("intake.poison", extra={"failure": type(failure).__name__})
            with transaction.atomic():
                park_updates([Aside(update.original, f"poison_{type(failure).__name__}")], at)
                part.leave()


@dataclass(frozen=True, slots=True)
class _Part:
    """A body that is taken in by parts, and up to which of the updates in hand this part goes."""

    body: Body
    end: int

    def leave(self) -> None:
        """In the part's transaction: what is taken in will not be taken again, whenever we die; with the last part the

        body goes. Messages would be recognised, but what is set aside would be set aside twice."""
        row = RawEvent.objects.filter(pk=self.body.id)
        if self.end >= len(self.body.updates):
            row.delete()
        else:
            row.update(taken=self.body.taken + self.end)


def _tell(updates: Sequence[Update], done: Sequence[int], at: datetime, part: _Part | None = None) -> None:
    """One transaction: take in `updates`, and the bodies `done` go. Tried again when another was in the way."""
    for attempt in range(1, TRIES_MAX + 1):
        try:
            with transaction.atomic():
                park_updates(take_in(updates, at), at)
                if part is not None:
                    part.leave()
                else:
                    RawEvent.objects.filter(pk__in=done).delete()
            return
        except OperationalError as trouble:
            if attempt == TRIES_MAX or not isinstance(trouble.__cause__, IN_THE_WAY):
                raise
            log.warning("intake.again", extra={"failure": type(trouble.__cause__).__name__})


def _in_trouble(failure: Exception) -> bool:
    """Whether the database failed, and not what it was given: a value too large for it stays so with every attempt."""
    too_much = isinstance(failure.__cause__, psycopg.errors.ProgramLimitExceeded)
    return isinstance(failure, OperationalError | InterfaceError) and not too_much
