"""The platform's notices as they are read: what was told, what waits for somebody, what stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from jawort.lines.models import Notice
from jawort.lines.rules import Effect, Matter, Word
from jawort.vault.seal import Unreadable
from jawort.vault.transit import opener

#: Of each matter of each line the newest notice. Of two that bear the same second the stricter one counts.
_STANDING = """
SELECT DISTINCT ON (l.id, n.matter) l.id, n.matter, n.effect, n.until, n.settled_at IS NOT NULL
  FROM lines_line l JOIN lines_notice n ON n.account = l.waba_id AND (n.line_id IS NULL OR n.line_id = l.id)
 WHERE l.waba_id = ANY(%b::text[]) AND n.matter NOT IN ('', 'template', 'throughput')
 ORDER BY l.id, n.matter, n.told_at DESC, n.effect = 'lifts', n.id DESC
"""
_TEMPLATES = """
SELECT account, template, language FROM (
    SELECT DISTINCT ON (account, template, language) account, template, language, effect
      FROM lines_notice WHERE account = ANY(%b::text[]) AND matter = 'template'
     ORDER BY account, template, language, told_at DESC, effect = 'lifts', id DESC) AS newest
 WHERE effect = 'template_stops'
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One notice without its original. `line` is its name, empty where it is about the whole account."""

    id: UUID
    line: str
    account: str
    kind: str
    event: str
    template: str
    language: str
    words: Sequence[tuple[str, str]]
    severity: str
    effect: Effect
    until: datetime | None
    told_at: datetime
    is_open: bool
    settled_at: datetime | None
    settled_by: str
    has_original: bool


def notices(limit: int, *, only_open: bool = False, before: UUID | None = None) -> list[Told]:
    """Notices, newest first; with `only_open` those that somebody has to do something about; older than `before`."""
    found = Notice.objects.filter(_OPEN) if only_open else Notice.objects.all()
    last = Notice.objects.filter(pk=before).values_list("told_at", flat=True).first() if before else None
    if last is not None:
        found = found.filter(Q(told_at__lte=last) & (Q(told_at__lt=last) | Q(pk__lt=before)))
    rows = found.select_related("line").defer("line__token_sealed", "original").order_by("-told_at", "-pk")
    kept = set(
        Notice.objects.filter(pk__in=[row.pk for row in rows[:limit]], original__isnull=False).values_list(
            "pk", flat=True
        )
    )
    return [
        Told(
            id=row.pk,
            line=row.line.name if row.line else "",
            account=row.account,
            kind=row.kind,
            event=row.event,
            template=row.template,
            language=row.language,
            words=[(name, word) for name, word in row.words],
            severity=row.severity,
            effect=Effect(row.effect),
            until=row.until,
            told_at=row.told_at,
            is_open=row.needs_somebody and row.settled_at is None,
            settled_at=row.settled_at,
            settled_by=row.settled_by,
            has_original=row.pk in kept,
        )
        for row in rows[:limit]
    ]


_OPEN = Q(needs_somebody=True, settled_at__isnull=True)


def waiting(limit: int) -> int:
    """How many notices somebody has to do something about; counted up to `limit`."""
    return Notice.objects.filter(_OPEN)[:limit].count()


def standing_words(accounts: Collection[str]) -> dict[UUID, list[Word]]:
    """What the newest notice on each matter says, for each line of these accounts. One query."""
    words: dict[UUID, list[Word]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [sorted(accounts)])
        for line, matter, effect, until, settled in cursor.fetchall():
            words.setdefault(line, []).append(Word(Matter(matter), Effect(effect), until, settled))
    return words


def stopped_templates(accounts: Collection[str]) -> set[tuple[str, str, str]]:
    """The templates that the platform does not send now, as (account, name, language). Until it says otherwise:

    a person who settles the notice changes nothing at the platform. One query, none without an account.
    """
    if not accounts:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_TEMPLATES, [sorted(accounts)])
        return {(account, name, language) for account, name, language in cursor.fetchall()}


def original_of(notice_id: UUID) -> bytes:
    """What the platform said, word for word. Raises Notice.DoesNotExist, Unreadable once it has gone."""
    sealed = Notice.objects.values_list("original", flat=True).get(pk=notice_id)
    if sealed is None:
        raise Unreadable("the original has gone")
    return opener().open(bytes(sealed))
