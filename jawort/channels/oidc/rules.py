"""What is sent to the sign-in service, and what must hold of what comes back. Pure.

Sections are of OpenID Connect Core 1.0, unless another text is named.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from jawort.channels.oidc.types import Ended, Identity, Question, Refusal, Registration

#: What signs ID tokens, and nothing else does: no `none`, and no secret that both sides know (RFC 8725 section 3.1).
ALGORITHMS: Final = ("RS256", "ES256", "PS256")
#: How far apart the two clocks may be.
LEEWAY: Final = timedelta(seconds=60)
#: Without an end of its own a token would be good for ever; the providers that we know give an hour.
AGE_MAX: Final = timedelta(hours=24)
SUBJECT_CHARACTERS_MAX: Final = 255  # section 2
LOGOUT: Final = "http://schemas.openid.net/event/backchannel-logout"
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def may_be_asked(url: object) -> bool:
    """Whether a secret may go to this address: over TLS, or to this machine."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        )
    except ValueError:
        return False


def address(endpoint: str, registration: Registration, question: Question) -> str:
    """Where a browser goes to be asked who it is (section 3.1.2.1; RFC 7636 section 4.3)."""
    hashed = hashlib.sha256(question.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": registration.client_id,
        "redirect_uri": registration.callback,
        "scope": "openid email",
        "state": question.state,
        "nonce": question.nonce,
        "code_challenge": urlsafe_b64encode(hashed).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"


def is_answer(question: Question, state: str, issuer: str | None, registration: Registration, *, names: bool) -> bool:
    """Whether the browser came back with its own question, from the service that it was sent to (RFC 9207).

    `names`: the service has said that it always names itself.
    """
    if issuer is None:
        return not names and compare_digest(state.encode(), question.state.encode())
    return issuer == registration.issuer and compare_digest(state.encode(), question.state.encode())


def identity(claims: Mapping[str, Any], registration: Registration, nonce: str, *, at: datetime) -> Identity | Refusal:
    """Who a token speaks of, whose signature holds (section 3.1.3.7)."""
    if claims.get("iss") != registration.issuer:
        return Refusal.ISSUER
    if not _is_for(claims, registration.client_id):
        return Refusal.AUDIENCE
    if not _is_valid(claims, at):
        return Refusal.TIME
    if not _is_same(claims.get("nonce"), nonce):
        return Refusal.NONCE
    subject = _name(claims.get("sub"))
    return Identity(subject, verified_address(claims), _name(claims.get("sid"))) if subject else Refusal.SUBJECT


def ending(claims: Mapping[str, Any], registration: Registration, *, at: datetime) -> Ended | Refusal:
    """What a logout token ends, whose signature holds (OpenID Connect Back-Channel Logout 1.0, section 2.6).

    One with a nonce is none: it could be an ID token.
    """
    if claims.get("iss") != registration.issuer:
        return Refusal.ISSUER
    if not _is_for(claims, registration.client_id):
        return Refusal.AUDIENCE
    if not _is_valid(claims, at):
        return Refusal.TIME
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict) or "nonce" in claims:
        return Refusal.NO_SENSE
    found = Ended(_name(claims.get("sub")), _name(claims.get("sid")))
    return found if found != Ended() else Refusal.SUBJECT


def verified_address(claims: Mapping[str, Any]) -> str | None:
    """The address as accounts keep theirs; None unless the service says, in so many words, that it is verified.

    Small letters only where that is ASCII: elsewhere other letters could become those of somebody's address.
    """
    found = claims.get("email")
    if not isinstance(found, str) or claims.get("email_verified") is not True:
        return None
    return found.lower() if found.isascii() else found


def _name(value: object) -> str:
    """What the service calls somebody, or a sign-in there; empty if it is nothing that could be one."""
    fits = isinstance(value, str) and len(value) <= SUBJECT_CHARACTERS_MAX and value.isprintable()
    return str(value) if fits else ""


def _is_for(claims: Mapping[str, Any], client: str) -> bool:
    """We are whom it is for, and who asked for it. Others beside us could have got it for themselves."""
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    return client in named and (claims.get("azp") == client if len(named) > 1 or "azp" in claims else True)


def _is_valid(claims: Mapping[str, Any], at: datetime) -> bool:
    ends, begun, not_before = (_second(claims.get(name)) for name in ("exp", "iat", "nbf"))
    if ends is None or begun is None or ("nbf" in claims and not_before is None):
        return False
    now, leeway = at.timestamp(), LEEWAY.total_seconds()
    begins = max(begun, not_before if not_before is not None else begun)
    return begins - leeway <= now < ends + leeway and now - begun < AGE_MAX.total_seconds()


def _second(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _is_same(given: object, right: str) -> bool:
    return isinstance(given, str) and compare_digest(given.encode(), right.encode())
