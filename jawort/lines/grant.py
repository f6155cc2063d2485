"""Whether a token is good for an account: asked at the platform before anything is kept of it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jawort.channels.egress import Way
from jawort.channels.types import Refused
from jawort.channels.whatsapp.numbers import Numbers, State, Token, numbers, token, wait_for

#: Of the platform's codes: the caller's token does not hold, or there is no such app; for this token the object is not
#: there, or not allowed.
NO_TOKEN, NO_OBJECT = frozenset({0, 101, 190}), frozenset({100, 33, 3, 10, 131005, *range(200, 300)})


class Objection(StrEnum):
    """What is wrong with what somebody gave."""

    NO_APP = "no_app"
    OTHER_APP = "other_app"
    INVALID = "invalid"
    SCOPES = "scopes"
    ACCOUNT = "account"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Grant:
    """What the token is good for, or why it is not: `lacks` are permissions, `code` the platform's."""

    objection: Objection | None = None
    ends_at: datetime | None = None
    app_ref: str = ""
    lacks: tuple[str, ...] = ()
    code: int = 0


def check(graph: Way, given: str, account: str, app_ref: str, app_secret: str) -> Grant:
    """Ask what the token `given` is good for, with the app's secret, which is proven by that.

    Where the app's id is not known the token tells it first. Calls to the platform, never in a transaction.
    """
    asker = Numbers(graph, f"{app_ref}|{app_secret}" if app_ref else given)
    told, listed = wait_for(_asked(asker, Numbers(graph, given), given, account))
    if isinstance(told, Refused):
        return _refused(told, by_app=bool(app_ref))
    if not app_ref and told.app_ref:
        return check(graph, given, account, told.app_ref, app_secret)
    found = judged(told, app_ref, account)
    if found.objection is None and isinstance(listed, Refused):
        unknown = listed.code in NO_OBJECT
        return Grant(Objection.ACCOUNT if unknown else Objection.PLATFORM, code=listed.code)
    return found


def judged(told: Token, app_ref: str, account: str) -> Grant:
    """What the platform's word on a token means for this app and account. Pure."""
    if app_ref and told.app_ref and told.app_ref != app_ref:
        return Grant(Objection.OTHER_APP)
    if not told.valid:
        return Grant(Objection.INVALID)
    if told.lacks:
        return Grant(Objection.SCOPES, lacks=tuple(told.lacks))
    if told.accounts and account not in told.accounts:
        return Grant(Objection.ACCOUNT)
    return Grant(ends_at=told.ends_at, app_ref=told.app_ref)


async def _asked(
    asker: Numbers, own: Numbers, given: str, account: str
) -> tuple[Token | Refused, list[State] | Refused]:
    told, listed = await asyncio.gather(token(asker, given), numbers(own, account))
    return told, listed


def _refused(told: Refused, *, by_app: bool) -> Grant:
    if told.code in NO_TOKEN:
        return Grant(Objection.NO_APP if by_app else Objection.INVALID, code=told.code)
    if told.code in NO_OBJECT:
        return Grant(Objection.OTHER_APP, code=told.code)
    return Grant(Objection.PLATFORM, code=told.code)
