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
from jawort.people.queries import bsuids

DELETE: Final = "contact_book.delete"


class NothingToDelete(ValueError):
    """The platform knows the person by no id of theirs, or we do not: then its contact book has no entry to name."""


@transaction.atomic
def delete_from_contact_book(contact_id: UUID, line: Line, *, actor: str, at: datetime) -> None:
    """Ask the platform to forget which number belongs to this contact. Raises NothingToDelete."""
    if not bsuids(contact_id, line.scope):
        raise NothingToDelete("No WhatsApp id of this contact is known.")
    ids = {"contact": str(contact_id), "line": str(line.pk)}
    enqueue([NewJob(f"contact:{contact_id}", DELETE, ids)], at)
    _told(contact_id, line.pk, "deletion_asked", actor, at)


class Book(Protocol):
    """The way to the platform's contact book."""

    def delete_from_contact_book(self, line_id: UUID, bsuids: Sequence[str]) -> Deleted | Refused | Uncertain:
        """What deleting these ids came to. Asking again changes nothing."""


class ContactBook:
    """The lane handler: every id that the person has or had is deleted."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Outcome]:
        """What becomes of each job."""
        return [self._delete(job, UUID(job.ids["contact"]), UUID(job.ids["line"])) for job in jobs]

    def _delete(self, job: Job, contact: UUID, line_id: UUID) -> Outcome:
        line = by_id([line_id]).get(line_id)
        known = bsuids(contact, line.scope) if line is not None else []
        if not known:
            return Done()  # the line is gone, or the person was erased meanwhile: nothing is left to name
        answer = self.book.delete_from_contact_book(line_id, known)
        at = clock.now()
        match answer:
            case Deleted():
                _told(contact, line_id, "deleted", "system", at)
                return Done()
            case Refused(_, reason, retry) if retry in (Retry.NEVER, Retry.ALARM):
                return Park(reason)
            case Refused(code, reason, _):
                wait = max(backoff(job.attempts + 1, job.id), timedelta(seconds=meaning(code).after_s))
                return Again(at + wait, reason)
            case Uncertain(reason):
                return Again(at + backoff(job.attempts + 1, job.id), reason)


@transaction.atomic
def _told(contact: UUID, line: UUID, change: str, actor: str, at: datetime) -> None:
    record([Entry(Kind.CONTACT_BOOK_CHANGED, actor, contact, {"change": change}, related=line)], at)
    notify_about([contact])
