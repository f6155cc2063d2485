"""A message from the queue to the customer: the gate, number, seal, intent, call, outcome; receipts meanwhile."""

import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from bench.bodies import NUMBER_FIRST, Writer
from bench.inbound import items, waiting
from bench.load import send
from bench.place import Place, until
from bench.report import Goal, Measured

CUSTOMERS = 6_000
RATE = 1_000.0
PENS = 4  # programs that write at the same time
BUSY_S = 0.05
DIGITS = 12  # of a number or a BSUID, in which no two customers are alike
#: What a pen writes: chat, how many it wrote before, and the text.
Make = Callable[["Pen", str, int, str], dict[str, Any]]
OPEN = "state IN ('queued', 'claimed', 'calling')"

LEFT = Goal("messages sent on one number to 6,000 customers, receipts coming back", "1/s", RATE, "more")
TOLD = Goal("last receipt taken in after the last message was sent", "s", 10, "less")


def measure(place: Place, seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """Answers wait behind a closed pace, which then opens. Each leaves once, and to the customer it was meant for."""
    owners = written_to_us(place)
    chats, count = list(owners), int(RATE * seconds)
    place.sql("UPDATE lanes_pace SET rate = 0.001, burst = 1, tokens = 0")
    answer(place, [chats[n % len(chats)] for n in range(count)])
    place.sql("UPDATE lanes_pace SET rate = %s, burst = %s, at = now()", 4 * RATE, RATE)
    began = time.perf_counter()
    until(lambda: not _left(place), 600)
    yield LEFT, Measured(count / (time.perf_counter() - began))
    began = time.perf_counter()
    until(lambda: settled(place, count), 600)
    yield TOLD, Measured(time.perf_counter() - began)
    check(place, count, owners)


def written_to_us(place: Place) -> dict[str, int]:
    """Every customer writes once, which opens the service window; the conversations, and the digits of each."""
    writer = Writer(place.told, CUSTOMERS)
    load = send(place.told["webhook_url"], writer.requests(CUSTOMERS, int(time.time())), connections=32, seconds=60)
    assert len(load.accepted) == CUSTOMERS, load.statuses
    until(lambda: waiting(place) == 0, 600)
    chats = items(place, "/conversations")
    return {chat["id"]: _digits(chat["contact"]["name"]) for chat in chats}


def _digits(name: str) -> int:
    """The end of the number and of the BSUID of whoever has this name."""
    return int(str(NUMBER_FIRST + int(name.removeprefix("Kunde ")))[-DIGITS:])


def plain(pen: "Pen", chat: str, number: int, text: str) -> dict[str, Any]:
    """A text, as the API takes it."""
    return {"text": text}


def answer(place: Place, chats: Sequence[str], make: Make = plain) -> None:
    """One answer to each of `chats`, over the API; `make` says what it is, and brings its text in any case."""
    reach = (place.told["api_url"], place.told["api_token"])
    pens = [multiprocessing.Process(target=_write, args=(*reach, chats[n::PENS], n, make)) for n in range(PENS)]
    for pen in pens:
        pen.start()
    for pen in pens:
        pen.join()
    assert all(pen.exitcode == 0 for pen in pens), "not every answer was taken"


def _write(api_url: str, token: str, chats: Sequence[str], number: int, make: Make) -> None:
    with closing(Pen(api_url, token)) as pen:
        for count, chat in enumerate(chats):
            body = make(pen, chat, count, f"Antwort {number}-{count} an {chat}")
            pen.post(f"/conversations/{chat}/messages", json.dumps(body).encode(), "application/json")


class Pen:
    """A connection of a program that writes."""

    def __init__(self, api_url: str, token: str) -> None:
        address = urlsplit(api_url)
        self._line, self._path, self._token = HTTPConnection(address.netloc), address.path, token

    def post(self, path: str, body: bytes, kind: str) -> dict[str, Any]:
        """What was made of it; asked again while too many do. Raises AssertionError where it was not taken."""
        head = {"Authorization": f"Bearer {self._token}", "Content-Type": kind}
        while True:
            try:
                self._line.request("POST", self._path + path, body, head)
                response = self._line.getresponse()
                said = response.read()
            except ConnectionError:  # refused before all of it was sent
                self._line.close()
            else:
                if response.status != 503:
                    break
            time.sleep(BUSY_S)
        assert response.status == 201, (response.status, said)
        made: dict[str, Any] = json.loads(said)
        return made

    def close(self) -> None:
        """End the connection."""
        self._line.close()


def _left(place: Place) -> int:
    return place.number(f"SELECT count(*) FROM messaging_message WHERE direction = 'out' AND {OPEN}")  # noqa: S608


def settled(place: Place, count: int) -> bool:
    return place.number("SELECT count(*) FROM messaging_message WHERE state IN ('delivered', 'read')") == count


def check(place: Place, count: int, owners: Mapping[str, int]) -> None:
    """Every answer went out once, to whom the conversation that it names belongs. Raises AssertionError."""
    texts: Counter[str] = Counter()
    after = 0
    while page := place.control("GET", f"log?limit=1000&after={after}")["items"]:
        for one in page:
            texts[one["text"]] += 1
            given = one["to"] or one["recipient"]  # a number or a BSUID: both end alike
            assert int(given[-DIGITS:]) == owners[one["text"].rpartition(" ")[2]], "an answer went to another customer"
        after = page[-1]["seq"]
    assert len(texts) == texts.total() == count, f"{count} answers, {len(texts)} sent, {texts.total()} calls"
