"""The platform's notices are taken in, take effect, and are settled."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from jawort.channels.types import Notice as Report
from jawort.lanes.pace import set_pace
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.lines.health import hold, set_health
from jawort.lines.models import PLATFORM, REFUSED, Line, Notice, State
from jawort.lines.notices import standing_words
from jawort.lines.rules import (
    RATE_UPGRADED_PER_S,
    Effect,
    Judgement,
    Matter,
    Word,
    begins_at,
    ends_at,
    judge,
    standing,
)
from jawort.lines.templates import want_listing
from jawort.vault.transit import session

ORIGINAL_KEPT_FOR = timedelta(days=8)  # then the day's key is destroyed, and nobody could open it
SYSTEM = "system"

#: What a newer notice on the same matter has replaced needs nobody any more, in whatever order the two came. A pause
#: replaces none that lasts longer: the template stands as long as any of them does.
_SUPERSEDED = """
UPDATE lines_notice o SET settled_at = %s, settled_by = 'system'
 WHERE o.account = ANY(%b::text[]) AND o.needs_somebody AND o.settled_at IS NULL AND o.matter <> '' AND EXISTS (
       SELECT FROM lines_notice n
        WHERE n.account = o.account AND n.matter = o.matter AND n.told_at > o.told_at
          AND n.line_id IS NOT DISTINCT FROM o.line_id AND n.template = o.template AND n.language = o.language
          AND NOT (n.effect = 'template_stops' AND o.effect = n.effect
                   AND coalesce(n.until, 'infinity') < coalesce(o.until, 'infinity')))
RETURNING o.id
"""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A notice with the account and the line it is about; None for all lines of the account."""

    notice: Report
    account: str
    line: Line | None


def take_notices(arrived: Sequence[Arrived], at: datetime) -> None:
    """Store notices that were told for the first time, and do what they say. Needs the batch's transaction."""
    if not arrived:
        return
    want_listing({one.account for one in arrived if "template" in one.notice.kind}, at)
    judged = [(one, judge(one.notice)) for one in arrived]
    originals = _sealed([one.notice.original for one in arrived], at)
    rows = Notice.objects.bulk_create(_row(one, of, originals.get(one.notice.original), at) for one, of in judged)
    record([Entry(Kind.NOTICE_TOLD, SYSTEM, row.pk, _facts(row), related=row.line_id) for row in rows], at)
    accounts = {one.account for one in arrived}
    lasts = any(of.matter for _, of in judged)
    if lasts:
        hold(accounts)
    with connection.cursor() as cursor:
        cursor.execute(_SUPERSEDED, [at, sorted(accounts)])
        replaced = sorted(row[0] for row in cursor.fetchall())
    record([Entry(Kind.NOTICE_SETTLED, SYSTEM, id_, {"why": "replaced"}) for id_ in replaced], at)
    for one, of in judged:
        if of.effect is Effect.FASTER and one.line is not None:
            _faster(one.line.pk, at)
    if lasts:
        _restate(accounts, SYSTEM, at)


def _sealed(originals: Sequence[bytes], at: datetime) -> dict[bytes, bytes]:
    """Each original sealed. What a refusal of ours is told by has none."""
    wanted = set(originals) - {b""}
    if not wanted:
        return {}
    seals = session(at)
    return {original: seals.seal(original) for original in wanted}


def _row(one: Arrived, of: Judgement, sealed: bytes | None, at: datetime) -> Notice:
    notice = one.notice
    told_at = min(notice.at or at, at)  # a clock of theirs that runs ahead must not have the last word for ever
    return Notice(
        line=one.line,
        account=one.account,
        kind=notice.kind,
        event=notice.event,
        template=notice.template,
        language=notice.language,
        words=[list(pair) for pair in notice.words],
        severity=of.severity,
        matter=of.matter,
        effect=of.effect,
        until=ends_at(notice, told_at),
        ends=[[word, end.isoformat() if end else None] for word, end in notice.ends],
        begins_at=begins_at(notice),
        told_at=told_at,
        received_at=at,
        needs_somebody=of.needs_somebody,
        original=sealed,
    )


def _facts(row: Notice) -> dict[str, JSON]:
    return {"kind": row.kind, "event": row.event, "severity": str(row.severity), "effect": str(row.effect)}


