"""Delivers webhooks: signed, in order per customer, again and again until the callback answers 200.

Updates wait in queues. A queue forms one POST at a time and keeps its bytes until they are accepted, so a retry is
identical; other queues go on meanwhile. In the demo every customer has a queue; in a bench a few queues carry many
updates in one POST. While there is chaos, disorder.py stands before the queues.
"""

import asyncio
import io
import json
import logging
import time
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import aiohttp

from jawort.core import clock
from jawort.simulator.callback import Callback, CallbackError, Callbacks, handshake
from jawort.simulator.chaos import Chaos
from jawort.simulator.disorder import STRANGERS, Disorder, Waiting
from jawort.simulator.hub import Hub
from jawort.simulator.payload import MESSAGES, Business, Update, encode, envelope, signature
from jawort.simulator.settings import UPDATES_MAX, Settings

ATTEMPT_SECONDS_MAX = 10
ATTEMPTS_KEPT = 50
CLOCK_LOOKS_S = 0.25  # how soon a waiting retry notices that the clock was moved
CLOCK_JUMP_S = 0.5  # no machine's clock strays so far between two looks
ANSWER_BYTES_MAX = 10_000
LARGE_BYTES = 1_000_000  # aiohttp wants what is larger as a stream
BODY_BYTES_MAX = 3_000_000  # of one POST, says the platform
GATHER_S = 0.3  # how long chaos waits for many updates to put into one POST
CHAOS_QUEUES = 4  # then customers share queues, or a POST would be one customer's alone
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Webhook:
    """One POST, with what became of it. `body` never changes."""

    seq: int
    at: datetime
    body: bytes
    updates: int
    #: The number whose callback may override the app's; empty where only the app's counts.
    number: str
    state: Literal["waiting", "delivered", "dropped"] = "waiting"
    tries: int = 0
    attempts: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=ATTEMPTS_KEPT))

    def view(self) -> dict[str, Any]:
        """As GET webhooks shows it. The signature is left out: it is a secret's, and anybody can compute it again."""
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "state": self.state,
            "updates": self.updates,
            "tries": self.tries,
            "attempts": list(self.attempts),
            "json": json.loads(self.body),
        }


def pause(failures: int, most: int) -> int:
    """Seconds until the next attempt: the first comes at once, then 1, 2, 4 … up to `most`."""
    return 0 if failures < 2 else min(most, int(2 ** min(failures - 2, 20)))


