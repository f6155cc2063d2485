"""What the platform is asked about a token, an account and its numbers, and what can be changed of a number.

Whoever reads hears Refused where nothing came: a reading can be made again. A change says Uncertain where it may have
been made. Sources: the platform's pages on access tokens, phone numbers, registration, local storage, and webhooks.
"""

import asyncio
import re
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, TypeVar
from urllib.parse import quote

from msgspec import Raw
from msgspec.json import encode
from yarl import URL

from jawort.channels.destinations import Datum
from jawort.channels.egress import Way
from jawort.channels.types import Accepted, Noted, Refused, Retry, Uncertain
from jawort.channels.whatsapp.calls import Caller, close, outcome
from jawort.channels.whatsapp.errors_accounts import NO_SENSE, UNREACHABLE
from jawort.channels.whatsapp.scan import Fields, elements, is_true, members, moment, string, text

T = TypeVar("T")

ANSWER_S_MAX: Final = 6.0  # of one call: somebody waits, and holds one of the desk's threads
#: What a token needs: messages with their webhooks, and everything else.
SCOPES: Final = ("whatsapp_business_messaging", "whatsapp_business_management")
PIN_DIGITS: Final = 6
GERMANY: Final = "DE"
ANSWER_BYTES_MAX: Final = 1_000_000  # a number with its health has some kilobytes
NUMBERS_MAX: Final = 100  # a portfolio has 20
#: The edges at which something is changed.
_CHANGED: Final = frozenset({"subscribed_apps", "settings", "register", "deregister", "whatsapp_business_profile"})
_REF: Final = re.compile(r"[0-9]{1,40}")
#: States of a number that is not registered; a restricted or flagged one is.
_OFF_DUTY: Final = frozenset({"", "DISCONNECTED", "PENDING", "UNVERIFIED", "MIGRATED", "DELETED"})
_ON, _OFF = "IN_COUNTRY_STORAGE_ENABLED", "IN_COUNTRY_STORAGE_DISABLED"
_FIELDS: Final = (
    "display_phone_number,verified_name,code_verification_status,quality_rating,platform_type,status,name_status,"
    "account_mode,is_pin_enabled,throughput,whatsapp_business_manager_messaging_limit,health_status"
)


@dataclass(frozen=True, slots=True)
class Token:
    """What a token is good for. `ends_at` None: never. `accounts` empty: the platform names none."""

    valid: bool
    app_ref: str
    ends_at: datetime | None
    scopes: frozenset[str]
    accounts: frozenset[str]

    @property
    def lacks(self) -> list[str]:
        """The permissions that it needs and has not."""
        return [scope for scope in SCOPES if scope not in self.scopes]


@dataclass(frozen=True, slots=True)
class Subscription:
    """Whether the app hears of an account, and at which address instead of its own, if the account has one."""

    heard: bool
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something cannot be sent or only to some, in the platform's words."""

    entity: str
    can_send: str
    said: str
    advice: str


@dataclass(frozen=True, slots=True)
class State:
    """A number as the platform has it, in the platform's words. `portfolio` is empty where it names none."""

    ref: str
    number: str
    name: str
    registered: bool
    verified: bool
    has_pin: bool
    mode: str
    quality: str
    name_status: str
    throughput: str
    limit: str
    can_send: str
    portfolio: str
    troubles: tuple[Trouble, ...]


class Numbers(Caller):
    """Asks about numbers, for one access token. It cannot send."""

    __slots__ = ()

    def __init__(self, graph: Way, token: str, timeout_s: float = ANSWER_S_MAX) -> None:
        super().__init__(graph.url, token, timeout_s, graph.egress)

    async def ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None, **query: str
    ) -> Fields | Refused | Uncertain:
        """One call about an account, a number or a token: the members of its answer, or why there are none.

        `path` is made of ids and names of edges only. What is Uncertain may have been done. Raises ValueError for a
        change of anything else: what leaves for customers has one door, and it is not this one.
        """
        edge = path.rpartition("/")[2]
        if method != "GET" and edge not in _CHANGED:
            raise ValueError(f"Nothing is changed at “{edge}” from here.")
        address = URL(f"{self._base}/{quote(path, safe='/')}", encoded=True).with_query(query)
        data, shown = None if body is None else encode(body), body and edge == "whatsapp_business_profile"
        carries = (Datum.PROFILE if shown else Datum.ACCOUNT,)
        found = await self._call(method, address, data, most=ANSWER_BYTES_MAX, carries=carries)
        if not isinstance(found, tuple):
            return found
        status, answer = found
        fields = members(answer.strip()) or {}
        if status == HTTPStatus.OK and fields and "error" not in fields:
            return fields
        said = outcome(status, answer)
        return Uncertain("answered without saying so") if isinstance(said, Accepted) else said


async def token(client: Numbers, given: str) -> Token | Refused:
    """What `given` is good for, asked with it or with its app's `id|secret`: then the app's secret is proven as well.

    The token stands in the address because the platform wants it there.
    """
    fields = read(await client.ask("GET", "debug_token", input_token=given))
    if isinstance(fields, Refused):
        return fields
    data = members(fields.get("data")) or {}
    ends = moment(data.get("expires_at"))
    return Token(
        valid=is_true(data, "is_valid"),
        app_ref=string(data, "app_id"),
        ends_at=ends if ends is not None and ends.timestamp() > 0 else None,
        scopes=frozenset(_texts(data.get("scopes"))),
        accounts=frozenset(
            target
            for raw in elements(data.get("granular_scopes")) or ()
            if string(scope := members(raw) or {}, "scope") in SCOPES
            for target in _texts(scope.get("target_ids"))
        ),
    )


