"""The platform's notices as they are read: what was told, what waits for somebody, what stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q

from jawort.lines.models import Notice
from jawort.lines.rules import Effect, Matter, Word
from jawort.vault.seal import Unreadable
from jawort.vault.transit import opener

#: From what the state of a line follows. Of nothing that lasts there may be millions of notices: they are passed over.
_OF_LINES: Final = [one for one in Matter if one not in {Matter.NONE, Matter.TEMPLATE, Matter.THROUGHPUT}]
#: Of each matter of each line the newest notice. Of two that bear the same second the stricter one counts, of two as
#: strict the one that lasts longer: which of them came last says nothing.
STANDING: Final = """
SELECT l.id, of.matter, n.effect, n.until, n.settled
  FROM lines_line l CROSS JOIN unnest(%b::text[]) AS of (matter)
 CROSS JOIN LATERAL (SELECT effect, until, settled_at IS NOT NULL AS settled FROM lines_notice
                      WHERE account = l.waba_id AND matter = of.matter AND (line_id IS NULL OR line_id = l.id)
                      ORDER BY told_at DESC, array_position(%b::text[], effect::text) DESC, until DESC NULLS FIRST,
                               settled_at NULLS FIRST LIMIT 1) AS n
 WHERE l.waba_id = ANY(%b::text[])
"""
#: Whatever stopped a template since the newest lifting: a pause of three hours ends none that lasts longer.
_TEMPLATES = """
SELECT s.account, s.template, s.language, CASE WHEN bool_and(s.until IS NOT NULL) THEN max(s.until) END
  FROM lines_notice s
 WHERE s.account = ANY(%b::text[]) AND s.matter = 'template'
   AND s.effect = 'template_stops' AND (s.until IS NULL OR s.until > %s) AND NOT EXISTS (
       SELECT FROM lines_notice l
        WHERE l.account = s.account AND l.matter = 'template' AND l.effect = 'lifts'
          AND l.template = s.template AND l.language = s.language AND l.told_at > s.told_at)
 GROUP BY s.account, s.template, s.language
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One notice without its original. `line` is its name, empty where it is about the whole account.

    `until` ends what it does; `ends` are its restrictions, each with its own end; by `begins_at` nothing happens here.
    """

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
    ends: Sequence[tuple[str, datetime | None]]
    begins_at: datetime | None
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
            ends=[(word, datetime.fromisoformat(end) if end else None) for word, end in row.ends],
            begins_at=row.begins_at,
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


def others_wait() -> bool:
    """Whether a notice waits for somebody that does not stop a line: of those the line itself tells."""
    return Notice.objects.filter(_OPEN).exclude(effect__in=[Effect.STOPS, Effect.BANS]).exists()


def standing_words(accounts: Collection[str]) -> dict[UUID, list[Word]]:
    """What the newest notice on each matter says, for each line of these accounts. One query."""
    words: dict[UUID, list[Word]] = {}
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [_OF_LINES, list(Effect), sorted(accounts)])
        for line, matter, effect, until, settled in cursor.fetchall():
            words.setdefault(line, []).append(Word(Matter(matter), Effect(effect), until, settled))
    return words


def stopped_templates(accounts: Collection[str], at: datetime) -> set[tuple[str, str, str]]:
    """The templates that the platform does not send now, as (account, name, language). One query, or none."""
    return set(template_pauses(accounts, at))


def template_pauses(accounts: Collection[str], at: datetime) -> dict[tuple[str, str, str], datetime | None]:
    """The templates that the platform does not send now, and until when; None: until it says otherwise.

    A person who settles the notice changes nothing at the platform. One query, none without an account.
    """
    if not accounts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_TEMPLATES, [sorted(accounts), at])
        return {(account, name, language): until for account, name, language, until in cursor.fetchall()}


def original_of(notice_id: UUID) -> bytes:
    """What the platform said, word for word. Raises Notice.DoesNotExist, Unreadable once it has gone."""
    sealed = Notice.objects.values_list("original", flat=True).get(pk=notice_id)
    if sealed is None:
        raise Unreadable("the original has gone")
    return opener().open(bytes(sealed))
