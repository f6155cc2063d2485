"""What an administrator decides about a line, entered in the ledger each time it changes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.legal.queries import links
from jawort.lines.models import Book, Documents, Line, Newcomers, Receipts


def set_receipts(line_id: UUID, receipts: Receipts, *, actor: str, at: datetime) -> bool:
    """Decide what customers learn of being read; True if that changed anything. Raises Line.DoesNotExist."""
    return _decide(line_id, "receipts", receipts, actor, at)


def set_documents(line_id: UUID, documents: Documents, *, actor: str, at: datetime) -> bool:
    """Decide whether documents go over WhatsApp; True if that changed anything. What has not left is asked about anew.

    Raises Line.DoesNotExist.
    """
    return _decide(line_id, "documents", documents, actor, at)


@transaction.atomic
def set_book(line_id: UUID, book: Book, reason: str, *, actor: str, at: datetime) -> bool:
    """Keep how Meta's contact book is: off, or on for a reason; True if that changed anything.

    The ledger says that it was said, not why. Raises Line.DoesNotExist, ValueError for neither, or on without a reason.
    """
    why = reason.strip() if book is Book.ON else ""
    if book is Book.UNSAID or (book is Book.ON and not why):
        raise ValueError("the contact book is off, or on for a reason")
    line = Line.objects.select_for_update().only("book", "book_reason").get(pk=line_id)
    if (line.book, line.book_reason) == (book, why):
        return False
    Line.objects.filter(pk=line_id).update(book=book, book_reason=why)
    record([Entry(Kind.LINE_CHANGED, actor, line_id, {"change": "book", "book": book.value, "was": line.book})], at)
    return True


class CannotAskFirst(ValueError):
    """Nobody can be asked for a yes without the company's name and the address of its privacy notice."""


@transaction.atomic
def set_newcomers(line_id: UUID, newcomers: Newcomers, company: str, *, actor: str, at: datetime) -> bool:
    """Decide whether new people say yes before they are read, asked in the name of `company`; True if it changed.

    Whoever waits when the line is opened is still asked and waited for. Without a `company` the name stays as it is.
    Raises Line.DoesNotExist, CannotAskFirst.
    """
    line = Line.objects.select_for_update().only("newcomers", "company").get(pk=line_id)
    name = " ".join(company.split()) or line.company
    if newcomers is Newcomers.YES_FIRST and (not name or links() is None):
        raise CannotAskFirst
    if (line.newcomers, line.company) == (newcomers, name):
        return False
    Line.objects.filter(pk=line_id).update(newcomers=newcomers, company=name)
    facts: dict[str, JSON] = {"change": "newcomers", "newcomers": newcomers.value, "was": line.newcomers}
    facts |= {"renamed": True} if name != line.company else {}
    record([Entry(Kind.LINE_CHANGED, actor, line_id, facts)], at)
    return True


@transaction.atomic
def _decide(line_id: UUID, what: str, choice: Receipts | Documents, actor: str, at: datetime) -> bool:
    line = Line.objects.select_for_update().only(what).get(pk=line_id)
    was = getattr(line, what)
    if was == choice:
        return False
    Line.objects.filter(pk=line_id).update(**{what: choice})
    record([Entry(Kind.LINE_CHANGED, actor, line_id, {"change": what, what: choice.value, "was": was})], at)
    return True
