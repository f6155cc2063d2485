"""The webhook listener when something is replaced, missing, full or killed."""

import contextlib
import http.client
import json
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from django.db import connection

from jawort.channels.whatsapp.signature import sign
from jawort.core.clock import now
from jawort.front.ingest_counts import Count, none
from jawort.intake.models import RawEvent
from jawort.lines import rotate
from jawort.lines.models import App
from jawort.vault.models import TransitDay
from jawort.vault.state import Vault
from jawort.vault.transit import ensure_days
from tests.front.ingest_listener import (
    KNOWN,
    LIMIT,
    SECRET,
    Listener,
    counter,
    listening,
    stored,
    verification,
)


def test_a_new_secret_counts_at_once_and_the_old_one_until_dropped(listener: Listener) -> None:
    app = App.objects.get()
    assert listener.post(b"1", secret="new secret") == 401
    rotate.begin(app.id, "new secret", actor="system", at=now())
    end = time.monotonic() + 2  # by notify, not by the next look three seconds later
    while listener.post(b"2", secret="new secret") != 200:
        assert time.monotonic() < end
    assert listener.post(b"3") == 200
    rotate.finish(app.id, actor="system", at=now())
    end = time.monotonic() + 2
    while listener.post(b"4") != 401:
        assert time.monotonic() < end
    assert listener.post(b"5", secret="new secret") == 200


def test_without_a_key_for_today_nothing_is_taken(listener: Listener) -> None:
    TransitDay.objects.all().delete()
    rotate.notify_listener()
    listener.becomes("no transit key for today")
    assert listener.post(KNOWN) == 503
    assert listener.counts() == {**none(), Count.NO_KEY: 1}
    ensure_days(now())
    rotate.notify_listener()
    listener.becomes("ready")
    assert listener.post(KNOWN) == 200


def test_a_lost_connection_is_made_again(listener: Listener) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name LIKE 'jawort ingest%%'"
        )
        assert cursor.fetchone() == (2,)
    answers = {listener.post(b"first")}
    listener.becomes("ready")
    answers.add(listener.post(KNOWN))
    assert answers <= {200, 503}
    assert listener.post(KNOWN) == 200
    assert stored()[-1] == KNOWN


def test_without_a_database_the_sender_is_asked_to_come_again(tmp_path: Path, vault: Vault) -> None:
    with listening(f"postgresql://nobody@/none?host={tmp_path}", tmp_path, vault) as listener:
        listener.becomes("database away")
        assert listener.post(KNOWN) == 503
        assert listener.ask("GET", verification())[0] == 503
        assert listener.counts()[Count.AWAY] == 2


@contextlib.contextmanager
def blocked(database_url: str) -> Iterator[None]:
    """Nobody stores anything meanwhile."""
    with psycopg.connect(database_url) as holder:
        holder.execute("LOCK TABLE intake_rawevent IN ACCESS EXCLUSIVE MODE")
        yield


def test_what_waits_is_bounded(listener: Listener, database_url: str) -> None:
    body = b"x" * LIMIT
    signature = sign(body, SECRET.encode())
    with ThreadPoolExecutor(20) as pool:
        with blocked(database_url):
            answers = [pool.submit(listener.post, body, signature) for _ in range(20)]
            end = time.monotonic() + 4
            while sum(answer.done() for answer in answers) < 3 and time.monotonic() < end:
                time.sleep(0.05)
            early = [answer.result() for answer in answers if answer.done()]
        found = [answer.result() for answer in answers]
    assert early
    assert set(early) == {503}
    assert found.count(200) == RawEvent.objects.count() >= 10
    assert listener.counts()[Count.FULL] == found.count(503)


def test_what_was_received_is_answered_before_the_end(own_listener: Listener, database_url: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        with blocked(database_url):
            answer = pool.submit(own_listener.post, KNOWN)
            time.sleep(0.3)
            own_listener.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
        assert answer.result() == 200
    assert own_listener.process.wait(10) == 0
    assert stored() == [KNOWN]


def wait_for_the_killed_ones_connections() -> None:
    """The server finishes the statement that a killed client had begun."""
    end = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
                "AND application_name = 'jawort ingest' AND query LIKE 'WITH stored%%'"
            )
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)


def test_what_was_acknowledged_survives_a_kill(own_listener: Listener) -> None:
    acknowledged: list[bytes] = []

    def post(n: int) -> None:
        body = json.dumps({"n": n}).encode()
        with contextlib.suppress(OSError, http.client.HTTPException):
            if own_listener.post(body) == 200:
                acknowledged.append(body)

    def post_many(start: int) -> None:
        for n in range(start, start + 200):
            post(n)

    threads = [threading.Thread(target=post_many, args=(start,)) for start in range(0, 8_000, 1_000)]
    for thread in threads:
        thread.start()
    time.sleep(0.4)
    own_listener.process.kill()
    for thread in threads:
        thread.join()
    wait_for_the_killed_ones_connections()
    found = stored()
    assert acknowledged
    assert set(acknowledged) <= set(found)
    assert len(found) == len(set(found)) == counter()