async def numbers(client: Numbers, account: str) -> list[State] | Refused:
    """The numbers of the account; what has no id like theirs is left out, for it could not be asked about."""
    fields = read(await client.ask("GET", f"{account}/phone_numbers", fields=_FIELDS, limit=str(NUMBERS_MAX)))
    if isinstance(fields, Refused):
        return fields
    items = elements(fields.get("data"))
    if items is None:
        return no_sense()
    return [found for item in items if _REF.fullmatch((found := _state(members(item) or {})).ref)]


async def state(client: Numbers, ref: str) -> State | Refused:
    """One number."""
    fields = read(await client.ask("GET", ref, fields=_FIELDS))
    return fields if isinstance(fields, Refused) else _state(fields)


async def subscription(client: Numbers, account: str, app_ref: str) -> Subscription | Refused:
    """Whether the app hears of the account; where its id is not known, whether any does."""
    fields = read(await client.ask("GET", f"{account}/subscribed_apps"))
    if isinstance(fields, Refused):
        return fields
    listed = elements(fields.get("data"))
    if listed is None:
        return no_sense()
    for item in listed:
        app = members(item) or {}
        if app_ref in {"", string(members(app.get("whatsapp_business_api_data")) or {}, "id")}:
            return Subscription(heard=True, elsewhere=string(app, "override_callback_uri"))
    return Subscription(heard=False)


async def subscribe(client: Numbers, account: str) -> Noted | Refused | Uncertain:
    """Have the app hear of the account. It also removes another callback of the account's own."""
    return done(await client.ask("POST", f"{account}/subscribed_apps", {}))


async def region(client: Numbers, ref: str) -> str | Refused:
    """The country in which contents rest at the platform, empty where none was chosen."""
    fields = read(await client.ask("GET", f"{ref}/settings"))
    if isinstance(fields, Refused):
        return fields
    storage = members(fields.get("storage_configuration")) or {}
    return string(storage, "data_localization_region") if string(storage, "status") == _ON else ""


async def store_in(client: Numbers, ref: str, chosen: str) -> Noted | Refused | Uncertain:
    """Choose where contents rest, empty for no country. Only before the number is registered."""
    storage = {"status": _ON, "data_localization_region": chosen} if chosen else {"status": _OFF}
    return done(await client.ask("POST", f"{ref}/settings", {"storage_configuration": storage}))


async def register(client: Numbers, ref: str, pin: str) -> Noted | Refused | Uncertain:
    """Turn the number on. Where two-step verification is on the PIN must be its, otherwise it becomes its."""
    return done(await client.ask("POST", f"{ref}/register", {"messaging_product": "whatsapp", "pin": pin}))


async def deregister(client: Numbers, ref: str) -> Noted | Refused | Uncertain:
    """Turn the number off. Not while it is used in the Business app as well."""
    return done(await client.ask("POST", f"{ref}/deregister", {}))


def wait_for(call: Coroutine[Any, Any, T]) -> T:
    """What comes of calls that somebody waits for. They have a loop in a thread of its own, and end with it."""

    async def whole() -> T:
        try:
            return await call
        finally:
            await close()

    with ThreadPoolExecutor(1, "numbers") as thread:
        return thread.submit(asyncio.run, whole()).result()


def read(found: Fields | Refused | Uncertain) -> Fields | Refused:
    """What came, or that nothing did: of a reading it does not matter whether it left."""
    return Refused(UNREACHABLE, "whatsapp.-1", Retry.BACKOFF) if isinstance(found, Uncertain) else found


def no_sense() -> Refused:
    """The answer was not of the kind that was asked for."""
    return Refused(NO_SENSE, f"whatsapp.{NO_SENSE}", Retry.NEVER)


def done(found: Fields | Refused | Uncertain) -> Noted | Refused | Uncertain:
    """Whether the platform says that it has done what was asked."""
    if not isinstance(found, dict):
        return found
    return Noted() if is_true(found, "success") else Uncertain("done without saying so")


def _state(fields: Fields) -> State:
    health = members(fields.get("health_status")) or {}
    entities = [members(one) or {} for one in elements(health.get("entities")) or ()]
    business = next((one for one in entities if string(one, "entity_type") == "BUSINESS"), {})
    return State(
        ref=string(fields, "id"),
        number=string(fields, "display_phone_number"),
        name=string(fields, "verified_name"),
        registered=string(fields, "platform_type") == "CLOUD_API" and string(fields, "status") not in _OFF_DUTY,
        verified=string(fields, "code_verification_status") in {"", "VERIFIED"},
        has_pin=is_true(fields, "is_pin_enabled"),
        mode=string(fields, "account_mode"),
        quality=string(fields, "quality_rating"),
        name_status=string(fields, "name_status"),
        throughput=string(members(fields.get("throughput")) or {}, "level"),
        limit=string(fields, "whatsapp_business_manager_messaging_limit"),
        can_send=string(health, "can_send_message"),
        portfolio=string(business, "id"),
        troubles=tuple(trouble for one in entities for trouble in _troubles(one)),
    )


def _troubles(entity: Fields) -> list[Trouble]:
    kind, can_send = string(entity, "entity_type"), string(entity, "can_send_message")
    said = [members(one) or {} for one in elements(entity.get("errors")) or ()]
    if not said and can_send in {"LIMITED", "BLOCKED"}:
        return [Trouble(kind, can_send, "", "")]
    return [Trouble(kind, can_send, string(one, "error_description"), string(one, "possible_solution")) for one in said]


def _texts(raw: Raw | None) -> list[str]:
    return [found for one in elements(raw) or () if (found := text(one))]
