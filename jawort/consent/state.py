"""Whether a consent stands, folded from what happened, in whatever order that was heard of; whom we may ask. Pure.

A consent is one person's, for one purpose, at one address. Only a state that is active lets a message leave.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

#: Who does not confirm within it has not given anything.
CONFIRM_WITHIN: Final = timedelta(hours=24)
#: Who was asked has so long to answer, and is not asked again before.
OPEN_FOR: Final = timedelta(hours=24)
#: What nobody confirmed is deleted then.
UNCONFIRMED_KEPT: Final = timedelta(days=7)


class Event(StrEnum):
    """What can happen to a consent (W3C DPV, states of consent)."""

    REQUESTED = "requested"
    REFUSED = "refused"
    GIVEN = "given"
    CONFIRMED = "confirmed"
    REAFFIRMED = "reaffirmed"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"


class Method(StrEnum):
    """In which way it was said: by a button or in words of their own, or noted by us without a word of theirs."""

    BUTTON = "button"
    WORDS = "words"
    AGENT = "agent"
    PLATFORM = "platform"


class Way(StrEnum):
    """In which way a consent was given elsewhere."""

    PAPER = "paper"
    PHONE = "phone"
    IN_PERSON = "in_person"
    WEBSITE = "website"
    EMAIL = "email"


class Source(StrEnum):
    """How what was given elsewhere came to us."""

    DESK = "desk"
    API = "api"
    IMPORT = "import"


class CannotRecord(StrEnum):
    """Why a consent that was given elsewhere is not recorded."""

    TEXT_UNKNOWN = "text_unknown"
    NOT_YET = "not_yet"
    NO_EVIDENCE = "no_evidence"
    MUST_CONFIRM = "must_confirm"
    ERASED = "erased"
    STANDS = "stands"
    OBJECTED = "objected"
    ENDED = "ended"
    MOVED = "moved"
    EXPIRED = "expired"


class CannotAsk(StrEnum):
    """Why somebody is not asked now."""

    NO_TEXT = "no_text"
    STANDS = "stands"
    ASKED = "asked"
    PAUSED = "paused"
    OBJECTED = "objected"
    OVERTAKEN = "overtaken"


class State(StrEnum):
    """How it stands."""

    NONE = "none"
    REQUESTED = "requested"
    REFUSED = "refused"
    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"


#: Something was given, and nothing has ended it.
HOLDS: Final = frozenset({State.ACTIVE, State.UNCONFIRMED})
#: The person wants it not, as far as we know.
SAID_NO: Final = frozenset({State.REFUSED, State.WITHDRAWN, State.REVOKED})
#: Each of these ends what stood, and of what happened at one moment they count last: a doubt is a no.
ENDS: Final[Mapping[Event, State]] = MappingProxyType(
    {
        Event.EXPIRED: State.EXPIRED,
        Event.REVOKED: State.REVOKED,
        Event.INVALIDATED: State.INVALIDATED,
        Event.WITHDRAWN: State.WITHDRAWN,
    }
)
#: A no of any kind.
NOES: Final = frozenset({Event.REFUSED, *ENDS})
_ORDER: Final = (
    *(Event.REQUESTED, Event.GIVEN, Event.CONFIRMED, Event.REAFFIRMED, Event.REFUSED),
    *ENDS,
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One event. `text` names the consent text that it refers to, empty where it refers to none."""

    event: Event
    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the purpose asks for: whether giving must be confirmed, and after how long without use it ends.

    After `warned_after` without use whoever looks at it is told that it will. A yes by the person's own hand, over the
    channel and from the address that is used, needs no second one; a company may want one all the same.
    """

    confirms: bool
    unused_for: timedelta
    warned_after: timedelta = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a consent stands: since when, by which text; `used_at` is when it was given or last lived on.

    `asked_at` is when the person was asked last, whatever they said since; `ends_at` when a consent that stands ends
    if nobody uses it before. `pending` is another text that they have said yes to at `pending_at` and not confirmed:
    what stands goes on meanwhile.
    """

    state: State = State.NONE
    since: datetime | None = None
    text: str = ""
    used_at: datetime | None = None
    asked_at: datetime | None = None
    ends_at: datetime | None = None
    pending: str = ""
    pending_at: datetime | None = None


def standing(events: Iterable[Happened], terms: Terms, at: datetime, *, sent_at: datetime | None = None) -> Standing:
    """How it stands at `at`; `sent_at` is when a message last left on its strength.

    The order in which the events come says nothing, only when they happened.
    """
    told = sorted((one for one in events if one.at <= at), key=lambda one: (one.at, _ORDER.index(one.event), one.text))
    found = Standing()
    for one in told:
        found = _after(_lapsed(found, terms, one.at, sent_at), one, terms)
    asked_at = max((one.at for one in told if one.event is Event.REQUESTED), default=None)
    came_to = _lapsed(found, terms, at, sent_at)
    return replace(came_to, asked_at=asked_at, ends_at=_ends_at(came_to, terms, sent_at))


def may_ask(held: Standing, at: datetime, *, objected: bool, paused: bool, wished: bool = False) -> CannotAsk | None:
    """None if they whose consent stands like this may be asked, else why not.

    Asking somebody for advertising who has objected to it is advertising itself, unless they have `wished` for it
    themselves. Who was asked is left in peace for a day, whatever they answered.
    """
    if held.state is State.ACTIVE:
        return CannotAsk.STANDS
    if paused:
        return CannotAsk.PAUSED
    if held.asked_at is not None and at < held.asked_at + OPEN_FOR:
        return CannotAsk.ASKED
    return CannotAsk.OBJECTED if objected and not wished else None


