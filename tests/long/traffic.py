"""What comes and goes while processes die: customers through the platform, and a program that answers them.

Both do what the outside world does after a failure: the platform brings again what was not acknowledged, the program
repeats a request whose answer it lost, under the same key.
"""

import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.bodies import Writer
from bench.load import send
from bench.place import Place
from jawort.cli.loopback import Unanswered, ask

CONNECTIONS = 32
PROGRAMS = 16
ROUND_S = 5.0
AGAIN_S = 0.2
#: After the last kill whoever has no answer yet gets one, or something is broken for good.
LAST_S = 180.0
CREATED, UNFIT, TROUBLE = 201, 422, 500


class Prepared(Sequence[bytes]):
    """Requests that are made when they are sent: a loop of half an hour would not fit into memory."""

    def __init__(self, writer: Writer, numbers: Sequence[int]) -> None:
        self._writer = writer
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, place: Any) -> Any:
        return self._writer.request(self._numbers[place], int(time.time()))


@dataclass(slots=True)
class Customers:
    """They write `rate` messages a second; `acknowledged` are the numbers of those that were answered 200."""

    writer: Writer
    rate: float
    acknowledged: set[int] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    unheard: list[int] = field(default_factory=list)
    begun: int = 0

    def run(self, stop: threading.Event) -> None:
        """Rounds of new messages, with those of the round before that nobody acknowledged, until `stop` and all are."""
        give_up = float("inf")
        while not stop.is_set() or self.unheard:
            if stop.is_set():
                give_up = min(give_up, time.monotonic() + LAST_S)
                assert time.monotonic() < give_up, f"{len(self.unheard)} messages are not acknowledged"
            fresh = 0 if stop.is_set() else int(self.rate * ROUND_S)
            self.bring([*self.unheard, *range(self.begun, self.begun + fresh)])
            self.begun += fresh

    def introduce(self) -> None:
        """Each of them writes once."""
        first, self.begun = self.begun, self.begun + self.writer.customers
        self.unheard = list(range(first, self.begun))
        while self.unheard:
            self.bring(self.unheard)

    def bring(self, numbers: Sequence[int]) -> None:
        """One round."""
        prepared = Prepared(self.writer, numbers)
        rate = max(self.rate, len(numbers) / ROUND_S)
        load = send(self.writer.told["webhook_url"], prepared, connections=CONNECTIONS, seconds=ROUND_S, rate=rate)
        heard = {numbers[place] for place in load.accepted}
        self.acknowledged |= heard
        self.statuses += load.statuses
        self.unheard = [number for number in numbers if number not in heard]


@dataclass(frozen=True, slots=True)
class Answered:
    """What the API said of one answer: its id, unless the gate refused it."""

    chat: str
    text: str
    message: str | None


@dataclass(slots=True)
class Programs:
    """They answer `rate` customers a second in conversations drawn at random. `answered` is by idempotency key."""

    place: Place
    chats: Sequence[dict[str, Any]]
    rate: float
    dice: random.Random
    answered: dict[str, Answered] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def run(self, stop: threading.Event) -> None:
        """One of several at once: the next answer when it is due, again and again until the API has decided."""
        began = time.monotonic()
        while not stop.is_set():
            number = next(self._numbers)
            if stop.wait(max(0.0, began + number / self.rate - time.monotonic())):
                return
            self._answer(f"answer-{number}", number, stop)

    def _answer(self, key: str, number: int, stop: threading.Event) -> None:
        chat = self.dice.choice(self.chats)
        text = f"{chat['contact']['name']} bekommt Antwort {number}"
        give_up = float("inf")
        while (said := self._ask(chat["id"], text, key)) is None:
            if stop.is_set():
                give_up = min(give_up, time.monotonic() + LAST_S)
            assert time.monotonic() < give_up, "the API does not decide"
            time.sleep(AGAIN_S)
        self.answered[key] = Answered(chat["id"], text, said or None)

    def _ask(self, chat: str, text: str, key: str) -> str | None:
        """The id of the message, empty if the gate refused it; None where nobody knows yet."""
        head = {"Authorization": f"Bearer {self.place.told['api_token']}", "Idempotency-Key": key}
        url = f"{self.place.told['api_url']}/conversations/{chat}/messages"
        try:
            status, body = ask("POST", url, {"text": text}, head)
        except Unanswered:
            self.statuses[0] += 1
            return None
        self.statuses[status] += 1
        if status >= TROUBLE:
            return None
        assert status in {CREATED, UNFIT}, f"{status}: {body.decode()}"
        return str(json.loads(body)["id"]) if status == CREATED else ""


@contextmanager
def beside(*works: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run all in threads while the block runs, then ask them to stop. Raises the first failure of theirs."""
    stop, failures = threading.Event(), list[BaseException]()

    def guarded(work: Callable[[threading.Event], None]) -> None:
        try:
            work(stop)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]
