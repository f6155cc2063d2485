"""Enter the addresses that customers find on every page of ours."""

from datetime import datetime

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.legal.models import Links
from jawort.legal.rules import is_fit


@transaction.atomic
def keep(imprint: str, privacy: str, *, actor: str, at: datetime) -> bool:
    """Customers find these from now on. False if they did so far. Raises ValueError for an address that is unfit."""
    if not (is_fit(imprint) and is_fit(privacy)):
        raise ValueError("an address that customers cannot be sent to")
    row = Links.objects.select_for_update().filter(pk=Links.ONLY).first() or Links()
    before = {"imprint": row.imprint, "privacy": row.privacy}
    new = {"imprint": imprint, "privacy": privacy}
    changed = [name for name, url in new.items() if before[name] != url]
    if not changed:
        return False
    Links.objects.update_or_create(pk=Links.ONLY, defaults={**new, "since": at})
    record([Entry(Kind.LEGAL_LINKS_CHANGED, actor, None, {"which": changed})], at)
    return True
