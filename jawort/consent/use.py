"""Something leaves on the strength of a consent: it lives on. One that nobody uses ends (state.TERMS)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from jawort.consent.purpose import Purpose
from jawort.core.ids import uuid7

# To the day: finer would be a write for every message. In the order of their contacts, as two batches may share some.
_USE: Final = """
INSERT INTO consent_use (id, contact_id, purpose, at)
SELECT id, contact, %s, %s FROM unnest(%b::uuid[], %b::uuid[]) AS new (id, contact) ORDER BY contact
ON CONFLICT (contact_id, purpose) DO UPDATE SET at = EXCLUDED.at
 WHERE consent_use.at < EXCLUDED.at - interval '1 day'
"""


def use(contacts: Collection[UUID], purpose: Purpose, at: datetime) -> None:
    """A message leaves for these contacts because they have consented to `purpose`. Needs a transaction."""
    if contacts:
        with connection.cursor() as cursor:
            cursor.execute(_USE, [purpose, at, [uuid7() for _ in contacts], list(contacts)])
