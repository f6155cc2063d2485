"""Whether documents go over WhatsApp through a line: decided by an administrator, entered in the ledger."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.lines.models import Documents, Line


@transaction.atomic
def set_documents(line_id: UUID, documents: Documents, *, actor: str, at: datetime) -> bool:
    """Decide it; True if that changed anything. What has not left is asked about anew. Raises Line.DoesNotExist."""
    line = Line.objects.select_for_update().only("documents").get(pk=line_id)
    if line.documents == documents:
        return False
    Line.objects.filter(pk=line_id).update(documents=documents)
    facts = {"change": "documents", "documents": documents.value, "was": line.documents}
    record([Entry(Kind.LINE_CHANGED, actor, line_id, facts)], at)
    return True
