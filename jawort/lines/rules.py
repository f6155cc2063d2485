"""What a notice of the platform means for our lines and templates. Pure.

The platform reports late, twice and out of order. So nothing here is a step from one state to the next: each notice
speaks on one matter (the ban of an account, its restrictions, one template), and what stands on a matter is what its
newest notice says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from jawort.channels.types import Notice, Retry
from jawort.channels.whatsapp.errors import meaning

RATE_UPGRADED_PER_S: Final = 1_000  # the platform's higher throughput; there is none between
#: What a template is that the platform refuses with this code, in the words of its notices.
REFUSED_TEMPLATES: Final[Mapping[int, str]] = {132015: "PAUSED", 132016: "DISABLED"}
#: How long a pause lasts, by the platform's word for it; one that it makes for another reason, it ends itself.
#: Source: WhatsApp Business Platform, Template pausing.
PAUSES: Final[Mapping[str, timedelta]] = {"FIRST_PAUSE": timedelta(hours=3), "SECOND_PAUSE": timedelta(hours=6)}


class Severity(StrEnum):
    """How much a notice matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Effect(StrEnum):
    """What a notice does. Of those that stop something the last one is the strictest."""

    NONE = ""
    LIFTS = "lifts"
    FASTER = "faster"
    TEMPLATE_STOPS = "template_stops"
    ANSWERS_ONLY = "answers_only"
    STOPS = "stops"
    BANS = "bans"


class Matter(StrEnum):
    """On what a notice speaks; empty if on nothing that lasts."""

    NONE = ""
    BAN = "ban"
    RESTRICTION = "restriction"
    DELETION = "deletion"
    LINK = "link"
    ERROR = "error"
    TEMPLATE = "template"
    THROUGHPUT = "throughput"


