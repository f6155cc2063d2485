"""Calls to the sign-in service: what it offers, its keys, and who stands behind a code.

Loaded when it is first asked. A call is one attempt and ends within seconds; whoever waits for it holds a thread of the
desk, so there are few at a time.
"""

import asyncio
import logging
import threading
from base64 import b64encode
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from json import loads
from typing import Any, Final, TypeVar
from urllib.parse import quote_plus

import aiohttp
from joserfc.jwk import KeySet
from yarl import URL

from jawort.channels.destinations import Datum, Destination
from jawort.channels.egress import Egress
from jawort.channels.oidc.rules import ending, identity, may_be_asked, verified_address
from jawort.channels.oidc.tokens import keys_of, signed
from jawort.channels.oidc.types import Ended, Identity, Question, Refusal, Registration, Service
from jawort.channels.wire import Load, session

TIMEOUT_S: Final = 5.0
WAIT_S: Final = 2.0  # for one of the places
#: Whoever comes this soon after it gave no answer hears so at once: strangers hold no threads by asking.
SILENT_FOR: Final = timedelta(seconds=5)
ANSWER_BYTES_MAX: Final = 262_144  # a JWKS with certificates has some kilobytes a key
#: For how long what a service offers and its keys are taken as read.
KEPT: Final = timedelta(minutes=10)
#: A token by a key that we do not know has us look again, but no stranger makes us ask all the time.
ASKED_AGAIN: Final = timedelta(seconds=30)
#: Of the desk's threads, which are eight.
AT_ONCE_MAX: Final = 2

T = TypeVar("T")
_places = threading.BoundedSemaphore(AT_ONCE_MAX)
_log = logging.getLogger("jawort.oidc")


@dataclass(frozen=True, slots=True)
class Known:
    """What it offers us besides, and its keys, as they were at a moment."""

    service: Service
    token: str
    userinfo: str
    posts_secret: bool
    keys: KeySet
    at: datetime
    egress: Egress


class _Refused(Exception):
    """Ends a call with its reason."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


_known: dict[str, Known] = {}
#: When a service last gave no answer, and why.
_silent: dict[str, tuple[datetime, Refusal]] = {}


def service(registration: Registration, at: datetime) -> Service | Refusal:
    """What the service offers, asked anew every ten minutes."""
    known = _fresh(registration.issuer, at, KEPT)
    if known is not None:
        return known.service
    found = _answered(_look(registration, at))
    return found if isinstance(found, Refusal) else found.service


def identify(registration: Registration, question: Question, code: str, at: datetime) -> Identity | Refusal:
    """Who stands behind a code that a browser came back with."""
    return _answered(_identify(registration, question, code, at))


def ended(registration: Registration, token: str, at: datetime) -> Ended | Refusal:
    """Which sign-ins a logout token of the service ends."""
    return _answered(_ended(registration, token, at))


def _answered(call: Coroutine[Any, Any, T]) -> T | Refusal:
    """What came of it. In a thread with a loop of its own: whoever asks may be within one."""
    if not _places.acquire(timeout=WAIT_S):
        call.close()
        return _noted(Refusal.UNREACHABLE)
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="oidc") as pool:
            return pool.submit(asyncio.run, call).result()
    except _Refused as refused:
        return _noted(refused.reason)
    finally:
        _places.release()


def _noted(reason: Refusal) -> Refusal:
    _log.warning("the sign-in service: %s", reason)
    return reason


def _fresh(issuer: str, at: datetime, age: timedelta) -> Known | None:
    known = _known.get(issuer)
    return known if known is not None and timedelta() <= at - known.at < age else None


async def _look(registration: Registration, at: datetime, *, age: timedelta = KEPT) -> Known:
    issuer = registration.issuer
    known, silent = _fresh(issuer, at, age), _silent.get(issuer)
    if known is not None:
        return known
    if silent is not None and timedelta() <= at - silent[0] < SILENT_FOR:
        raise _Refused(silent[1])
    try:
        _known[issuer] = found = await _asked(registration, at)
    except _Refused as refused:
        _silent[issuer] = (at, refused.reason)
        raise
    return found


async def _asked(registration: Registration, at: datetime) -> Known:
    issuer, egress = registration.issuer, Egress(registration.proxy, registration.ca_bundle)
    offered = _object(*await _call(egress, "GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    if offered.get("issuer") != issuer:
        raise _Refused(Refusal.ISSUER)
    ends = [offered.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(map(may_be_asked, ends)):
        raise _Refused(Refusal.NO_SENSE)
    authorization, token, jwks = map(str, ends)
    more = offered.get("userinfo_endpoint")
    methods = offered.get("token_endpoint_auth_methods_supported")
    return Known(
        service=Service(authorization, offered.get("authorization_response_iss_parameter_supported") is True),
        token=token,
        userinfo=str(more) if may_be_asked(more) else "",
        posts_secret=isinstance(methods, list) and "client_secret_basic" not in methods,
        keys=keys_of(_object(*await _call(egress, "GET", jwks))),
        at=at,
        egress=egress,
    )


async def _identify(registration: Registration, question: Question, code: str, at: datetime) -> Identity:
    there = await _look(registration, at)
    given = _object(*await _redeemed(there, registration, question, code), wrong=Refusal.CODE)
    claims = await _signed(registration, given.get("id_token"), at)
    found = identity(claims, registration, question.nonce, at=at)
    if isinstance(found, Refusal):
        raise _Refused(found)
    if "email" in claims or not there.userinfo:
        return found
    return Identity(found.subject, await _address(there, found.subject, given.get("access_token")), found.session)


async def _ended(registration: Registration, token: str, at: datetime) -> Ended:
    found = ending(await _signed(registration, token, at), registration, at=at)
    if isinstance(found, Refusal):
        raise _Refused(found)
    return found


async def _signed(registration: Registration, token: object, at: datetime) -> dict[str, Any]:
    """The claims of a token that a key of the service has signed, also one that it has only just got."""
    if not isinstance(token, str):
        raise _Refused(Refusal.NO_SENSE)
    for age in (KEPT, ASKED_AGAIN):
        claims = signed(token, (await _look(registration, at, age=age)).keys)
        if claims is not None:
            return claims
    raise _Refused(Refusal.SIGNATURE)


async def _redeemed(there: Known, registration: Registration, question: Question, code: str) -> tuple[int, bytes]:
    """What is given for a code: section 3.1.3.1, RFC 7636 section 4.5, RFC 6749 section 2.3.1."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": registration.callback,
        "code_verifier": question.verifier,
    }
    if there.posts_secret:
        form |= {"client_id": registration.client_id, "client_secret": registration.client_secret}
        return await _call(there.egress, "POST", there.token, form)
    both = f"{quote_plus(registration.client_id)}:{quote_plus(registration.client_secret)}"
    word = b64encode(both.encode()).decode()
    return await _call(there.egress, "POST", there.token, form, {"Authorization": f"Basic {word}"})


