"""`serve` is asked to end in the middle of its work: what it had acknowledged is there, and nothing is half done."""

import itertools
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from bench.bodies import Writer
from bench.place import until, with_children
from jawort.channels.whatsapp.signature import sign
from jawort.cli.loopback import Unanswered
from jawort.cli.postgres import Server
from jawort.cli.postgres_account import Account
from jawort.cli.postgres_places import placed
from jawort.cli.postgres_programs import find
from tests.cli.served import Served, served

CUSTOMERS = 40
SENDERS = 4
ANSWERS = 20
SLOW_MS = 6_000  # longer than the worker waits


@contextmanager
def answering(here: Served, accepted: list[str]) -> Iterator[None]:
    """Somebody answers in one conversation after the other, until nobody takes it any more."""
    chats = [chat["id"] for chat in here.api("GET", f"/conversations?limit={CUSTOMERS}")["items"]]
    ended = threading.Event()

    def answer() -> None:
        number = 0
        while not ended.is_set():
            with suppress(Unanswered):
                sent = here.api("POST", f"/conversations/{chats[number % len(chats)]}/messages", {"text": "Gern"})
                accepted.append(sent["id"])
            number += 1

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def post(here: Served, bodies: Iterator[bytes]) -> int:
    """Send these webhooks over one connection, which is made again when it breaks; how many were acknowledged."""
    acknowledged, address, secret = 0, urlsplit(here.told["webhook_url"]), here.told["app_secret"].encode()
    line = HTTPConnection(address.netloc, timeout=15)
    for body in bodies:
        try:
            line.request("POST", address.path, body, {"X-Hub-Signature-256": sign(body, secret)})
            with line.getresponse() as answer:
                acknowledged += answer.status == 200
                answer.read()
        except (OSError, HTTPException):
            line.close()
            time.sleep(0.05)
    line.close()
    return acknowledged


@contextmanager
def webhooks(here: Served) -> Iterator[list[Future[int]]]:
    """Webhooks without pause over some connections, until the block ends; how many each of them got acknowledged."""
    writer = Writer(here.told, CUSTOMERS)
    ended = threading.Event()

    def bodies(sender: int) -> Iterator[bytes]:
        for number in itertools.count(1):
            if ended.is_set():
                return
            yield writer.body(number * SENDERS + sender + CUSTOMERS, int(time.time()))

    with ThreadPoolExecutor(SENDERS) as pool:
        try:
            yield [pool.submit(post, here, bodies(sender)) for sender in range(SENDERS)]
        finally:
            ended.set()


def state_of_cluster(here: Served) -> str:
    """What PostgreSQL itself says of its files."""
    account = Account.of(here.data_dir / "pg")
    cluster = placed(here.data_dir).cluster
    control = find(account, int((cluster / "PG_VERSION").read_text())).postgres.with_name("pg_controldata")
    environ = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    said = subprocess.run([control, "-D", cluster], capture_output=True, check=True, text=True, env=environ).stdout
    state = re.search(r"cluster state:\s+(.+)", said)
    assert state is not None
    return state[1]


def left_behind(here: Served, accepted: list[str]) -> dict[str, int]:
    """What lies in the database now: our answers by state, what came in, and what nobody will look after."""
    queries = {
        "in": "SELECT count(*) FROM messaging_message WHERE direction = 'in'",
        "waiting": "SELECT count(*) FROM intake_rawevent WHERE parked_at IS NULL",
        "held": "SELECT count(*) FROM lanes_lane WHERE owner IS NOT NULL",
        "jobs": "SELECT count(*) FROM lanes_job WHERE kind = 'deliver' AND parked_at IS NULL",
    }
    with Server(here.data_dir) as dsn, psycopg.connect(dsn) as link:
        rows = link.execute("SELECT id::text, state FROM messaging_message WHERE direction = 'out'").fetchall()
        counts = {what: link.execute(query.encode()).fetchall()[0][0] for what, query in queries.items()}
    there = len(set(accepted) & {number for number, _ in rows})
    return Counter(state for _, state in rows) | counts | {"answers accepted": there}


@pytest.mark.long
@pytest.mark.parametrize(
    "slow", [pytest.param(False, id="quick platform"), pytest.param(True, id="a platform that does not answer in time")]
)
def test_a_stop_under_load_leaves_nothing_half_done(home: Path, slow: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends in ten seconds because each part of the way has an end of its own: the worker breaks off calls after two
    seconds and ends after three, the listeners answer for three, the supervisor kills after four who is still there,
    and PostgreSQL has five and a half. The figures stand in cli/work.py, front/serve.py, front/ingest.py,
    cli/supervise.py and cli/postgres.py.
    """
    accepted: list[str] = []
    with served(home) as here:
        writer = Writer(here.told, CUSTOMERS)
        assert post(here, (writer.body(number, int(time.time())) for number in range(CUSTOMERS))) == CUSTOMERS
        until(lambda: len(here.api("GET", "/conversations?limit=100")["items"]) == CUSTOMERS)
        if slow:
            here.simulator("POST", "faults", {"kind": "slow", "where": "after", "times": 1_000, "delay_ms": SLOW_MS})
        with webhooks(here) as senders, answering(here, accepted):
            until(lambda: len(accepted) >= ANSWERS)
            if slow:
                until(lambda: here.sql("SELECT 1 FROM messaging_message WHERE state = 'calling'"))
            below = with_children(here.process.pid) - {here.process.pid}
            here.process.send_signal(signal.SIGTERM)
            asked = time.monotonic()
            assert here.process.wait(60) == 0
            took = time.monotonic() - asked
    assert not [pid for pid in below if Path(f"/proc/{pid}").exists()]
    assert state_of_cluster(here) == "shut down"
    acknowledged = sum(sender.result() for sender in senders)
    left = left_behind(here, accepted)
    with capsys.disabled():
        print(f"\nended in {took:.1f} s; acknowledged {acknowledged} webhooks, {len(accepted)} answers; left {left}")
    assert acknowledged > CUSTOMERS
    assert left["in"] + left["waiting"] >= CUSTOMERS + acknowledged
    assert left["answers accepted"] == len(accepted)
    assert left["held"] == 0
    assert not {"claimed", "calling"} & set(left)
    assert left["jobs"] == left.get("queued", 0)
    # Of a call that was broken off the receipt may have come all the same.
    assert slow or left.get("unknown", 0) == 0
    assert not [line for line in here.lines() if line["event"] == "a process did not end in time and is killed"]
    assert [line for line in here.lines() if line["level"] in {"error", "critical"}] == []
