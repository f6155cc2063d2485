"""How a new person stands on a line that asks for a yes first. Pure: folded from what happened, time as argument.

Whoever has never been let in there is new. What a new person writes is withheld; they are asked once; a yes lets them
in with all that they have written, a no or a day of silence deletes it. Whoever writes after that is new again.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from jawort.consent.hear import Said, is_ending, is_everyday, said

#: So long a question waits for its answer; who could not be asked waits as long after their last word, for until then
#: WhatsApp would take the question.
ANSWER_WITHIN: Final = timedelta(hours=24)
_PAYLOAD: Final = re.compile(r"newcomer:([0-9a-f-]{36}):(yes|no)")


class Standing(StrEnum):
    """Where somebody stands on a line."""

    NEW = "new"
    WAITING = "waiting"
    LET_IN = "let_in"


class What(StrEnum):
    """What happens to it: they write, are asked, say yes or no to that, or that nothing more is to come."""

    CAME = "came"
    ASKED = "asked"
    YES = "yes"
    NO = "no"
    STOP = "stop"


class End(StrEnum):
    """How waiting ends; all but the first delete what was withheld."""

    LET_IN = "let_in"
    REFUSED = "refused"
    STOPPED = "stopped"
    SILENT = "silent"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Case:
    """How it stands: when they wrote last, when the question left, how many messages wait, how it ended before."""

    standing: Standing = Standing.NEW
    last_at: datetime | None = None
    asked_at: datetime | None = None
    withheld: int = 0
    ended: End | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When what is withheld is deleted, if nothing is said until then; None where nobody waits."""
        begin = self.asked_at or self.last_at
        return begin + ANSWER_WITHIN if begin and self.standing is Standing.WAITING else None


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened."""

    what: What
    at: datetime


def fold(happened: Iterable[Happened], at: datetime) -> Case:
    """How it stands at `at` after all of this, in its order."""
    case = Case()
    for one in happened:
        case = step(case, one)
    return lapsed(case, at)


def lapsed(case: Case, at: datetime) -> Case:
    """The same at `at`: nobody waits longer than until the end."""
    if case.ends_at is None or at < case.ends_at:
        return case
    return Case(ended=End.UNASKED if case.asked_at is None else End.SILENT)


def step(before: Case, happened: Happened) -> Case:
    """How it stands after this. An answer counts only to a question that has left."""
    case, what, at = lapsed(before, happened.at), happened.what, happened.at
    if case.standing is Standing.LET_IN:
        return case
    asked = case.asked_at is not None
    if what is What.ASKED:
        return replace(case, asked_at=case.asked_at or at) if case.standing is Standing.WAITING else case
    if what is What.STOP:
        return Case(ended=End.STOPPED)
    if what is What.NO and asked:
        return Case(ended=End.REFUSED)
    if what is What.YES and asked:
        return Case(Standing.LET_IN, ended=End.LET_IN)
    last = max(at, case.last_at or at)
    return Case(Standing.WAITING, last, case.asked_at, case.withheld + 1, case.ended)


@dataclass(frozen=True, slots=True)
class Words:
    """A message as far as it may answer. `quotes`: it refers to another message, `ours` to the question.

    `payload` is what a button brought back. `to_bot`: another program had the chat, and may have asked itself.
    """

    text: str
    kind: str
    sent_at: datetime
    payload: str = ""
    quotes: bool = False
    ours: bool = False
    forwarded: bool = False
    to_bot: bool = False


def payload(newcomer: UUID, answer: Said) -> str:
    """What the button of a question brings back."""
    return f"newcomer:{newcomer}:{answer}"


def heard(words: Words, newcomer: UUID, asked_at: datetime | None, also: Collection[str] = ()) -> What:
    """What somebody says by it. A yes is the question's own button, or the whole message and nothing else.

    `also` are further words that end advertising. Who was not asked yet answers nothing: then an everyday word, which
    ends advertising elsewhere, is withheld like the rest.
    """
    if words.payload or words.kind == "choice":
        pressed = _PAYLOAD.fullmatch(words.payload)
        return What(pressed[2]) if pressed and pressed[1] == str(newcomer) else What.CAME
    if words.kind != "text" or words.forwarded:
        return What.CAME
    refers = words.ours if words.quotes else not words.to_bot
    if asked_at is not None and refers and words.sent_at >= asked_at.replace(microsecond=0):  # the platform counts so
        answer = said(words.text, asked=True)
        if answer in (Said.YES, Said.NO):
            return What(answer)
    ends = is_ending(words.text, also) and (asked_at is not None or not is_everyday(words.text))
    return What.STOP if ends else What.CAME
