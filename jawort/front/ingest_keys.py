"""What the webhook listener must know: app secrets, verify tokens, the day's transit key. Read again and again.

It holds the ingest key, which opens the first two and nothing else. With the transit key's public half it can seal
bodies and open none: who takes over this process learns what arrives from then on, and nothing of what lies there.
"""

import asyncio
import hmac
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Final

import psycopg

from jawort.front.ingest_store import BACKOFF_FIRST_S, BACKOFF_MAX_S, connect
from jawort.lines.secrets import open_app_secrets, open_verify_token
from jawort.vault.seal import Unreadable
from jawort.vault.transit_seal import LISTENER_CHANNEL, SESSION_SECONDS_MAX, Session

READ_EVERY_S: Final = 3.0
_APPS: Final = "SELECT id, secrets_sealed, verify_token_sealed FROM lines_app ORDER BY id"
_DAYS: Final = "SELECT day, public FROM vault_transitday WHERE wrapped IS NOT NULL ORDER BY day DESC LIMIT 16"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """One reading. `verify` are SHA-256 digests of the verify tokens, so that all compare at equal length."""

    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    verify: tuple[bytes, ...] = field(default=(), repr=False)
    days: Mapping[date, bytes] = field(default_factory=dict)

    def verifies(self, token: str) -> bool:
        """Whether this is one of the verify tokens; equally slow for every wrong one."""
        digest = sha256(token.encode("utf-8", "surrogatepass")).digest()
        stands = False
        for one in self.verify:
            stands |= hmac.compare_digest(one, digest)
        return stands


class Keys:
    """The last reading, and the sealing session of this hour. Belongs to one event loop."""

    def __init__(self, dsn: str, ingest_key: bytes) -> None:
        self._dsn = dsn
        self._ingest_key = ingest_key
        self._session: Session | None = None
        self._public = b""
        self._began = 0.0
        #: None until the database was read once.
        self.known: Known | None = None

    def session(self, at: datetime) -> Session | None:
        """What seals bodies at this moment; None if today has no key."""
        today = at.astimezone(UTC).date()
        public = self.known.days.get(today) if self.known is not None else None
        if public is None:
            return None
        held = self._session
        young = time.monotonic() - self._began < SESSION_SECONDS_MAX
        if held is None or held.day != today or self._public != public or not young:
            held = self._session = Session(public, today)
            self._public, self._began = public, time.monotonic()
        return held

    async def run(self) -> None:
        """Read, wait for a notify or some seconds, read again; until cancelled. Without a database the last reading
        stands: nothing can be stored then anyway."""
        pause = BACKOFF_FIRST_S
        while True:
            try:
                async with await connect(self._dsn, "jawort ingest keys") as connection:
                    await connection.execute(f"LISTEN {LISTENER_CHANNEL}")
                    while True:
                        self.known = await self._read(connection)
                        pause = BACKOFF_FIRST_S
                        async for _ in connection.notifies(timeout=READ_EVERY_S, stop_after=1):
                            pass
            except (psycopg.Error, OSError) as error:
                log.info("keys could not be read (%s)", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, BACKOFF_MAX_S)

    async def _read(self, connection: psycopg.AsyncConnection) -> Known:
        secrets: list[bytes] = []
        verify: list[bytes] = []
        for app_id, sealed, token in await (await connection.execute(_APPS)).fetchall():
            try:
                secrets += [one.encode() for one in open_app_secrets(app_id, sealed, self._ingest_key)]
                verify.append(sha256(open_verify_token(app_id, token, self._ingest_key).encode()).digest())
            except Unreadable:
                log.error("the secrets of app %s do not open with this ingest key", app_id)
        days: dict[date, bytes] = dict(await (await connection.execute(_DAYS)).fetchall())
        return Known(tuple(secrets), tuple(verify), days)
