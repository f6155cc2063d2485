"""What an administrator decides about a line, entered in the ledger each time it changes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.lines.models import Documents, Line, Receipts


def set_receipts(line_id: UUID, receipts: Receipts, *, actor: str, at: datetime) -> bool:
    """Decide what customers learn of being read; True if that changed anything. Raises Line.DoesNotExist."""
    return _decide(line_id, "receipts", receipts, actor, at)


def set_documents(line_id: UUID, documents: Documents, *, actor: str, at: datetime) -> bool:
    """Decide whether documents go over WhatsApp; True if that changed anything. What has not left is asked about anew.

    Raises Line.DoesNotExist.
    """
    return _decide(line_id, "documents", documents, actor, at)


@transaction.atomic
def _decide(line_id: UUID, what: str, choice: Receipts | Documents, actor: str, at: datetime) -> bool:
    line = Line.objects.select_for_update().only(what).get(pk=line_id)
    was = getattr(line, what)
    if was == choice:
        return False
    Line.objects.filter(pk=line_id).update(**{what: choice})
    record([Entry(Kind.LINE_CHANGED, actor, line_id, {"change": what, what: choice.value, "was": was})], at)
    return True
