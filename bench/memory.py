"""Memory of all processes: at rest, and whether it grows under load that goes on."""

import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from urllib.parse import urlsplit

from bench import desk
from bench.bodies import Writer
from bench.inbound import items
from bench.load import send
from bench.place import Place
from bench.report import Goal, Measured
from jawort.cli.loopback import Unanswered

CUSTOMERS = 2_000
RATE = 100.0
ANSWERS_S = 0.2
REST_S = 20.0
SAMPLE_S = 5.0
STRETCH_S = 60.0

REST = Goal("memory of all processes at rest", "MB", 500, "less")
GROWN = Goal("memory at the end of the load, of its plateau", "ratio", 1.05, "less")


def measure(place: Place, seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """Webhooks, answers and pages for `seconds`; the plateau is the third quarter, the end its last tenth.

    By then what is kept in memory on purpose is full: keys and rows for ten minutes, PostgreSQL's buffers.
    """
    time.sleep(REST_S)
    yield REST, Measured(place.resident_mb())
    stop = threading.Event()
    samples: list[float] = []
    answered: list[str] = []
    writer = Writer(place.told, CUSTOMERS)
    _write(place, writer, min(seconds, STRETCH_S))
    with ThreadPoolExecutor() as pool:
        people = [pool.submit(_answer, stop, place, answered), pool.submit(_look, stop, place)]
        people.append(pool.submit(_sample, stop, place, samples))
        try:
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                _write(place, writer, STRETCH_S)
        finally:
            stop.set()
    for person in people:
        person.result()  # raises what ended one of them early: the load was then less than it says
    assert len(answered) > seconds / ANSWERS_S / 2, f"only {len(answered)} answers were taken"
    n = len(samples)
    yield GROWN, Measured(statistics.median(samples[-n // 10 :]) / statistics.median(samples[n // 2 : 3 * n // 4]))


def _write(place: Place, writer: Writer, seconds: float) -> None:
    """Customers write; prepared by the stretch, so that the load generator stays small."""
    requests = writer.requests(int(RATE * seconds), int(time.time()))
    load = send(place.told["webhook_url"], requests, connections=8, seconds=seconds, rate=RATE)
    assert set(load.statuses) == {200}, load.statuses


def _answer(stop: threading.Event, place: Place, answered: list[str]) -> None:
    """A program answers one customer after the other; what was too busy (503) it tries again."""
    chats = [chat["id"] for chat in items(place, "/conversations")]
    while not stop.wait(ANSWERS_S):
        chat = chats[len(answered) % len(chats)]
        with suppress(Unanswered):
            place.api("POST", f"/conversations/{chat}/messages", {"text": f"Antwort {len(answered)}"})
            answered.append(chat)


def _look(stop: threading.Event, place: Place) -> None:
    """Somebody opens the list and a thread, again and again."""
    cookie = {"Cookie": desk.sign_in(place, "supervisor")}
    chats = [chat["id"] for chat in items(place, "/conversations")]
    number = 0
    while not stop.wait(ANSWERS_S):
        line = HTTPConnection(urlsplit(place.told["url"]).netloc)
        path = desk.PAGES[0] if number % 2 else f"/inbox/{chats[number % len(chats)]}/"
        line.request("GET", path, headers=cookie)
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
        line.close()
        number += 1


def _sample(stop: threading.Event, place: Place, samples: list[float]) -> None:
    while not stop.wait(SAMPLE_S):
        samples.append(place.resident_mb())
