"""What customers of a line learn of being read: decided by an administrator, entered in the ledger."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.lines.models import Line, Receipts


@transaction.atomic
def set_receipts(line_id: UUID, receipts: Receipts, *, actor: str, at: datetime) -> bool:
    """Decide it; True if that changed anything. Raises Line.DoesNotExist."""
    line = Line.objects.select_for_update().only("receipts").get(pk=line_id)
    if line.receipts == receipts:
        return False
    Line.objects.filter(pk=line_id).update(receipts=receipts)
    facts = {"change": "receipts", "receipts": receipts.value, "was": line.receipts}
    record([Entry(Kind.LINE_CHANGED, actor, line_id, facts)], at)
    return True
