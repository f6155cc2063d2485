"""A message from the queue to the customer: the gate, number, seal, intent, call, outcome; receipts meanwhile."""

import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

from bench.bodies import NUMBER_FIRST, Writer
from bench.inbound import items, waiting
from bench.load import send
from bench.place import Place, until
from bench.report import Goal, Measured

CUSTOMERS = 6_000
RATE = 1_000.0
PENS = 4  # programs that write at the same time
DIGITS = 12  # of a number or a BSUID, in which no two customers are alike
OPEN = "state IN ('queued', 'claimed', 'calling')"

LEFT = Goal("messages sent on one number to 6,000 customers, receipts coming back", "1/s", RATE, "more")
TOLD = Goal("last receipt taken in after the last message was sent", "s", 10, "less")


def measure(place: Place, seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """Answers wait behind a closed pace, which then opens. Each leaves once, and to the customer it was meant for."""
    owners = _written_to_us(place)
    chats, count = list(owners), int(RATE * seconds)
    place.sql("UPDATE lanes_pace SET rate = 0.001, burst = 1, tokens = 0")
    answer(place, [chats[n % len(chats)] for n in range(count)])
    place.sql("UPDATE lanes_pace SET rate = %s, burst = %s, at = now()", 4 * RATE, RATE)
    began = time.perf_counter()
    until(lambda: not _left(place), 600)
    yield LEFT, Measured(count / (time.perf_counter() - began))
    began = time.perf_counter()
    until(lambda: _settled(place, count), 600)
    yield TOLD, Measured(time.perf_counter() - began)
    _check(place, count, owners)


def _written_to_us(place: Place) -> dict[str, int]:
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


def answer(place: Place, chats: Sequence[str]) -> None:
    """One answer to each of `chats`, over the API."""
    pens = [
        multiprocessing.Process(target=_write, args=(place.told["api_url"], place.told["api_token"], chats[n::PENS], n))
        for n in range(PENS)
    ]
    for pen in pens:
        pen.start()
    for pen in pens:
        pen.join()
    assert all(pen.exitcode == 0 for pen in pens), "not every answer was taken"


def _write(api_url: str, token: str, chats: Sequence[str], pen: int) -> None:
    address = urlsplit(api_url)
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with closing(HTTPConnection(address.netloc)) as line:
        for number, chat in enumerate(chats):
            body = json.dumps({"text": f"Antwort {pen}-{number} an {chat}"})
            line.request("POST", f"{address.path}/conversations/{chat}/messages", body, head)
            response = line.getresponse()
            said = response.read()
            assert response.status == 201, said


def _left(place: Place) -> int:
    return place.number(f"SELECT count(*) FROM messaging_message WHERE direction = 'out' AND {OPEN}")  # noqa: S608


def _settled(place: Place, count: int) -> bool:
    return place.number("SELECT count(*) FROM messaging_message WHERE state IN ('delivered', 'read')") == count


def _check(place: Place, count: int, owners: Mapping[str, int]) -> None:
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
