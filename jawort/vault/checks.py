"""What must hold of the keys at rest."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from jawort.core.clock import now
from jawort.core.finding import Finding
from jawort.vault import epochs
from jawort.vault.models import Epoch, PeriodKey, SubjectKey, TransitDay
from jawort.vault.seal import Unreadable
from jawort.vault.transit import DAYS_KEPT, private_of

_ORPHANS = """
SELECT count(*) FROM (
    SELECT epoch_id FROM vault_subjectkey UNION ALL SELECT epoch_id FROM vault_periodkey
) AS k JOIN vault_epoch e ON e.number = k.epoch_id WHERE e.wrapped IS NULL
"""


def findings() -> list[Finding]:
    """Everything about keys that should hold and does not."""
    return [*_epochs(), *_orphans(), *_days(now())]


def _epochs() -> list[Finding]:
    found = []
    for epoch in Epoch.objects.filter(wrapped__isnull=False).order_by("number"):
        try:
            epochs.epoch_key(epoch.number, bytes(epoch.wrapped or b""))
        except epochs.WrongRootError as error:
            found.append(Finding("vault.root", str(error)))
    no_epoch = not Epoch.objects.filter(wrapped__isnull=False).exists()
    if no_epoch and (SubjectKey.objects.exists() or PeriodKey.objects.exists()):
        found.append(Finding("vault.epoch", "There are keys and no epoch that opens them: restore the database."))
    return found


def _orphans() -> list[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_ORPHANS)
        (count,) = cursor.fetchone() or (0,)
    if not count:
        return []
    return [Finding("vault.orphans", f"{count} keys hang from an epoch whose key is destroyed: they open nothing.")]


def _days(at: datetime) -> list[Finding]:
    today = at.astimezone(UTC).date()
    found = []
    if not TransitDay.objects.filter(day=today, wrapped__isnull=False).exists():
        found.append(Finding("vault.day", f"There is no transit key for {today}: start a worker (jawort work)."))
    # A day more than the deadline: the job that destroys them runs once a day.
    late = TransitDay.objects.filter(day__lt=today - timedelta(days=DAYS_KEPT + 1), wrapped__isnull=False)
    if count := late.count():
        found.append(
            Finding("vault.day_late", f"{count} transit keys are older than {DAYS_KEPT} days and not destroyed.")
        )
    for day in TransitDay.objects.filter(wrapped__isnull=False).values_list("day", flat=True):
        try:
            private_of(day)
        except Unreadable:
            found.append(Finding("vault.day_unreadable", f"The transit key of {day} does not open."))
    return found