#: What stops a line, the strictest last.
STOPPING: Final = (Effect.ANSWERS_ONLY, Effect.STOPS, Effect.BANS)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How much a notice matters, whether somebody has to do something, on what it speaks, and what it does."""

    severity: Severity
    needs_somebody: bool = False
    matter: Matter = Matter.NONE
    effect: Effect = Effect.NONE


_INFO: Final = Judgement(Severity.INFO)
_WARNING: Final = Judgement(Severity.WARNING, True)
_CRITICAL: Final = Judgement(Severity.CRITICAL, True)


def _template(severity: Severity, effect: Effect) -> Judgement:
    return Judgement(severity, severity is not Severity.INFO, Matter.TEMPLATE, effect)


_TEMPLATE_FINE: Final = _template(Severity.INFO, Effect.LIFTS)
_TEMPLATE_WAITS: Final = _template(Severity.INFO, Effect.TEMPLATE_STOPS)
_TEMPLATE_STOPPED: Final = _template(Severity.WARNING, Effect.TEMPLATE_STOPS)

#: By field and event, and for events that have kinds of their own by `event.word`. Whatever is not here is only told.
JUDGEMENTS: Final[Mapping[tuple[str, str], Judgement]] = {
    ("message_template_status_update", "APPROVED"): _TEMPLATE_FINE,
    ("message_template_status_update", "REINSTATED"): _TEMPLATE_FINE,
    ("message_template_status_update", "UNARCHIVED"): _TEMPLATE_FINE,
    ("message_template_status_update", "PENDING"): _TEMPLATE_WAITS,
    ("message_template_status_update", "IN_APPEAL"): _TEMPLATE_WAITS,
    ("message_template_status_update", "DELETED"): _TEMPLATE_WAITS,
    ("message_template_status_update", "PENDING_DELETION"): _TEMPLATE_WAITS,
    ("message_template_status_update", "REJECTED"): _TEMPLATE_STOPPED,
    ("message_template_status_update", "PAUSED"): _TEMPLATE_STOPPED,
    ("message_template_status_update", "DISABLED"): _TEMPLATE_STOPPED,
    ("message_template_status_update", "ARCHIVED"): _TEMPLATE_STOPPED,
    ("message_template_status_update", "FLAGGED"): _WARNING,
    ("message_template_status_update", "LOCKED"): _WARNING,
    ("message_template_status_update", "LIMIT_EXCEEDED"): _WARNING,
    ("message_template_quality_update", "RED"): _WARNING,
    ("phone_number_quality_update", "THROUGHPUT_UPGRADE"): Judgement(
        Severity.INFO, False, Matter.THROUGHPUT, Effect.FASTER
    ),
    ("phone_number_quality_update", "FLAGGED"): _WARNING,
    ("phone_number_quality_update", "DOWNGRADE"): _WARNING,
    ("phone_number_name_update", "REJECTED"): _WARNING,
    ("phone_number_name_update", "DEFERRED"): _WARNING,
    ("account_update", "DISABLED_UPDATE.DISABLE"): Judgement(Severity.CRITICAL, True, Matter.BAN, Effect.BANS),
    ("account_update", "DISABLED_UPDATE.SCHEDULE_FOR_DISABLE"): Judgement(Severity.CRITICAL, True, Matter.BAN),
    ("account_update", "DISABLED_UPDATE.REINSTATE"): Judgement(Severity.INFO, False, Matter.BAN, Effect.LIFTS),
    ("account_update", "DISABLED_UPDATE"): _CRITICAL,
    ("account_update", "ACCOUNT_DELETED"): Judgement(Severity.CRITICAL, True, Matter.DELETION, Effect.BANS),
    ("account_update", "ACCOUNT_VIOLATION"): _CRITICAL,
    ("account_update", "ACCOUNT_OFFBOARDED"): Judgement(Severity.CRITICAL, True, Matter.LINK, Effect.STOPS),
    ("account_update", "ACCOUNT_RECONNECTED"): Judgement(Severity.INFO, False, Matter.LINK, Effect.LIFTS),
    ("account_update", "PARTNER_REMOVED"): _WARNING,
    ("account_update", "PARTNER_APP_UNINSTALLED"): _WARNING,
    ("account_review_update", "REJECTED"): _CRITICAL,
    ("account_review_update", "DEFERRED"): _WARNING,
    ("security", "PIN_CHANGED"): _WARNING,
    ("security", "PIN_RESET_REQUEST"): _WARNING,
    ("security", "PIN_REQUEST_SUCCESS"): _WARNING,
    ("business_username_update", "deleted"): _WARNING,
}

_RESTRICTIONS: Final[Mapping[str, Effect]] = {
    "RESTRICTED_BIZ_INITIATED_MESSAGING": Effect.ANSWERS_ONLY,
    "RESTRICTED_CUSTOMER_INITIATED_MESSAGING": Effect.STOPS,
}
_ALERTS: Final[Mapping[str, Judgement]] = {"CRITICAL": _CRITICAL, "WARNING": _WARNING}


def judge(notice: Notice) -> Judgement:
    """What `notice` means. What nobody has heard of is told, needs nobody and does nothing."""
    words = dict(notice.words)
    match notice.kind, notice.event:
        case "account_update", "ACCOUNT_RESTRICTION":
            return _restriction(notice)
        case "account_alerts", _:
            return _ALERTS.get(words.get("severity", ""), _INFO)
        case "errors", code:
            return _error(code, beside=bool(notice.beside))
        case "message_template_status_update", "PAUSED" if words.get("title") == "UNPAUSE":
            return _TEMPLATE_FINE
        case "template_category_update", _:
            return _WARNING if "correct" in words else _INFO
        case kind, event:
            narrow = f"{event}.{words.get('ban', '')}"
            return JUDGEMENTS.get((kind, narrow)) or JUDGEMENTS.get((kind, event), _INFO)


def ends_at(notice: Notice, told_at: datetime) -> datetime | None:
    """When what a notice says ends by itself; None if the platform ends it by another one. Only pauses and restrictions
    do: no ban ends by a date.

    A pause ends when it has lasted its time, also where the notice of its end gets lost: a message that then leaves too
    early is refused, which stops the template again. Of several restrictions the last one that stops something counts,
    for as long the strictest of them holds.
    """
    match notice.kind, notice.event:
        case "message_template_status_update", "PAUSED":
            lasts = [PAUSES[word] for name, word in notice.words if name == "title" and word in PAUSES]
            return told_at + max(lasts) if lasts else notice.until
        case "account_update", "ACCOUNT_RESTRICTION":
            stops = [end for word, end in notice.ends if word in _RESTRICTIONS]
            ends = [end for end in stops if end is not None]
            return (max(ends) if len(ends) == len(stops) else None) if stops else notice.until
        case _:
            return None


def begins_at(notice: Notice) -> datetime | None:
    """From when what a notice says holds, to be read by people: nothing stops, goes on or ends by it.

    What lifts a ban bears the date of the ban.
    """
    return None if judge(notice).effect is Effect.LIFTS else notice.begins


def refused_until(code: int, at: datetime) -> datetime | None:
    """Until when a template is stopped that was refused. Which pause it is, a refusal does not say: the shorter one has

    then passed, and after a longer one a single message more is refused."""
    return at + PAUSES["FIRST_PAUSE"] if REFUSED_TEMPLATES[code] == "PAUSED" else None


def _restriction(notice: Notice) -> Judgement:
    """A notice of restrictions names all that hold: what it leaves out has ended."""
    effects = [_RESTRICTIONS.get(word, Effect.NONE) for name, word in notice.words if name == "restriction"]
    strictest = max(effects, key=list(Effect).index, default=Effect.NONE)
    severity = Severity.CRITICAL if strictest is not Effect.NONE else Severity.WARNING
    return Judgement(severity, True, Matter.RESTRICTION, strictest)


def _error(code: str, *, beside: bool) -> Judgement:
    """An error that stops every message of a line stops the line, as it does when a call is refused with it.

    What comes beside a message needs nobody otherwise: a customer who sends a hundred odd things would bury the rest.
    """
    if code.lstrip("-").isdigit() and meaning(int(code)).retry is Retry.ALARM:
        return Judgement(Severity.CRITICAL, True, Matter.ERROR, Effect.STOPS)
    return _INFO if beside else _WARNING


@dataclass(frozen=True, slots=True)
class Word:
    """The newest notice on one matter of a line."""

    matter: Matter
    effect: Effect
    until: datetime | None
    settled: bool


def standing(words: Iterable[Word], at: datetime) -> Word | None:
    """The strictest that stops a line now, or None. What ended and what a person settled stops nothing."""
    stops = [
        word
        for word in words
        if word.effect in STOPPING and not word.settled and (word.until is None or at < word.until)
    ]
    return max(stops, key=lambda word: (STOPPING.index(word.effect), word.matter), default=None)