def after_objection(held: Standing, since: datetime | None) -> Standing:
    """What an objection of `since`, lifted or not, leaves of it: it ends what was given or lived on before."""
    if held.state in HOLDS and since is not None and held.used_at is not None and held.used_at <= since:
        return replace(held, state=State.WITHDRAWN, since=since, used_at=None, ends_at=None)
    return held


@dataclass(frozen=True, slots=True)
class Noes:
    """What a person has said no with: whether an objection stands, since when the newest did, lifted or not, and when
    they said no last, with whichever contact and word of theirs."""

    objected: bool = False
    since: datetime | None = None
    last: datetime | None = None


@dataclass(slots=True)
class Told:
    """What a contact’s consent follows from: its events, and since when the newest objection stood, lifted or not.

    `used_at` is when something left on its strength last, to the day; `no_at` when they said no last: as long as an
    objection stands a further no leaves no trace, so it counts until it was lifted.
    """

    events: list[Happened] = field(default_factory=list)
    objected_at: datetime | None = None
    used_at: datetime | None = None
    no_at: datetime | None = None


def sale_counts(sold_at: datetime, told: Told, terms: Terms, at: datetime) -> bool:
    """Whether who was sold something then may be sent what is similar at `at` (§ 7(3) UWG); `told` is of its purpose.

    The sale counts as a yes of that moment would: a moved address, an objection, two years without use end it, and so
    does any later no, to a question or with a merged contact. Nobody says yes to a sale twice.
    """
    moved = [Happened(one.event, min(one.at, at)) for one in told.events if one.event is Event.INVALIDATED]
    once = replace(terms, confirms=False)
    held = standing([Happened(Event.GIVEN, sold_at), *moved], once, at, sent_at=told.used_at)
    held = after_objection(held, told.objected_at)
    return held.state is State.ACTIVE and (told.no_at is None or told.no_at < sold_at)


def may_record(
    told: Iterable[Happened], given: Happened, terms: Terms, at: datetime, noes: Noes
) -> CannotRecord | None:
    """None if a yes that was `given` elsewhere would hold today, else why not. `told` is what is known already.

    What somebody of ours records never overrules a no that the person has said since, nor an objection that stands.
    """
    if given.at > at:
        return CannotRecord.NOT_YET
    if noes.objected:
        return CannotRecord.OBJECTED
    known = list(told)
    if after_objection(standing(known, terms, at), noes.since).state in HOLDS:
        return CannotRecord.STANDS
    if noes.last is not None and given.at <= noes.last:
        return CannotRecord.ENDED
    came_to = after_objection(standing([*known, given], terms, at), noes.since).state
    if came_to in HOLDS:
        return None
    return {State.EXPIRED: CannotRecord.EXPIRED, State.INVALIDATED: CannotRecord.MOVED}.get(came_to, CannotRecord.ENDED)


def _after(now: Standing, one: Happened, terms: Terms) -> Standing:
    if one.event in ENDS:
        return _become(now, ENDS[one.event], one)
    holds = now.state in HOLDS
    if one.event is Event.REFUSED:
        return _become(now, State.WITHDRAWN if holds else State.REFUSED, one)
    if one.event is Event.REQUESTED:
        return now if holds else _become(now, State.REQUESTED, one)
    return _given(now, one, terms)


def _given(now: Standing, one: Happened, terms: Terms) -> Standing:
    same = one.text in {"", now.text}
    match one.event, now.state:
        case Event.GIVEN | Event.REAFFIRMED, State.ACTIVE if same:
            return replace(now, used_at=one.at)
        case Event.GIVEN, State.ACTIVE if terms.confirms:
            return replace(now, pending=one.text, pending_at=one.at)
        case Event.CONFIRMED, State.ACTIVE if now.pending_at and one.text == now.pending:
            in_time = one.at <= now.pending_at + CONFIRM_WITHIN
            return Standing(State.ACTIVE, one.at, now.pending, one.at) if in_time else now
        case Event.GIVEN, _:
            return Standing(State.UNCONFIRMED if terms.confirms else State.ACTIVE, one.at, one.text, one.at)
        case Event.CONFIRMED, State.UNCONFIRMED if same:
            return Standing(State.ACTIVE, one.at, now.text, one.at)
    return now


def _become(now: Standing, state: State, one: Happened) -> Standing:
    return now if now.state is state else Standing(state, one.at, one.text or now.text)


def _lapsed(now: Standing, terms: Terms, at: datetime, sent_at: datetime | None) -> Standing:
    """What time alone has ended by `at`."""
    if now.state is State.UNCONFIRMED and now.since is not None and at > now.since + CONFIRM_WITHIN:
        return Standing(State.EXPIRED, now.since + CONFIRM_WITHIN, now.text)
    if now.state is State.ACTIVE:
        ends_at = _ends_at(now, terms, sent_at)
        if ends_at is not None and at > ends_at:
            return Standing(State.EXPIRED, ends_at, now.text)
    return now


def _ends_at(now: Standing, terms: Terms, sent_at: datetime | None) -> datetime | None:
    if now.state is not State.ACTIVE or now.used_at is None:
        return None
    # Also a use that another process has just noted: without a consent that stood nothing would have left.
    return max(now.used_at, sent_at or now.used_at) + terms.unused_for
