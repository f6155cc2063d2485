"""One sender floods: nothing is lost, others are seen, and answers still go out.

STORM_FLOOD says how many messages the one customer sends, as fast as the listener takes them.
"""

import json
import os
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
import pytest

from bench.bodies import NUMBER_FIRST, Writer, http
from bench.load import send
from bench.place import Place, place, until
from bench.report import percentile
from tests.long.weather import CUSTOMERS, PATIENCE_S, Traffic, gone_out, say, settle

FLOOD = int(os.environ.get("STORM_FLOOD", "20000"))
FLOODER = NUMBER_FIRST + 900  # another number than those of the others
CONNECTIONS = 32
CALM_S = 30.0
LOOK_S = 0.02
UPDATES = 1_000  # the platform puts as many into one body
BODY_BYTES = 3_000_000  # and makes it as large

_SINCE = """
    SELECT seq, conversation_id::text FROM messaging_message WHERE direction = 'in' AND seq > %s ORDER BY seq
"""
_FLOODED = """
    SELECT count(*) FROM messaging_message WHERE direction = 'in' AND NOT conversation_id::text = ANY(%s::text[])
"""


@contextmanager
def watching(here: Place) -> Iterator[list[tuple[str, float]]]:
    """From the first message on: in which conversation each can be read, and since when."""
    seen: list[tuple[str, float]] = []
    ended = threading.Event()

    def look() -> None:
        with psycopg.connect(here.told["database_url"], autocommit=True) as link:
            last = 0
            while not ended.wait(LOOK_S):
                for seq, chat in link.execute(_SINCE, [last]).fetchall():
                    last = seq
                    seen.append((chat, time.monotonic()))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def lags(traffic: Traffic, seen: Sequence[tuple[str, float]], begin: float, end: float) -> list[float]:
    """From when a customer's webhook was due between `begin` and `end` to when its message could be read: seconds.

    A customer's messages come in the order in which they were written, so the next one seen is the next one told.
    """
    found, counts = [], Counter[str]()
    for chat, moment in seen:
        if chat not in traffic.chats:  # the flood's own
            continue
        due = traffic.due[traffic.chats[chat] + CUSTOMERS * counts[chat]]
        counts[chat] += 1
        if begin <= due <= end:
            found.append(moment - due)
    assert counts.total() == len(traffic.told), "not every message was seen"
    return found


def figure(seconds: Sequence[float]) -> str:
    return (
        f"median {statistics.median(seconds):.2f} s, p99 {percentile(seconds, 0.99):.2f} s of {len(seconds)} messages"
    )


def one_by_one(here: Place, writer: Writer) -> list[bytes]:
    """The flood as single webhooks."""
    return [writer.request(number, Traffic.moment()) for number in range(FLOOD)]


def in_one_body(here: Place, writer: Writer) -> list[bytes]:
    """The flood as one webhook, as large as the platform makes them."""
    bodies = [json.loads(writer.body(number, Traffic.moment())) for number in range(UPDATES)]
    changes = [change for body in bodies for change in body["entry"][0]["changes"]]
    room = BODY_BYTES // UPDATES - len(json.dumps(changes[0]))
    for change in changes:
        change["value"]["messages"][0]["text"]["body"] += " " + "x" * (room - 10)
    entry = {"id": here.told["waba_id"], "changes": changes}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]})
    assert 0.95 * BODY_BYTES < len(body) <= BODY_BYTES
    return [http(here.told, body.encode())]


def flood(traffic: Traffic, requests: Sequence[bytes], updates: int) -> None:
    """Tell all of it, again where it was not acknowledged, and wait until it is taken in."""
    here, open_ = traffic.place, list(requests)
    give_up = time.monotonic() + PATIENCE_S
    while open_:
        assert time.monotonic() < give_up, f"{len(open_)} webhooks of the flood are never acknowledged"
        load = send(here.told["webhook_url"], open_, connections=CONNECTIONS, seconds=PATIENCE_S)
        taken = set(load.accepted)
        open_ = [request for at, request in enumerate(open_) if at not in taken]
    until(lambda: here.sql(_FLOODED, list(traffic.chats))[0][0] == updates, PATIENCE_S)


@pytest.mark.long
@pytest.mark.parametrize(("make", "updates"), [(one_by_one, FLOOD), (in_one_body, UPDATES)])
def test_others_are_seen_and_answered(
    make: Callable[[Place, Writer], list[bytes]], updates: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with place() as here:
        traffic, writer = Traffic(here), Writer(here.told, 1, FLOODER)
        requests = make(here, writer)
        with watching(here) as seen:
            with traffic:
                time.sleep(CALM_S)
                begin, out_before = time.monotonic(), gone_out(here)
                flood(traffic, requests, updates)
                end, out_after = time.monotonic(), gone_out(here)
                time.sleep(CALM_S / 3)
            traffic.others = {f"wamid.BENCH{FLOODER:x}{number:012}" for number in range(updates)}
            states = settle(traffic)
            until(lambda: len(seen) == len(traffic.told) + updates, PATIENCE_S)
        calm, stormy = lags(traffic, seen, 0, begin), lags(traffic, seen, begin, end)
    told = f"{updates} messages of one customer taken in within {end - begin:.1f} s ({updates / (end - begin):.0f}/s)"
    figures = f"lag of others in calm: {figure(calm)}; meanwhile: {figure(stormy)}"
    answered = f"{out_after - out_before} answers arrived meanwhile; ended {dict(states)}"
    say(capsys, f"{make.__name__}: {told}; {figures}; {answered}")
    assert set(states) <= {"delivered", "read"}
