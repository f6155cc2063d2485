"""What must hold of drafts at rest."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from jawort.core.finding import Finding
from jawort.messaging.drafts.content import opened_draft
from jawort.messaging.drafts.models import KeptDraft
from jawort.messaging.drafts.rules import KEPT_FOR

#: The newest are opened: what is wrong with a key or a release shows there first.
OPENED_MAX = 200
UPKEEP_WITHIN = timedelta(minutes=5)


def findings(at: datetime) -> Iterator[Finding]:
    """They open, and go after 30 days."""
    rows = list(KeptDraft.objects.order_by("-changed_at")[:OPENED_MAX])
    if bad := sum(opened_draft(row) is None for row in rows):
        yield Finding("messaging.draft", f"{bad} of the {len(rows)} newest drafts do not open.")
    if old := KeptDraft.objects.filter(changed_at__lt=at - KEPT_FOR - UPKEEP_WITHIN).count():
        text = f"{old} drafts are older than {KEPT_FOR.days} days: see that a worker runs (jawort work)."
        yield Finding("messaging.draft_late", text)