@transaction.atomic
def settle(notice_id: UUID, *, actor: str, at: datetime) -> bool:
    """Somebody has done what the notice asked for; False if it was settled before. Raises Notice.DoesNotExist.

    A notice that stopped a line stops it no more: whoever settles it says that the platform takes messages again. If it
    does not, the next refusal stops the line anew.
    """
    hold([Notice.objects.only("account").get(pk=notice_id).account])
    notice = Notice.objects.select_for_update(no_key=True).defer("original").get(pk=notice_id)
    if notice.settled_at is not None or not notice.needs_somebody:
        return False
    _settle([notice.pk], actor, at)
    if notice.matter == Matter.ERROR:
        _resume(notice, actor, at)
    _restate({notice.account}, actor, at)
    return True


def _resume(notice: Notice, actor: str, at: datetime) -> None:
    """Let go the lines that a refusal stopped: this notice told of it, or it came on top of that."""
    stopped = Line.objects.filter(waba_id=notice.account, state=State.PAUSED, health__startswith=REFUSED)
    ours = stopped.filter(pk=notice.line_id) if notice.line_id else stopped
    for line in ours.order_by("pk").values_list("pk", flat=True):
        set_health(line, State.LIVE, "", actor=actor, at=at)


@transaction.atomic
def settle_all(line: Line, *, actor: str, at: datetime) -> None:
    """Settle whatever stops this line by a notice: somebody has said that it may send."""
    hold([line.waba_id])  # before the notices, as everywhere: a refusal would wait for them while we wait for its line
    stopping = Notice.objects.filter(
        account=line.waba_id, settled_at=None, effect__in=["stops", "bans", "answers_only"]
    )
    ours = stopping.filter(line=line) | stopping.filter(line=None)
    _settle(list(ours.order_by("pk").values_list("pk", flat=True)), actor, at)
    _restate({line.waba_id}, actor, at)


def _settle(ids: Sequence[UUID], actor: str, at: datetime) -> None:
    Notice.objects.filter(pk__in=ids).update(settled_at=at, settled_by=actor)
    record([Entry(Kind.NOTICE_SETTLED, actor, id_, {"why": "done"}) for id_ in ids], at)


def end_restrictions(at: datetime) -> None:
    """What the platform stopped until a time that has come goes on by itself."""
    held = Line.objects.filter(health__startswith=PLATFORM).values_list("waba_id", flat=True)
    accounts = set(held)
    if accounts:
        with transaction.atomic():
            _restate(accounts, SYSTEM, at)


def forget_originals(at: datetime) -> int:
    """Drop the originals that nobody can open any more; how many."""
    old = Notice.objects.filter(original__isnull=False, received_at__lt=at - ORIGINAL_KEPT_FOR)
    return old.update(original=None)


def _faster(line_id: UUID, at: datetime) -> None:
    """The platform takes more of this line. It never says less: what was set higher by hand stays."""
    raised = Line.objects.filter(pk=line_id, rate_per_s__lt=RATE_UPGRADED_PER_S)
    if raised.update(rate_per_s=RATE_UPGRADED_PER_S):
        set_pace(f"line:{line_id}", RATE_UPGRADED_PER_S, at)
        facts: dict[str, JSON] = {"change": "rate", "rate_per_s": RATE_UPGRADED_PER_S}
        record([Entry(Kind.LINE_CHANGED, SYSTEM, line_id, facts)], at)


def _restate(accounts: Collection[str], actor: str, at: datetime) -> None:
    """Set the health of these accounts' lines to what stands. Of a line that stopped for another reason only a ban."""
    words = standing_words(accounts)
    for line in Line.objects.filter(pk__in=words).only("state", "health").order_by("pk"):
        word = standing(words[line.pk], at)
        ours = line.health.startswith(PLATFORM)
        if word is None and ours:
            set_health(line.pk, State.LIVE, "", actor=actor, at=at)
        elif word is not None and (ours or line.state == State.LIVE or word.effect is Effect.BANS):
            set_health(line.pk, _state(word), f"{PLATFORM}{word.matter}", actor=actor, at=at)


def _state(word: Word) -> State:
    match word.effect:
        case Effect.BANS:
            return State.BANNED
        case Effect.STOPS:
            return State.PAUSED
        case _:
            return State.LIVE
