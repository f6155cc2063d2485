"""What a refusal says beyond its message: its line stands still, or its template does. The administration is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.channels.types import Notice as Report
from jawort.lines.health import hold, set_health
from jawort.lines.models import REFUSED, Line, State
from jawort.lines.notices import stopped_templates
from jawort.lines.rules import REFUSED_TEMPLATES, refused_until
from jawort.lines.tell import SYSTEM, Arrived, take_notices


@dataclass(frozen=True, slots=True)
class RefusedTemplate:
    """A message that the platform refused because of its template, by a code of rules.REFUSED_TEMPLATES.

    `at` is in whole seconds, as the platform's own notices are: of two of one second the stricter one counts.
    `original` is what the platform said, where it was more than the code.
    """

    line_id: UUID
    name: str
    language: str
    code: int
    at: datetime
    original: bytes = b""


@transaction.atomic
def stop(refused: Iterable[tuple[UUID, int]], at: datetime) -> None:
    """A refusal that will meet every message (token dead, number banned) pauses the line until somebody resumes it.

    Told once for each code that stops it. A line that is banned stays so.
    """
    codes = dict(refused)
    if codes:
        hold(_accounts(codes))
        _stop(codes, at)


@transaction.atomic
def stop_live(refused: Mapping[UUID, tuple[int, datetime]], at: datetime) -> None:
    """Stop lines for refusals, each a code, that the platform told of after the call, with its time in whole seconds.

    They may come days late: a line that stands already keeps its reason, and one whose health changed after the refusal
    is as an operator or the platform left it. No query without a refusal.
    """
    if not refused:
        return
    hold(_accounts(refused))
    changed = dict(Line.objects.filter(pk__in=refused, state=State.LIVE).values_list("pk", "health_at"))
    stands = {
        line: refused[line][0]
        for line, health_at in changed.items()
        if health_at is None or refused[line][1] >= health_at.replace(microsecond=0)
    }
    _stop(stands, at)


@transaction.atomic
def stop_templates(refused: Sequence[RefusedTemplate], at: datetime) -> None:
    """Templates that are paused or disabled are stopped, each by one notice, as if the platform had told of them.

    Of what stands already nothing is told again, nor of a pause that was over before it was heard of. Two workers that
    are refused at once may tell twice, which the next notice settles. No query without a refusal.
    """
    if not refused:
        return
    lines = Line.objects.in_bulk({one.line_id for one in refused})
    known = stopped_templates({line.waba_id for line in lines.values()}, at)
    arrived: dict[tuple[str, str, str], Arrived] = {}
    for one in refused:
        account = lines[one.line_id].waba_id
        key = account, one.name, one.language
        ends = refused_until(one.code, one.at)
        if key not in known and (ends is None or ends > at):
            arrived[key] = Arrived(_paused(one, account), account, None)
    take_notices(list(arrived.values()), at)


def _stop(codes: Mapping[UUID, int], at: datetime) -> None:
    """Pause these lines and tell why. Needs the locks of their accounts."""
    lines = Line.objects.filter(pk__in=codes).exclude(state=State.BANNED).order_by("pk")
    arrived = [
        Arrived(_error(line, codes[line.pk]), line.waba_id, line)
        for line in lines
        if set_health(line.pk, State.PAUSED, f"{REFUSED}{codes[line.pk]}", actor=SYSTEM, at=at)
    ]
    take_notices(arrived, at)


def _accounts(lines: Iterable[UUID]) -> set[str]:
    return set(Line.objects.filter(pk__in=list(lines)).values_list("waba_id", flat=True))


def _error(line: Line, code: int) -> Report:
    """What the platform would tell of a line that it refuses everything of."""
    return Report(line_ref=line.phone_number_id, kind="errors", original=b"", account_ref=line.waba_id, event=str(code))


def _paused(one: RefusedTemplate, account: str) -> Report:
    """What the platform would tell of a template that it refuses, in the words of its notices."""
    return Report(
        line_ref="",
        kind="message_template_status_update",
        original=one.original,
        account_ref=account,
        event=REFUSED_TEMPLATES[one.code],
        template=one.name,
        language=one.language,
        words=(("code", str(one.code)),),
        at=one.at,
        until=refused_until(one.code, one.at),
    )
