"""What the storms share: traffic that goes on whatever happens, ways to make it happen, and the count at the end."""

import itertools
import json
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from bench.bodies import Writer, http
from bench.inbound import items, waiting
from bench.load import STATUS
from bench.place import Place, until, with_children
from jawort.cli.loopback import Unanswered, ask
from jawort.ledger.kinds import Kind

CUSTOMERS = 20
WRITTEN_PER_S = 20.0
ANSWERED_PER_S = 4.0
SLICE_S = 1.0
PATIENCE_S = 300.0  # on a slow machine; what has not come by then does not come
AGAIN_S = 0.3
AGAIN_MAX = 200  # webhooks told again within a second
CONNECTIONS = 16
ANSWER_S = 15.0  # the listener gives its database 8 s
ANSWER_BYTES = 4_096
ARRIVED = {"delivered", "read"}

_GONE_OUT = "SELECT count(*) FROM messaging_message WHERE direction = 'out' AND state IN ('delivered', 'read')"
_COME_IN = "SELECT count(*) FROM messaging_message WHERE direction = 'in'"
_OUT = """
    SELECT m.id::text, m.state, m.seq, e.kind FROM messaging_message m LEFT JOIN ledger_entry e ON e.id = m.entry_id
    WHERE m.direction = 'out'
"""
_GIVEN_UP = "SELECT object::text FROM ledger_entry WHERE kind = 'message.outcome' AND facts ->> 'state' = 'unknown'"


def say(capsys: pytest.CaptureFixture[str], words: str) -> None:
    """Print figures past the capture: a long test that passes has something to tell."""
    with capsys.disabled():
        sys.stdout.write(f"\n  {words}\n")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one answer of ours: 201 with the message's id, or 422 with the gate's code."""

    chat: str
    status: int
    word: str


@dataclass
class Traffic:
    """Customers write and are answered as long as the block runs; it may be entered again.

    What the listener did not acknowledge is told again with the same bytes, as the platform does; what the API did not
    acknowledge is asked again under the same key. Customers are strangers to the simulator, so that it can be killed.
    """

    place: Place
    padding: int = 0  # bytes that make a webhook fat and say nothing
    statuses: Counter[int] = field(default_factory=Counter)
    told: set[int] = field(default_factory=set)
    answers: list[Answer] = field(default_factory=list)
    asked_again: int = 0
    log: dict[str, dict[str, Any]] = field(default_factory=dict)
    chats: dict[str, int] = field(default_factory=dict)  # conversations, and the customer of each
    due: dict[int, float] = field(default_factory=dict)  # when each message was to be told first
    others: set[str] = field(default_factory=set)  # provider's ids of what somebody else told meanwhile
    _open: dict[int, bytes] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _troubles: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.writer = Writer(self.place.told, CUSTOMERS)
        self._numbers = itertools.count()

    def __enter__(self) -> "Traffic":
        if not self.chats:
            self._tell(CUSTOMERS)
            until(lambda: len(items(self.place, "/conversations")) == CUSTOMERS, PATIENCE_S)
            for chat in items(self.place, "/conversations"):
                self.chats[chat["id"]] = int(chat["contact"]["name"].removeprefix("Kunde "))
        self._stop.clear()
        self._threads = [
            threading.Thread(target=self._guarded, args=(act,), daemon=True) for act in (self._write, self._answer)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        assert not self._troubles, self._troubles

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as trouble:
            self._troubles.append(trouble)

    def _write(self) -> None:
        while not self._stop.is_set():
            self._tell(int(WRITTEN_PER_S * SLICE_S))
        give_up = time.monotonic() + PATIENCE_S
        while self._open:
            assert time.monotonic() < give_up, f"{len(self._open)} webhooks are never acknowledged"
            time.sleep(AGAIN_S)
            self._tell(0)

    def _tell(self, fresh: int) -> None:
        """Tell `fresh` new messages, and the oldest of those that were not acknowledged; evenly over a second."""
        again = list(itertools.islice(self._open, AGAIN_MAX))
        for number in itertools.islice(self._numbers, fresh):
            self._open[number] = http(self.place.told, self.writer.body(number, self.moment()) + b" " * self.padding)
            again.append(number)
        with ThreadPoolExecutor(CONNECTIONS) as lines:
            answers = {}
            for number in again:
                self.due.setdefault(number, time.monotonic())
                answers[number] = lines.submit(self._post, self._open[number])
                time.sleep(SLICE_S / len(again))
        for number, answer in answers.items():
            self.statuses[answer.result()] += 1
            if answer.result() == 200:
                self.told.add(number)
                del self._open[number]

    def _post(self, request: bytes) -> int:
        """The listener's answer; 0 for none."""
        address = urlsplit(self.place.told["webhook_url"])
        with suppress(OSError), socket.create_connection((address.hostname, address.port), ANSWER_S) as line:
            line.sendall(request)
            return int(line.recv(ANSWER_BYTES)[STATUS] or 0)
        return 0

    @staticmethod
    def moment() -> int:
        """Now, as a webhook says it."""
        return int(time.clock_gettime(time.CLOCK_REALTIME))

    def _answer(self) -> None:
        for chat in itertools.cycle(self.chats):
            if self._stop.wait(1 / ANSWERED_PER_S):
                return
            self.answers.append(self._asked(chat, str(uuid4())))

    def _asked(self, chat: str, key: str) -> Answer:
        """Ask the API until it says yes or no, under one key."""
        url = f"{self.place.told['api_url']}/conversations/{chat}/messages"
        headers = {"Authorization": f"Bearer {self.place.told['api_token']}", "Idempotency-Key": key}
        give_up = time.monotonic() + PATIENCE_S
        while True:
            with suppress(Unanswered):
                status, body = ask("POST", url, {"text": f"Antwort {key}"}, headers)
                if status < 500:
                    said = json.loads(body)
                    return Answer(chat, status, said["id"] if status == 201 else said["code"])
            assert time.monotonic() < give_up, "an answer is never acknowledged"
            self.asked_again += 1
            time.sleep(AGAIN_S)

    @property
    def accepted(self) -> list[Answer]:
        """Answers that the API took."""
        return [answer for answer in self.answers if answer.status == 201]

    def figures(self) -> str:
        """What was done, in words."""
        refused = Counter(answer.word for answer in self.answers if answer.status != 201)
        again = sum(count for status, count in self.statuses.items() if status != 200)
        return (
            f"{len(self.told)} messages in ({again} told again: {dict(self.statuses)}), "
            f"{len(self.accepted)} answers out ({self.asked_again} asked again, refused: {dict(refused)})"
        )


