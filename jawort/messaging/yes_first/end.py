"""Waiting ends: what was withheld is deleted with its keys, and only counted. Who is let in is let_in's."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.messaging.models import Message, PrivacyNotice
from jawort.messaging.yes_first.models import Newcomer, Withheld
from jawort.messaging.yes_first.queries import cases
from jawort.messaging.yes_first.rules import ANSWER_WITHIN, End, lapsed
from jawort.messaging.yes_first.withhold import KLASS
from jawort.people.forget import forget
from jawort.vault.keys import destroy

#: At once: each may bring a person along that is looked for in every table.
SWEPT_MAX: Final = 200

_COUNT: Final = """
INSERT INTO messaging_newcomer_ended AS e (line_id, day, how, count)
SELECT * FROM unnest(%b::uuid[], %b::date[], %b::text[], %b::bigint[])
    ON CONFLICT (line_id, day, how) DO UPDATE SET count = e.count + excluded.count
"""

#: That somebody was asked is no reason to know them.
_QUESTIONS: Final = {Message: Q(direction="out", conversation=None), PrivacyNotice: Q(message__isnull=False)}

Ending = tuple[Newcomer, End]


def count_ended(ended: Sequence[Ending], at: datetime) -> None:
    """Count how waiting ended. Needs a transaction."""
    counts = Counter((newcomer.line_id, how) for newcomer, how in ended)
    if counts:
        keys = sorted(counts)  # in one order, so that two that count at once wait for each other
        lines, hows = zip(*keys, strict=True)
        days = [at.astimezone(UTC).date()] * len(keys)
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [list(lines), days, [str(how) for how in hows], [counts[key] for key in keys]])


def drop(newcomers: Collection[UUID]) -> Counter[UUID]:
    """These wait no more: their rows and keys go; how many messages of each went. Needs their locks."""
    if not newcomers:
        return Counter()
    gone = Withheld.objects.filter(newcomer__in=newcomers)
    counted = Counter(gone.values_list("newcomer", flat=True))
    gone.delete()
    Newcomer.objects.filter(pk__in=newcomers).delete()
    destroy([(newcomer, KLASS) for newcomer in newcomers])
    return counted


def tell_deleted(
    ended: Sequence[Ending], gone: Mapping[UUID, int], at: datetime, *, beside: Collection[UUID] = ()
) -> None:
    """So many messages of each of these are gone: tell and count it, and forget who is known for nothing else.

    `beside` are contacts of whom something else is about to be stored. Needs the transaction that dropped them.
    """
    if not ended:
        return
    forgotten = forget({newcomer.contact_id for newcomer, _ in ended}.difference(beside), at, but=_QUESTIONS)
    entries = []
    for newcomer, how in ended:
        count = gone.get(newcomer.pk, 0)
        facts: dict[str, JSON] = {"change": "deleted", "newcomer": str(newcomer.pk), "reason": str(how), "count": count}
        facts |= {"person": "forgotten"} if newcomer.contact_id in forgotten else {}
        said = how in (End.REFUSED, End.STOPPED)
        actor = f"customer:{newcomer.contact_id}" if said else "system"
        entries.append(Entry(Kind.NEWCOMER_CHANGED, actor, newcomer.contact_id, facts, related=newcomer.line_id))
    record(entries, at)
    count_ended(ended, at)


def end_all_silent(at: datetime, heard_until: datetime) -> None:
    """Delete what waits for more than a day without a yes."""
    last: UUID | None = None
    while last := end_silent(at, heard_until, after=last)[1]:
        pass


@transaction.atomic
def end_silent(at: datetime, heard_until: datetime, *, after: UUID | None = None) -> tuple[int, UUID | None]:
    """The same of at most SWEPT_MAX who wait, those behind `after`; of how many it did, and after whom to go on.

    `heard_until`: what came later has not been taken in yet, and may be an answer. Whoever is being heard at this
    moment is left to that.
    """
    now = min(at, heard_until)
    rows = Newcomer.objects.filter(since__lte=now - ANSWER_WITHIN).order_by("pk")
    rows = rows.filter(pk__gt=after) if after else rows
    held = list(rows.select_for_update(of=("self",), skip_locked=True)[:SWEPT_MAX])
    standing = cases(held)
    ended = [(each, how) for each in held if (how := lapsed(standing[each.pk], now).ended) is not None]
    tell_deleted(ended, drop([each.pk for each, _ in ended]), at)
    return len(ended), held[-1].pk if held else None
