"""What deserves an alarm, when it is raised, and when it has ended. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final
from uuid import UUID

#: An alarm ends when its cause has not been seen for so long: what comes and goes within that is one alarm.
ENDS_AFTER: Final = timedelta(minutes=3)
#: Who looks each minute and has not for so long was not there.
LOOKED_WITHIN: Final = timedelta(minutes=5)
#: Time for somebody to make a new token before the old one dies.
EXPIRES_WITHIN: Final = timedelta(days=14)
#: Below this share of the disk: what a full one ends is the installation.
FREE_MIN: Final = 0.1
#: Codes of the platform that say of an access token that it is dead or missing.
TOKEN_CODES: Final = frozenset({"whatsapp.0", "whatsapp.104", "whatsapp.190"})
#: That no number comes from the platform: nothing was asked or answered, so nothing is known to be wrong.
UNKNOWN: Final = "unknown"

HOUR: Final = timedelta(hours=1)
WEEK: Final = timedelta(days=7)
WEEKS: Final = 4
WEEKS_KNOWN_MIN: Final = 3
#: So many updates are missing before a line counts as silent; by chance alone that happens once in twenty thousand.
MISSING_MIN: Final = 10.0
SILENT_MIN: Final = timedelta(minutes=30)


class Code(StrEnum):
    """What is wrong. A code stands in the ledger for ever: none is renamed."""

    NO_WORKER = "no_worker"
    LEDGER = "ledger"
    DISK = "disk"
    LINE_STOPPED = "line_stopped"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a code, no secret
    TOKEN_EXPIRES = "token_expires"  # noqa: S105
    UNSUBSCRIBED = "unsubscribed"
    CALLBACK = "callback"
    LINE_SILENT = "line_silent"
    PARKED = "parked"
    NOTICES = "notices"


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that is wrong now, and of what: a line, or None for the installation."""

    code: Code
    subject: UUID | None = None


@dataclass(frozen=True, slots=True)
class SelfTested:
    """What a line's self-test found last: why not, by code, or empty if it is well."""

    token: str = UNKNOWN
    expires_at: datetime | None = None
    subscription: str = UNKNOWN
    callback: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class Ear:
    """What a line heard: updates by the hour in which they came, in UTC, and when the last one did."""

    hours: Mapping[datetime, int] = field(default_factory=dict)
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """A line as it is looked at. `health` is its code, empty if the platform takes its messages."""

    id: UUID
    health: str = ""
    stopped: bool = False
    tested: SelfTested = SelfTested()
    ear: Ear = Ear()


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found. `free` is the free share of the disk, `watched_since` the begin of looking without a gap."""

    lines: Sequence[Watched] = ()
    parked: bool = False
    notices: bool = False
    ledger: Collection[str] = ()
    free: float = 1.0
    watched_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """An alarm that has not ended."""

    id: UUID
    cause: Cause
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What a look means for the alarms: new ones, those whose cause is still there, those that have ended."""

    raised: Sequence[Cause]
    seen: Sequence[UUID]
    ended: Sequence[Open]


def causes(seen: Seen, at: datetime, zone: tzinfo) -> list[Cause]:
    """Everything that is wrong, in the order of how much it matters."""
    whole = [
        (Code.LEDGER, bool(seen.ledger)),
        (Code.DISK, seen.free < FREE_MIN),
        (Code.PARKED, seen.parked),
        (Code.NOTICES, seen.notices),
    ]
    found = [Cause(code) for code, holds in whole if holds]
    for line in seen.lines:
        since = max(filter(None, [line.ear.last_at, seen.watched_since]), default=None)
        found += [Cause(code, line.id) for code in _of_line(line, at)]
        if since is not None and silent(line.ear, since, at, zone):
            found.append(Cause(Code.LINE_SILENT, line.id))
    return sorted(found, key=lambda cause: list(Code).index(cause.code))


def _of_line(line: Watched, at: datetime) -> list[Code]:
    """What the platform says of a line. A dead token is one alarm, though it also stops the line."""
    tested = line.tested
    dead = line.health in TOKEN_CODES or tested.token in TOKEN_CODES
    dies = tested.expires_at is not None and tested.expires_at - at <= EXPIRES_WITHIN
    return [
        code
        for code, holds in (
            (Code.TOKEN_REFUSED, dead),
            (Code.TOKEN_EXPIRES, dies and not dead),
            (Code.LINE_STOPPED, line.stopped and not dead),
            (Code.UNSUBSCRIBED, bool(tested.subscription) and tested.subscription == "unsubscribed"),
            (Code.CALLBACK, tested.callback not in {"", UNKNOWN}),
        )
        if holds
    ]


def silent(ear: Ear, since: datetime, at: datetime, zone: tzinfo) -> bool:
    """Whether a line has heard nothing since `since` although it would have at these hours of these weekdays.

    For each hour of the silence the same hour of the same weekday, by the clock on the wall of `zone`, is looked up in
    the four weeks before it began; as usual counts the second smallest of these numbers, so that one holiday among
    them changes nothing. The usual numbers add up, the first and the last hour by their part. At ten missing updates
    the line is silent, and never within half an hour. Hours that are usually quiet add nothing: nights and weekends are
    as long as they are. An hour counts from the third week that is known of it, so a new line is never silent. A
    silence of more than a week is judged by its first: it must not become usual. On a holiday that falls on a working
    day the alarm is wrong once; it ends with the first update.
    """
    if at - since < SILENT_MIN or not ear.hours:
        return False
    end, known_from = min(at, since + WEEK), min(ear.hours)
    missing, hour = 0.0, _hour(since)
    while hour < end and missing < MISSING_MIN:
        part = (min(hour + HOUR, end) - max(hour, since)) / HOUR
        missing += part * _usual(ear, hour, known_from, zone)
        hour += HOUR
    return missing >= MISSING_MIN


def _usual(ear: Ear, hour: datetime, known_from: datetime, zone: tzinfo) -> int:
    """The second smallest number of the weeks before that are known; 0 where too few are."""
    wall = hour.astimezone(zone)
    before = [_hour((wall - week * WEEK).astimezone(UTC)) for week in range(1, WEEKS + 1)]
    counts = sorted(ear.hours.get(one, 0) for one in before if one >= known_from)
    return counts[1] if len(counts) >= WEEKS_KNOWN_MIN else 0


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def change(standing: Sequence[Open], now: Sequence[Cause], at: datetime) -> Change:
    """What becomes of the alarms. Each cause has one, however often it is seen; it ends when the cause stays away."""
    by_cause = {alarm.cause: alarm for alarm in standing}
    there = set(now)
    return Change(
        raised=[cause for cause in dict.fromkeys(now) if cause not in by_cause],
        seen=[alarm.id for alarm in standing if alarm.cause in there],
        ended=[alarm for alarm in standing if alarm.cause not in there and at - alarm.seen_at >= ENDS_AFTER],
    )


def watched_since(since: datetime | None, looked_at: datetime | None, at: datetime) -> datetime:
    """Since when somebody has looked without a gap: what was missed meanwhile may still come, and is no silence."""
    if since is None or looked_at is None or not timedelta(0) <= at - looked_at < LOOKED_WITHIN:
        return at
    return since


def is_unwatched(looked_at: datetime | None, at: datetime) -> bool:
    """Whether nobody looks any more. Where nobody has ever looked there is no worker yet, and nothing to miss."""
    return looked_at is not None and at - looked_at >= LOOKED_WITHIN