def flows(place: Place) -> float:
    """Wait until traffic comes through, both ways, and more of it than now; after how many seconds it did."""
    began = time.monotonic()
    comes_in(place)
    _grows(place, _GONE_OUT, 3)
    return time.monotonic() - began


def gone_out(place: Place) -> int:
    """How many of our answers are on a phone."""
    return place.number(_GONE_OUT)


def comes_in(place: Place) -> None:
    """Wait until customers' messages come through, and more of them than now."""
    _grows(place, _COME_IN, 10)


def _grows(place: Place, query: str, by: int) -> None:
    """Wait until what `query` counts has grown. The database may still be away."""
    marks: list[int] = []

    def has_grown() -> bool:
        with suppress(psycopg.Error):
            marks.append(place.number(query))
        return bool(marks) and marks[-1] >= marks[0] + by

    until(has_grown, PATIENCE_S)


def settle(traffic: Traffic) -> Counter[str]:
    """Everything comes to its end, and the count is right: nothing lost, nothing doubled, nothing out of order, nothing

    out without its intent, and `doctor` and `verify` find nothing. The answers by the state they ended in.
    """
    place = traffic.place
    until(lambda: waiting(place) == 0, PATIENCE_S)
    until(lambda: place.number("SELECT count(*) FROM lanes_job WHERE kind = 'deliver'") == 0, PATIENCE_S)
    until(lambda: _all_reported(traffic), PATIENCE_S)
    _count_in(traffic)
    states = _count_out(traffic)
    for command, findings in (("doctor", "findings"), ("verify", "problems")):
        give_up = time.monotonic() + PATIENCE_S
        while (told := place.command(command)[findings]) and time.monotonic() < give_up:
            time.sleep(1)
        assert told == [], command
    return states


def _all_reported(traffic: Traffic) -> bool:
    """Whether what the simulator told of every message it took has come in."""
    for item in traffic.place.control("GET", "log?limit=100000")["items"]:
        traffic.log[item["wamid"]] = item
    states = {id_: state for id_, state, *_ in traffic.place.sql(_OUT)}
    taken = {item["biz_opaque_callback_data"] for item in traffic.log.values()}
    return all(states[id_] in ARRIVED | {"failed"} for id_ in taken)


def _count_in(traffic: Traffic) -> None:
    seen: Counter[str] = Counter()
    for chat in items(traffic.place, "/conversations"):
        for message in items(traffic.place, f"/conversations/{chat['id']}/messages"):
            if message["direction"] == "in":
                assert message["text"].startswith(chat["contact"]["name"] + " "), "a message lies with another customer"
                seen[message["provider_message_id"]] += 1
    told = Counter({f"wamid.BENCH{traffic.writer.first:x}{number:012}" for number in traffic.told} | traffic.others)
    assert seen == told, f"of {told.total()} messages {(told - seen).total()} are lost, {(seen - told).total()} doubled"


def _count_out(traffic: Traffic) -> Counter[str]:
    """What lies here and what the simulator took agree."""
    rows = {id_: (state, seq, kind) for id_, state, seq, kind in traffic.place.sql(_OUT)}
    accepted = [answer.word for answer in traffic.accepted]
    assert set(accepted) <= rows.keys()
    assert len(rows) == len(traffic.answers), "an answer lies here twice, or was acknowledged and is not there"
    taken = [item["biz_opaque_callback_data"] for item in traffic.log.values()]
    assert len(taken) == len(set(taken)), "a customer has a message twice"
    assert {rows[id_][2] for id_ in taken} <= {Kind.MESSAGE_OUT}, "something left without its intent"
    assert {id_ for id_, (state, *_) in rows.items() if state in ARRIVED} <= set(taken)
    given_up = {id_ for (id_,) in traffic.place.sql(_GIVEN_UP)}  # the platform may take them after the next one
    places = {id_: place for place, id_ in enumerate(accepted)}
    chats = {answer.word: answer.chat for answer in traffic.accepted}
    last: dict[str, int] = {}
    for id_ in (id_ for id_ in taken if id_ not in given_up):
        assert places[id_] > last.get(chats[id_], -1), "a conversation's answers left out of order"
        last[chats[id_]] = places[id_]
    states = Counter(rows[id_][0] for id_ in accepted)
    assert set(states) <= ARRIVED | {"unknown", "failed", "refused"}, states
    return states


def process(place: Place, *words: str) -> int | None:
    """The process that runs `jawort` with these words now; None while there is none."""
    return next((pid for pid in sorted(with_children(place.pid)) if _words(pid)[-len(words) :] == list(words)), None)


def postgresql(place: Place) -> list[int]:
    """The postmaster and its children."""
    postmaster = int((place.data_dir / "pg" / "postmaster.pid").read_text().split()[0])
    return [postmaster, *(with_children(postmaster) - {postmaster})]


def _words(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    return []
