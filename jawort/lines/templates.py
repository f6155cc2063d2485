"""The templates of our accounts: kept as the platform listed them, listed anew when it tells of a change."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction

from jawort.channels.whatsapp.templates import Listed
from jawort.core.ids import uuid7
from jawort.lanes.set_back import wake
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON, canonical
from jawort.lines.models import Line, Listing

LANE = "templates"
#: Notices tell of changes at once; this finds what got lost, and what nobody tells: a template that is new.
EVERY = timedelta(hours=1)
#: After a listing that failed. What keeps it from working is seldom over within a minute.
AGAIN = timedelta(minutes=5)
AT_ONCE = timedelta(0)

_COLUMNS = ("ref", "name", "language", "category", "status", "quality", "reason", "named", "components")
#: Rows of an account that the list does not name go; of the others only those change that are different.
_TAKE = """
WITH told AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)b::uuid[], %(ref)b::text[], %(name)b::text[], %(language)b::text[], %(category)b::text[],
        %(status)b::text[], %(quality)b::text[], %(reason)b::text[], %(named)b::bool[], %(components)b::jsonb[])
        AS t (id, ref, name, language, category, status, quality, reason, named, components)
), gone AS (
    DELETE FROM lines_template o WHERE o.account = %(account)s
       AND NOT EXISTS (SELECT FROM told t WHERE t.name = o.name AND t.language = o.language) RETURNING o.id
), kept AS (
    INSERT INTO lines_template AS o (id, account, ref, name, language, category, status, quality, reason, named,
                                     components, changed_at)
    SELECT id, %(account)s, ref, name, language, category, status, quality, reason, named, components, %(at)s FROM told
        ON CONFLICT (account, name, language) DO UPDATE SET ref = excluded.ref, category = excluded.category,
           status = excluded.status, quality = excluded.quality, reason = excluded.reason, named = excluded.named,
           components = excluded.components, changed_at = excluded.changed_at
     WHERE (o.ref, o.category, o.status, o.quality, o.reason, o.named, o.components) IS DISTINCT FROM
           (excluded.ref, excluded.category, excluded.status, excluded.quality, excluded.reason, excluded.named,
            excluded.components)
    RETURNING xmax = 0 AS fresh
)
SELECT (SELECT count(*) FROM kept WHERE fresh), (SELECT count(*) FROM kept WHERE NOT fresh), (SELECT count(*) FROM gone)
"""
#: Whoever asked for a listing while one was under way gets another one.
_LISTED = """
UPDATE lines_listing SET due_at = CASE WHEN due_at = %(seen)s THEN %(next)s ELSE due_at END,
       listed_at = coalesce(%(listed)s, listed_at), trouble = %(trouble)s WHERE account = %(account)s
"""


@dataclass(frozen=True, slots=True)
class Due:
    """An account whose templates are to be listed now; `due_at` as it was when that was found."""

    account: str
    due_at: datetime


def due(at: datetime) -> list[Due]:
    """The accounts that are to be listed, also those that nobody has listed yet. A clock that went back keeps none."""
    accounts = set(Line.objects.values_list("waba_id", flat=True))
    Listing.objects.bulk_create(
        [Listing(account=account, due_at=at) for account in sorted(accounts)], ignore_conflicts=True
    )
    rows = Listing.objects.filter(account__in=accounts).order_by("account").values_list("account", "due_at")
    return [Due(account, due_at) for account, due_at in rows if not at < due_at <= at + EVERY]


def want_listing(accounts: Collection[str], at: datetime) -> None:
    """Have the templates of these accounts listed now. Needs a transaction."""
    if accounts and Listing.objects.filter(account__in=accounts).update(due_at=at):
        wake(LANE, at, AT_ONCE)


@transaction.atomic
def take_templates(of: Due, told: Sequence[Listed], at: datetime) -> None:
    """Keep these templates and no other of the account; enters in the ledger what stands now, if that changed."""
    listing = Listing.objects.select_for_update().get(account=of.account)
    listed = {(one.name, one.language): one for one in told}
    rows = [asdict(one) for _, one in sorted(listed.items())]
    columns: dict[str, list[str]] = {name: [row[name] for row in rows] for name in _COLUMNS}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {**columns, "ids": [uuid7() for _ in rows], "account": of.account, "at": at})
        new, changed, gone = cursor.fetchone()
    _note(of, listed=at, due_at=at + EVERY)
    if new or changed or gone:
        stands: list[JSON] = [row | {"components": json.loads(row["components"])} for row in rows]
        facts: dict[str, JSON] = {
            "change": "templates",
            "account": of.account,
            "count": len(rows),
            "new": new,
            "changed": changed,
            "gone": gone,
            "sha256": sha256(canonical(stands)).hexdigest(),
        }
        record([Entry(Kind.CONFIG_CHANGED, "system", listing.pk, facts)], at)


def note_trouble(of: Due, trouble: str, at: datetime) -> None:
    """The listing did not come: what stood stands on, and it is said why."""
    _note(of, due_at=at + AGAIN, trouble=trouble[:64])


def _note(of: Due, *, due_at: datetime, listed: datetime | None = None, trouble: str = "") -> None:
    noted: dict[str, str | datetime | None] = {"account": of.account, "seen": of.due_at, "next": due_at}
    noted |= {"listed": listed, "trouble": trouble}
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, noted)