async def _address(there: Known, subject: str, access: object) -> str | None:
    """The verified address that a token left out. What it says of somebody else is not theirs (section 5.3.2)."""
    if not isinstance(access, str) or not access.isascii() or not access.isprintable():
        return None
    try:
        told = _object(*await _call(there.egress, "GET", there.userinfo, None, {"Authorization": f"Bearer {access}"}))
    except _Refused:
        return None
    return verified_address(told) if told.get("sub") == subject else None


def _object(status: int, answer: bytes, wrong: Refusal = Refusal.NO_SENSE) -> dict[str, Any]:
    if status != HTTPStatus.OK:
        raise _Refused(Refusal.UNREACHABLE if status >= HTTPStatus.INTERNAL_SERVER_ERROR else wrong)
    try:
        found = loads(answer)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _Refused(Refusal.NO_SENSE)
    return found


async def _call(
    egress: Egress,
    method: str,
    address: str,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, bytes]:
    """One attempt, to this address and no other: redirects are not followed. Without a form and headers it asks for
    what the service tells everybody.
    """
    carries = (Datum.SIGN_IN, Datum.CREDENTIALS) if form or headers else (Datum.QUESTION,)
    try:
        proxy, signs_in = egress.proxy_for(URL(address))
        plain = {} if address.startswith("https:") else signs_in
        async with (
            session(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S)) as calls,
            calls.request(
                method,
                address,
                data=form,
                headers={"Accept": "application/json", **(headers or {}), **plain},
                proxy=proxy,
                proxy_headers=signs_in,
                allow_redirects=False,
                ssl=egress.tls,
                trace_request_ctx=Load(Destination.SIGN_IN, *carries),
            ) as response,
        ):
            answer = bytearray()
            async for part in response.content.iter_any():
                answer += part
                if len(answer) > ANSWER_BYTES_MAX:
                    raise _Refused(Refusal.NO_SENSE)
            return response.status, bytes(answer)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        # Texts of exceptions may hold addresses; the class says enough.
        _log.warning("the sign-in service cannot be reached: %s", type(error).__name__)
        raise _Refused(Refusal.UNREACHABLE) from None
