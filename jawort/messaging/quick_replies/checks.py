"""What must hold of quick replies at rest."""

from jawort.core.finding import Finding
from jawort.messaging.quick_replies.content import open_wording
from jawort.messaging.quick_replies.models import QuickReply


def findings() -> list[Finding]:
    """All of them open: there are few."""
    rows = [(row.pk, bytes(row.sealed)) for row in QuickReply.objects.all()]
    bad = sum(open_wording(pk, sealed) is None for pk, sealed in rows)
    return [Finding("messaging.quick_reply", f"{bad} of {len(rows)} quick replies do not open.")] if bad else []
