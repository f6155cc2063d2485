"""A person is deleted from the platform's contact book.

The platform keeps, for each person of a portfolio, which number belongs to which id, to put numbers into webhooks; it
keeps that until it is told to forget. Somebody of ours asks, a job tells the platform, and the ledger has both.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.db import transaction

from jawort.channels.types import Deleted, Refused, Retry, Uncertain
from jawort.channels.whatsapp.errors import meaning
from jawort.core import clock
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.outcome import Again, Done, Job, Outcome, Park
from jawort.lanes.rules import backoff
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.lines.models import Line
from jawort.lines.queries import by_id
from jawort.messaging.live import notify_about
from jawort.people.queries import bsuids, named

DELETE: Final = "contact_book.delete"


class NothingToDelete(ValueError):
    """The platform knows the person by no id of theirs, or we do not: then its contact book has no entry to name."""


@transaction.atomic
def delete_from_contact_book(contact_id: UUID, line: Line, *, actor: str, at: datetime) -> None:
    """Ask the platform to forget which number belongs to this person, whichever of merged contacts is named.

    Raises NothingToDelete.
    """
    known = bsuids(contact_id, line.scope)
    if not known:
        raise NothingToDelete("No WhatsApp id of this contact is known.")
    _ask(contact_id, line.pk, list(known), at)
    _told(contact_id, line.pk, "deletion_asked", actor, at)


class Book(Protocol):
    """The way to the platform's contact book."""

    def delete_from_contact_book(self, line_id: UUID, bsuids: Sequence[str]) -> list[Deleted | Refused | Uncertain]:
        """What deleting each of these ids came to. Asking again changes nothing."""


class ContactBook:
    """The lane handler: every id that the person has or had is deleted, the newest first."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Outcome]:
        """What becomes of each job."""
        return [self._delete(job, UUID(job.ids["contact"]), UUID(job.ids["line"])) for job in jobs]

    def _delete(self, job: Job, contact: UUID, line_id: UUID) -> Outcome:
        known = named(UUID(alias) for alias in job.ids["aliases"].split())
        if not known or not by_id([line_id]):
            return Done()  # the line is gone, or the person was erased meanwhile: nothing is left to name
        answers = self.book.delete_from_contact_book(line_id, list(known.values()))
        at = clock.now()
        rest = {alias: a for alias, a in zip(known, answers, strict=True) if not isinstance(a, Deleted)}
        if not rest:
            _told(contact, line_id, "deleted", "system", at)
            return Done()
        fate = _fate(job, list(rest.values()), at)
        if len(rest) == len(known):
            return fate
        with transaction.atomic():  # what was deleted is not asked for again
            _ask(contact, line_id, list(rest), at, due_at=fate.at if isinstance(fate, Again) else None)
        return Done()


def _ask(contact: UUID, line: UUID, aliases: Sequence[UUID], at: datetime, *, due_at: datetime | None = None) -> None:
    ids = {"contact": str(contact), "line": str(line), "aliases": " ".join(map(str, aliases))}
    enqueue([NewJob(f"contact:{contact}", DELETE, ids, due_at)], at)


def _fate(job: Job, rest: Sequence[Refused | Uncertain], at: datetime) -> Again | Park:
    """Again while any of them may still be deleted; set aside when no asking helps."""
    for answer in rest:
        match answer:
            case Uncertain(reason):
                return Again(at + backoff(job.attempts + 1, job.id), reason)
            case Refused(code, reason, retry) if retry not in (Retry.NEVER, Retry.ALARM):
                wait = max(backoff(job.attempts + 1, job.id), timedelta(seconds=meaning(code).after_s))
                return Again(at + wait, reason)
            case Refused():
                continue
    return Park(rest[0].reason)


@transaction.atomic
def _told(contact: UUID, line: UUID, change: str, actor: str, at: datetime) -> None:
    record([Entry(Kind.CONTACT_BOOK_CHANGED, actor, contact, {"change": change}, related=line)], at)
    notify_about([contact])
