"""A number of an account that is set up goes to work: registered at the platform, heard of, connected here.

Each step can be the last, and every one can be begun again: what is done already is seen at the platform and left out.
No call is made in a transaction; what the platform is asked is entered in the ledger before, what came of it after.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from django.db import IntegrityError, transaction

from jawort.channels.egress import Way
from jawort.channels.types import Noted, Refused, Uncertain
from jawort.channels.whatsapp import numbers as platform
from jawort.channels.whatsapp.numbers import Numbers, State, Subscription, wait_for
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.legal.queries import links
from jawort.lines.connect import connect
from jawort.lines.models import Line, Setup
from jawort.lines.queries import of_accounts
from jawort.lines.setup import token_of

#: Messages a second that the platform allows, by its word for it.
RATES: Final = {"HIGH": 1_000}
RATE_PER_S: Final = 80


T = TypeVar("T")


class Step(StrEnum):
    """What is done, in this order. Before all, customers must find whose number it is."""

    LINK = "link"
    FIND = "find"
    SUBSCRIBE = "subscribe"
    STORE = "store"
    REGISTER = "register"
    CONNECT = "connect"


class NotDone(Exception):
    """It went no further than before `step`. `code` is the platform's, 0 if it is not one that is wrong.

    `uncertain` if the platform may have done it all the same: what it says next tells.
    """

    def __init__(self, step: Step, code: int = 0, *, uncertain: bool = False) -> None:
        super().__init__(f"{step} {code}")
        self.step, self.code, self.uncertain = step, code, uncertain


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody chose: what the line is called, in which country contents rest (empty: anywhere), the PIN.

    `anew` if a number that is registered is to be registered once more, because the country is another one.
    """

    name: str
    region: str = ""
    pin: str = ""
    anew: bool = False

    def __repr__(self) -> str:
        return f"Wanted({self.name!r}, {self.region!r})"  # never the PIN, wherever this is printed


@dataclass(frozen=True, slots=True)
class Outlook:
    """The account as the platform has it now. `region` is that of the one number that was asked for."""

    numbers: list[State]
    subscription: Subscription
    region: str = ""

    def number(self, ref: str) -> State:
        """One of them. Raises NotDone if the account has it not."""
        found = next((one for one in self.numbers if one.ref == ref), None)
        if found is None:
            raise NotDone(Step.FIND)
        return found


def outlook(setup: Setup, graph: Way, ref: str = "") -> Outlook:
    """Ask the platform for the account's numbers, whether we hear of it, and of `ref` where contents rest.

    Raises NotDone, also for a number that is not the account's.
    """

    async def asked(client: Numbers) -> Outlook:
        listed, heard, region = await asyncio.gather(
            platform.numbers(client, setup.account),
            platform.subscription(client, setup.account, setup.app.ref),
            platform.region(client, ref) if ref else _nowhere(),
        )
        found = Outlook(_read(Step.FIND, listed), _read(Step.SUBSCRIBE, heard))
        if ref:
            found.number(ref)
        return replace(found, region=_read(Step.STORE, region))

    return wait_for(asked(_numbers(setup, graph)))


def subscribe(setup: Setup, graph: Way, *, actor: str, at: datetime) -> None:
    """Have the app hear of the account, at its own callback. Raises NotDone."""
    _done(Step.SUBSCRIBE, platform.subscribe(_numbers(setup, graph), setup.account))
    _enter(setup, actor, {"change": "subscribed", "waba_id": setup.account}, at)


def put_to_work(
    setup: Setup, found: Outlook, ref: str, wanted: Wanted, graph: Way, *, actor: str, at: datetime
) -> Line:
    """Subscribe the app, register the number where it is not, connect the line. It is live at once. Raises NotDone.

    `found` is the outlook of a moment ago on this number. Nothing is done before customers find imprint (§ 5 DDG) and
    privacy notice (Art. 13 GDPR) of whoever answers there.
    """
    if links() is None:
        raise NotDone(Step.LINK)
    if Line.objects.filter(phone_number_id=ref).exists():
        raise NotDone(Step.CONNECT)
    if not found.subscription.heard:
        subscribe(setup, graph, actor=actor, at=at)
    state = found.number(ref)
    if state.registered and wanted.anew:
        _enter(setup, actor, {"change": "deregistering", "phone_number_id": ref}, at)
        _done(Step.REGISTER, platform.deregister(_numbers(setup, graph), ref))
    if wanted.anew or not state.registered:
        _register(setup, state, found.region, wanted, graph, actor=actor, at=at)
    try:
        return connect(
            app=setup.app,
            name=wanted.name,
            phone_number_id=ref,
            waba_id=setup.account,
            portfolio=_portfolio(setup.account, state),
            display_number=_international(state.number),
            token=token_of(setup),
            actor=actor,
            at=at,
            rate_per_s=RATES.get(state.throughput, RATE_PER_S),
        )
    except IntegrityError:
        raise NotDone(Step.CONNECT) from None


def _portfolio(account: str, state: State) -> str:
    """That of the account's other lines, where there are any: people are the same within it, and were known by it."""
    others = of_accounts([account]).get(account)
    return others[0].portfolio if others else state.portfolio


def _register(setup: Setup, found: State, region: str, wanted: Wanted, graph: Way, *, actor: str, at: datetime) -> None:
    """Choose where contents rest, which cannot be done later, then turn the number on."""
    facts: dict[str, JSON] = {"phone_number_id": found.ref, "region": wanted.region}
    _enter(setup, actor, {"change": "registering", **facts}, at)
    client = _numbers(setup, graph)
    if wanted.anew or region != wanted.region:
        _done(Step.STORE, platform.store_in(client, found.ref, wanted.region))
    _done(Step.REGISTER, platform.register(client, found.ref, wanted.pin))
    _enter(setup, actor, {"change": "registered", **facts}, at)


def _numbers(setup: Setup, graph: Way) -> Numbers:
    return Numbers(graph, token_of(setup))


async def _nowhere() -> str:
    return ""


def _read(step: Step, found: T | Refused) -> T:
    if isinstance(found, Refused):
        raise NotDone(step, found.code)
    return found


def _done(step: Step, call: Coroutine[Any, Any, Noted | Refused | Uncertain]) -> None:
    found = wait_for(call)
    if isinstance(found, Uncertain):
        raise NotDone(step, uncertain=True)
    if isinstance(found, Refused):
        raise NotDone(step, found.code)


@transaction.atomic
def _enter(setup: Setup, actor: str, facts: dict[str, JSON], at: datetime) -> None:
    record([Entry(Kind.LINE_CHANGED, actor, setup.pk, facts, related=setup.app_id)], at)


def _international(number: str) -> str:
    return number if number.startswith("+") else f"+{number}"
