"""Where webhooks go: number before account before app, and only after the handshake."""

import hmac
import logging
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from jawort.simulator.settings import Settings, loopback

HANDSHAKE_SECONDS_MAX = 10
CHALLENGE_BYTES_MAX = 1_000
URL_CHARACTERS_MAX = 200
log = logging.getLogger(__name__)
#: `app`, `account`, or the id of a number.
Level = str


@dataclass(slots=True)
class Callback:
    """One address. Nothing is delivered to it before it has answered the handshake."""

    url: str
    verify_token: str
    verified: bool = False


class CallbackError(Exception):
    """An address that cannot be or did not answer the handshake. The text says which of the two, and how."""


class Callbacks:
    """The three levels, the lowest of them each number's own; the app's is always there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._levels: dict[Level, Callback] = {"app": Callback(settings.callback_url, settings.verify_token)}
        #: Whether the app is subscribed to the account: nothing is told otherwise.
        self.subscribed = self._settings.subscribed

    def current(self, number_id: str) -> Callback:
        """The one that counts now for what is about this number."""
        levels = self._levels
        return levels.get(number_id) or levels.get("account") or levels["app"]

    def at(self, level: Level) -> Callback | None:
        """The address set at this level."""
        return self._levels.get(level)

    def clear(self, level: Level) -> None:
        """Remove an override. The app's address stays."""
        if level != "app":
            self._levels.pop(level, None)

    async def override(self, session: aiohttp.ClientSession, level: Level, url: str, verify_token: str) -> None:
        """Set an address at this level, after its handshake. Raises CallbackError and changes nothing then."""
        if len(url) > URL_CHARACTERS_MAX:
            raise CallbackError(f"The callback address is longer than {URL_CHARACTERS_MAX} characters.")
        allowed = urlsplit(self._settings.callback_url).hostname
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise CallbackError("The callback address must begin with http:// or https://.")
        if not loopback(parts.hostname) and parts.hostname != allowed:
            raise CallbackError("This simulator sends webhooks to this machine only.")
        candidate = Callback(url, verify_token)
        await handshake(session, candidate)
        self._levels[level] = candidate

    def reset(self) -> None:
        """Only the app's address is left, and it stays verified."""
        self._levels = {"app": self._levels["app"]}
        self.subscribed = self._settings.subscribed


async def handshake(session: aiohttp.ClientSession, callback: Callback) -> None:
    """Send the verification GET; marks `callback` verified or raises CallbackError."""
    challenge = str(secrets.randbelow(9_000_000_000) + 1_000_000_000)
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": callback.verify_token}
    timeout = aiohttp.ClientTimeout(total=HANDSHAKE_SECONDS_MAX)
    try:
        async with session.get(callback.url, params=query, timeout=timeout, allow_redirects=False) as answer:
            echoed = await answer.content.read(CHALLENGE_BYTES_MAX)
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise CallbackError(f"The callback could not be reached ({type(error).__name__}).") from None
    if status != 200:
        raise CallbackError(f"The callback answered the handshake with {status} instead of 200.")
    if not hmac.compare_digest(echoed, challenge.encode()):
        raise CallbackError("The callback answered the handshake with another text than the challenge.")
    if not callback.verified:
        log.info("callback verified")
    callback.verified = True
