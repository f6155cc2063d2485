"""Under which version and settings the installation runs: entered whenever it is another than before."""

from collections.abc import Mapping
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import connection, transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry as Row
from jawort.ledger.record import Entry, record

#: Stands for the installation itself, so that its entries are found by it.
INSTALLATION = uuid5(NAMESPACE_URL, "jawort:installation")
LOCK = 0x4A574346  # “JWCF”; processes that start at once enter it once


@transaction.atomic
def note(facts: Mapping[str, str], at: datetime) -> bool:
    """Enter `facts` (version, hash of the settings) unless the newest entry says the same; whether it was entered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    newest = Row.objects.filter(object=INSTALLATION, kind=Kind.CONFIG_CHANGED).order_by("-pk").first()
    if newest is not None and newest.facts == dict(facts):
        return False
    record([Entry(Kind.CONFIG_CHANGED, "system", INSTALLATION, dict(facts))], at)
    return True
