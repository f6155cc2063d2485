"""Two workers and two desks on one database: one worker leads, the other stands by, whatever becomes of the first.

The first worker is alone until it leads both intake and ledger, so that it is known who does.
"""

import json
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from bench.bodies import Writer
from bench.desk import sign_in
from bench.inbound import items
from bench.place import Place, until
from tests.fixtures.installation import Installation, installation
from tests.long.judge import at_rest, broken, say
from tests.long.traffic import PROGRAMS, Customers, Programs, beside

CUSTOMERS = 60  # so that the answers stay below what the platform takes for one person
RATE, ANSWERS = 50.0, 10.0
#: A worker that sleeps inside a transaction holds its rows until the server ends it, after a minute.
PATIENCE_S = 300.0
LOOKS_S = 3.0  # in which whoever stands by asks three times

_HOLDERS = """
    SELECT array_agg(DISTINCT l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.granted
"""
_ASKING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE %s AND datname = current_database()"
_SEALED = "SELECT count(*) FROM ledger_entry WHERE log_index IS NULL"
_MESSAGES = "SELECT count(*) FROM messaging_message WHERE direction = 'in'"


@dataclass(slots=True)
class Pair:
    """An installation with two workers, the first of which leads, and two desks."""

    made: Installation
    first: "subprocess.Popen[bytes]"
    customers: Customers
    programs: Programs
    desks: tuple[Place, Place]


@contextmanager
def pair(database_url: str) -> Iterator[Pair]:
    """Both at work, with some conversations begun."""
    with installation(database_url) as made:
        first = made.start("work")
        made.start("front")
        until(made.serves)  # the worker has made the keys by then
        made.start("front", "--only", "ingest")
        other = made.port + 3
        made.start("front", JAWORT_PORT=str(other))
        made.set_up()
        place = made.place
        customers = Customers(Writer(place.told, CUSTOMERS), RATE)
        customers.introduce()
        until(lambda: place.number(_MESSAGES) == CUSTOMERS and at_rest(place))
        made.start("work")
        until(lambda: place.sql(_ASKING, "SELECT pg_try_advisory_lock(%") == [(2,)])
        desks = (place, made.desk(other))
        programs = Programs(desks[1], items(place, "/conversations"), ANSWERS, random.Random(1))
        yield Pair(made, first, customers, programs, desks)


@contextmanager
def hears(desk: Place) -> Iterator[set[str]]:
    """The conversations in which the stream of this desk has told of messages so far."""
    line = HTTPConnection(urlsplit(desk.told["url"]).netloc)
    line.request("GET", "/live", headers={"Cookie": sign_in(desk, "supervisor")})
    wire, answer = line.sock, line.getresponse()
    assert answer.status == 200
    heard: set[str] = set()

    def listen() -> None:
        event = b""
        while text := answer.readline():
            name, _, value = text.strip().partition(b": ")
            if name == b"event":
                event = value
            elif name == b"data" and event == b"message":
                heard.add(json.loads(value)["conversation"])

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield heard
    finally:
        wire.shutdown(socket.SHUT_RDWR)
        listener.join()
        answer.close()
        line.close()


def findings(two: Pair) -> list[str]:
    """What `doctor` and `verify` say, but for the server: a test's does not wait for the disk."""
    return [finding for finding in two.made.findings() if not finding.startswith("postgresql.not_durable")]


@pytest.mark.long
def test_whoever_leads_is_killed(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pair(database_url) as two, hears(two.desks[0]) as one, hears(two.desks[1]) as other:
        place = two.made.place
        two.first.kill()
        killed = time.monotonic()
        with beside(*[two.programs.run] * PROGRAMS):
            two.customers.introduce()  # everybody once more
            until(lambda: place.number(_MESSAGES) == 2 * CUSTOMERS)
            taken_in = time.monotonic() - killed
            until(lambda: place.number(_SEALED) == 0)
            sealed = time.monotonic() - killed
            chats = {chat["id"] for chat in two.programs.chats}
            until(lambda: chats <= one and chats <= other)
        until(lambda: at_rest(place), PATIENCE_S)
        say(capsys, f"the other took in after {taken_in:.1f} s and sealed after {sealed:.1f} s")
        assert [*broken(place, two.customers, two.programs), *findings(two)] == []


@pytest.mark.long
def test_whoever_leads_falls_asleep(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its connections stay, so it leads on, and all that was acknowledged waits. When they are cut, the other leads.

    That happens where a machine is lost (the server's keepalives), or by hand. Whoever wakes afterwards does no harm.
    """
    with pair(database_url) as two:
        place = two.made.place
        ((leads,),) = place.sql(_HOLDERS)
        with beside(two.customers.run, *[two.programs.run] * PROGRAMS):
            time.sleep(LOOKS_S)
            two.first.send_signal(signal.SIGSTOP)
            time.sleep(LOOKS_S)
            assert place.sql(_HOLDERS) == [(leads,)], "nobody takes over from one who is there"
            heard, before = len(two.customers.acknowledged), place.number(_MESSAGES)
            place.sql("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", leads)
            cut = time.monotonic()
            until(lambda: place.number(_MESSAGES) > before, PATIENCE_S)
            taken_in = time.monotonic() - cut
            until(lambda: len(two.customers.acknowledged) > heard)
            two.first.send_signal(signal.SIGCONT)
            time.sleep(LOOKS_S)
        until(lambda: at_rest(place), PATIENCE_S)
        say(capsys, f"the other took in {taken_in:.1f} s after the sleeper's connections were cut")
        assert [*broken(place, two.customers, two.programs), *findings(two)] == []