class Sender:
    """Owns the queues and their tasks. Everything runs on one event loop; nothing here is thread-safe."""

    def __init__(self, settings: Settings, callbacks: Callbacks, hub: Hub, chaos: Chaos) -> None:
        self._settings = settings
        self._pace = settings.pace
        self._batch_max = settings.batch_max or self._pace.batch_max
        self._callbacks = callbacks
        self._hub = hub
        self._chaos = chaos
        self._disorder = Disorder(chaos, self._enqueue)
        self.business = Business(settings.waba_id, settings.phone_number_id, settings.own_digits)
        self._queues: dict[str, deque[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(self._pace.concurrency)
        self._moved = asyncio.Event()
        self._verifying = asyncio.Lock()
        self._seq = 0
        self._session: aiohttp.ClientSession | None = None
        self._watch: asyncio.Task[None] | None = None
        #: Whether the account has more than one number.
        self.several = False
        self.webhooks: dict[int, Webhook] = {}
        self._open = 0
        self.delivered = 0
        self.updates_delivered = 0

    @property
    def session(self) -> aiohttp.ClientSession:
        """The client for everything that this simulator calls."""
        assert self._session is not None
        return self._session

    async def start(self) -> None:
        """Open the client. No proxy is honoured: nothing leaves the machine."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._pace.concurrency + 4),
            headers={"User-Agent": "facebookexternalua"},
        )
        self._watch = asyncio.create_task(self._watch_clock())

    async def stop(self) -> None:
        """Drop what waits and close."""
        await self.forget()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def forget(self) -> None:
        """Drop everything that waits, and the list of webhooks."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._disorder.forget()
        self._queues.clear()
        self._open = 0
        self.webhooks.clear()

    def put(self, key: str, update: Update, taken: Callable[[], None] | None = None) -> None:
        """Queue one update of the customer `key`; `taken` is called when the callback has accepted it.

        An app that is not subscribed never hears of it.
        """
        if not self._callbacks.subscribed:
            return
        waiting = Waiting(key, update, taken)
        if self._chaos.odds:
            self._disorder.put(waiting)
        else:
            self._enqueue(waiting)

    def _enqueue(self, waiting: Waiting) -> None:
        together = "batch" in self._chaos.odds or (self.several and "two_numbers" in self._chaos.odds)
        shared = self._pace.queues or (CHAOS_QUEUES if together else 0)
        name = str(zlib.crc32(waiting.key.encode()) % shared) if shared else waiting.key
        self._open += 1
        queue = self._queues.get(name)
        if queue is not None:
            queue.append(waiting)
            return
        self._queues[name] = deque([waiting])
        task = asyncio.create_task(self._work(name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def waiting(self) -> int:
        """Updates that the callback has not taken yet, those on their way included."""
        return self._open + self._disorder.pending

    def clock_moved(self) -> None:
        """Let waiting retries look at the clock again."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def _work(self, name: str) -> None:
        queue = self._queues[name]
        try:
            while queue:
                most, linger_s = self._batch_max, self._pace.linger_ms / 1_000
                two_numbers = self._chaos.strikes("two_numbers")
                if self._chaos.strikes("batch"):
                    most, linger_s = int(self._chaos.between("batch", 2, UPDATES_MAX)), GATHER_S
                elif two_numbers and self.several:
                    most, linger_s = UPDATES_MAX, GATHER_S
                if linger_s and len(queue) < most:
                    await asyncio.sleep(linger_s)
                webhook, batch = self._form(queue, most, two_numbers=two_numbers)
                await self._deliver(webhook, batch)
                self._open -= len(batch)
        finally:
            if self._queues.get(name) is queue:
                del self._queues[name]

    def _form(self, queue: deque[Waiting], most: int, *, two_numbers: bool) -> tuple[Webhook, list[Waiting]]:
        """Take up to `most` updates that go to the same callback out of the queue, and write them into one POST."""
        number = self._number(queue[0].update)
        callback = self._callback(number)
        batch: list[Waiting] = []
        while queue and len(batch) < most and self._callback(self._number(queue[0].update)) is callback:
            batch.append(queue.popleft())
        body = self._encode(batch, two_numbers=two_numbers)
        while len(body) > BODY_BYTES_MAX and len(batch) > 1:
            half = len(batch) // 2
            queue.extendleft(reversed(batch[half:]))
            del batch[half:]
            body = self._encode(batch, two_numbers=two_numbers)
        self._seq += 1
        webhook = Webhook(self._seq, clock.now(), body, len(batch), number)
        self.webhooks[webhook.seq] = webhook
        while len(self.webhooks) > self._pace.keep_webhooks:
            del self.webhooks[next(iter(self.webhooks))]
        self._hub.tell("webhook", webhook.view)
        return webhook, batch

    def _number(self, update: Update) -> str:
        """The number whose callback an update may go to: only what is about messages follows an override."""
        return (update.business or self.business).phone_number_id if update.field == MESSAGES else ""

    def _callback(self, number: str) -> Callback:
        found = self._callbacks.current(number) if number else self._callbacks.at("app")
        assert found is not None, "the app always has one"
        return found

    def _encode(self, batch: list[Waiting], *, two_numbers: bool) -> bytes:
        """The bytes of one POST. Where it should tell of two numbers and has only one, a stranger's comes beside."""
        mixed = self._chaos.strikes("mixed")
        document = envelope(self.business, [waiting.update for waiting in batch], mixed=mixed)
        if two_numbers and len({waiting.update.business or self.business for waiting in batch}) == 1:
            document["entry"].append(STRANGERS)
        return encode(document, fully=self._settings.escape == "full")

    async def _deliver(self, webhook: Webhook, batch: list[Waiting]) -> None:
        """Offer one webhook until it is taken, or until the platform would give up."""
        until = webhook.at + timedelta(hours=self._settings.retry_hours)
        failures = 0
        while not await self._attempt(webhook):
            failures += 1
            if clock.now() >= until:
                webhook.state = "dropped"
                self._hub.tell("webhook", webhook.view)
                log.warning("webhook %d dropped after %d attempts", webhook.seq, webhook.tries)
                return
            await self._sleep(pause(failures, self._pace.retry_pause_s_max))
        webhook.state = "delivered"
        self.delivered += 1
        self.updates_delivered += webhook.updates
        self._hub.tell("webhook", webhook.view)
        for waiting in batch:
            if waiting.taken is not None:
                waiting.taken()

    async def _attempt(self, webhook: Webhook) -> bool:
        async with self._gate:
            began = time.monotonic()
            status, error = await self._post(webhook)
        webhook.tries += 1
        attempt = {"at": clock.now().isoformat(), "ms": round((time.monotonic() - began) * 1_000), "status": status}
        webhook.attempts.append({**attempt, "error": error} if error else attempt)
        if status != 200:
            self._hub.tell("webhook", webhook.view)
        return status == 200

    async def _post(self, webhook: Webhook) -> tuple[int | None, str]:
        """One attempt: the status, or None and why there is none."""
        callback = self._callback(webhook.number)
        body = webhook.body if len(webhook.body) < LARGE_BYTES else io.BytesIO(webhook.body)
        try:
            if not callback.verified:
                async with self._verifying:
                    if not callback.verified:
                        await handshake(self.session, callback)
            headers = {
                "Content-Type": "application/json",
                "X-Hub-Signature-256": signature(webhook.body, self._settings.app_secret),
            }
            timeout = aiohttp.ClientTimeout(total=ATTEMPT_SECONDS_MAX)
            async with self.session.post(
                callback.url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                await answer.content.read(ANSWER_BYTES_MAX)
                return answer.status, ""
        except CallbackError as problem:
            return None, str(problem)
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            return None, "no answer in time" if isinstance(problem, TimeoutError) else type(problem).__name__

    async def _sleep(self, seconds: int) -> None:
        """Wait on the movable clock. A clock moved back ends the wait: else it could last for days."""
        due = clock.now() + timedelta(seconds=seconds)
        while 0 < (left := (due - clock.now()).total_seconds()) <= seconds:
            moved = self._moved
            try:
                await asyncio.wait_for(moved.wait(), timeout=left)
            except TimeoutError:
                continue

    async def _watch_clock(self) -> None:
        """Notice a clock that another process moved."""
        before, steady = clock.now(), time.monotonic()
        while True:
            await asyncio.sleep(CLOCK_LOOKS_S)
            passed = time.monotonic() - steady
            if abs((clock.now() - before).total_seconds() - passed) > CLOCK_JUMP_S:
                self.clock_moved()
            before, steady = clock.now(), time.monotonic()
