"""A message from the webhook to the inbox: opened, parsed, deduplicated, resolved, sealed, entered, visible."""

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench import inside
from bench.bodies import Writer
from bench.load import send
from bench.place import Place, until
from bench.report import Goal, Measured

CUSTOMERS = 2_000
RATE = 1_000.0

TAKEN = Goal("messages taken in, from a full queue", "1/s", 1_000, "more")
LAG = Goal("last message visible after its webhook, 1,000 messages/s", "s", 1, "less")


def measure(place: Place, seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """Offered 1,000 a second for `seconds`; then as many at once, which wait before anybody works.

    Nothing gets lost, nothing lies twice or with another customer.
    """
    writer = Writer(place.told, CUSTOMERS)
    requests = writer.requests(int(RATE * seconds), int(time.time()))
    load = send(place.told["webhook_url"], requests, connections=32, seconds=seconds, rate=RATE)
    assert len(load.accepted) == len(requests), load.statuses  # else less than that was offered
    accepted = len(load.accepted)
    began = time.perf_counter()
    until(lambda: waiting(place) == 0, 600)
    yield LAG, Measured(time.perf_counter() - began)
    count = int(RATE * seconds)
    yield TAKEN, Measured(count / drained(place, writer, count))
    check(place, writer, accepted + count)


def drained(place: Place, writer: Writer, count: int) -> float:
    """Seconds from a full queue of `count` messages to an empty one."""
    with inside.still(place, "work"):
        store(place, writer, count)
    began = time.perf_counter()
    until(lambda: waiting(place) == 0, 600)
    return time.perf_counter() - began


def store(place: Place, writer: Writer, count: int) -> None:
    """Offer so many messages as fast as they are taken; all of them are."""
    load = send(place.told["webhook_url"], writer.requests(count, int(time.time())), connections=32, seconds=600)
    assert len(load.accepted) == count, load.statuses


def waiting(place: Place) -> int:
    """Bodies that nobody has taken in."""
    return place.number("SELECT count(*) FROM intake_rawevent WHERE parked_at IS NULL")


def check(place: Place, writer: Writer, accepted: int) -> None:
    """Every accepted message once, in the conversation of whoever wrote it. Raises AssertionError."""
    seen: Counter[str] = Counter()
    chats = items(place, "/conversations")
    assert len(chats) == writer.customers, f"{len(chats)} conversations of {writer.customers} customers"
    for chat in chats:
        for message in items(place, f"/conversations/{chat['id']}/messages"):
            assert message["text"].startswith(chat["contact"]["name"] + " "), "a message lies with another customer"
            seen[message["provider_message_id"]] += 1
    assert seen.total() == len(seen) == accepted, f"{accepted} accepted, {len(seen)} there, {seen.total()} rows"


def items(place: Place, path: str) -> list[dict[str, Any]]:
    """Every item of a list of the API, page by page."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = place.api("GET", f"{path}?limit=200{after}")
        found += page["items"]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"
