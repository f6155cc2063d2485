"""The live stream: from a notify in the database to events in browsers."""

import json
import socket
import threading
import time
import zlib
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from jawort.front import hub, stream
from jawort.front.frames import frame
from jawort.front.hub import Viewer
from tests.front.serving import ALICE, BOB, SESSIONS, Browser, FakeDesk, admit, browsers, notify, serving, until

pytestmark = pytest.mark.django_db(transaction=True)

ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))


def test_only_who_may_read_gets_a_stream() -> None:
    with serving() as place:
        for session, status in (("nobody", 401), ("dana", 404)):
            with place.ask("GET", "/live", Cookie=f"{settings.SESSION_COOKIE_NAME}={session}") as answer:
                assert (answer.status, answer.headers["Cache-Control"]) == (status, "no-store")
        for cookie in ("", "=;;=x; \xff"):
            with place.ask("GET", "/live", Cookie=cookie) as answer:
                assert answer.status == 401
        with place.ask("POST", "/live") as answer:
            assert answer.status == 405
        assert place.streams == 0


def test_the_answer_is_a_stream_that_nobody_keeps() -> None:
    with serving() as place, socket.create_connection(("127.0.0.1", place.port), timeout=10) as line:
        line.sendall(f"GET /live HTTP/1.1\r\nHost: x\r\nCookie: {settings.SESSION_COOKIE_NAME}=alice\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += line.recv(4_096)
    said = head.decode().lower()
    for wanted in ("200 ok", "content-type: text/event-stream", "no-store", "x-accel-buffering: no", "nosniff"):
        assert wanted in said


def test_whoever_takes_gzip_gets_it_and_the_same_events() -> None:
    cookie = f"{settings.SESSION_COOKIE_NAME}=alice"
    with serving() as place:
        with place.ask("GET", "/live", Cookie=cookie, Accept_Encoding="br, gzip") as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            unpacked, said = zlib.decompressobj(zlib.MAX_WBITS | 16), b""
            while b"event: resync" not in said:
                said += unpacked.decompress(answer.read1(4_096))
            notify(c=[ONE])
            while str(ONE).encode() not in said:
                said += unpacked.decompress(answer.read1(4_096))
        for taken in ("", "identity", "gzip;q=0"):
            with place.ask("GET", "/live", Cookie=cookie, Accept_Encoding=taken) as answer:
                assert answer.headers["Content-Encoding"] == "identity"
                assert answer.read1(4_096).startswith(b"retry:")


def test_no_row_waits_for_numbers() -> None:
    counts, counting = threading.Event(), threading.Event()

    class Slow(FakeDesk):
        def count(self, agent: UUID) -> str:
            counting.set()
            assert counts.wait(20)
            return super().count(agent)

    with serving(Slow().desk()) as place, browsers(place, "alice") as (browser,):
        notify(c=[ONE])
        until(counting.is_set)
        notify(c=[TWO])
        until(lambda: len(browser.of("row")) == 2)
        assert browser.of("counts") == []
        counts.set()
        until(lambda: browser.of("counts"))


def test_a_notify_reaches_every_stream_in_its_language() -> None:
    fake = FakeDesk(unseen={TWO})
    with serving(fake.desk()) as place, browsers(place, "alice", "alice-too", "alice", "bob", "bob") as opened:
        until(lambda: place.streams == 5)
        notify(c=[ONE, TWO], m=[[ONE, THREE], [ONE, TWO]])
        until(lambda: all(browser.of("message") for browser in opened))
        for browser, language in zip(opened, ("de", "de", "de", "en", "en"), strict=True):
            (row,) = browser.of("row")
            assert row.data == f"<template data-row>\n{ONE} {language}</template>"
            (message,) = browser.of("message")
            assert json.loads(message.data) == {"conversation": str(ONE), "messages": [str(THREE), str(TWO)]}
            ids = [event.id for event in browser.events if event.id]
            assert ids == sorted(set(ids))
    right = "conversation.read"
    assert sorted(fake.rendered, key=str) == [([ONE, TWO], "de", right), ([ONE, TWO], "en", right)]
    assert sorted(fake.given) == [(BOB, [ONE]), (ALICE, [ONE])]


def test_a_burst_is_flushed_four_times_a_second_at_most() -> None:
    fake = FakeDesk()
    with serving(fake.desk()) as place, browsers(place, "alice") as (alice,):
        begun = time.monotonic()
        sent = 0
        while time.monotonic() - begun < 1.1:
            notify(c=[UUID(int=sent % 40)], s=[sent])
            sent += 1
        notify(c=[THREE], s=[sent])
        until(lambda: alice.of("ledger") and json.loads(alice.of("ledger")[-1].data) == {"size": sent})
        assert 3 <= len(alice.of("ledger")) <= 7
        assert len(fake.rendered) <= 7
        assert len(alice.of("resync")) <= 2


def test_too_many_rows_become_a_resync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "ROWS_FLUSH_MAX", 50)  # more than fit into one notify could come in several flushes
    fake = FakeDesk()
    with serving(fake.desk()) as place, browsers(place, "alice") as (alice,):
        known = len(alice.of("resync"))
        notify(c=[UUID(int=n) for n in range(100)])
        until(lambda: len(alice.of("resync")) > known)


def test_counts_follow_rows() -> None:
    with serving() as place, browsers(place, "alice", "bob") as (alice, bob):
        notify(c=[ONE])
        until(lambda: alice.of("counts") and bob.of("counts"))
        assert bob.of("counts")[0].data == f"<data>{BOB}</data>"
        notify(s=[1])
        until(lambda: alice.of("ledger"))
        assert len(alice.of("counts")) == 1


def test_news_reaches_everybody_and_what_was_given_only_whom() -> None:
    with serving() as place, browsers(place, "alice", "alice-too", "bob") as (alice, too, bob):
        notify(c=[ONE], m=[[ONE, TWO], [ONE, THREE]], n=True)
        until(lambda: all(browser.of("news") for browser in (alice, too, bob)))
        assert json.loads(bob.of("news")[0].data) == {"came": [str(ONE), str(ONE)]}
        notify(c=[ONE], m=[[ONE, TWO]], a=[[ONE, str(ALICE)]])
        until(lambda: len(alice.of("news")) == 2 and len(too.of("news")) == 2 and len(bob.of("message")) == 2)
        assert json.loads(alice.of("news")[1].data) == {"assigned": [str(ONE)]}
        notify(s=[1])
        until(lambda: bob.of("ledger"))
        assert len(bob.of("news")) == 1


def test_everybody_hears_where_somebody_came_or_writes_once_a_flush() -> None:
    with serving() as place, browsers(place, "alice", "bob") as opened:
        notify(w=[str(TWO)])
        notify(w=[str(ONE)])
        notify(w=[str(TWO)])
        notify(s=[1])
        until(lambda: all(browser.of("ledger") for browser in opened))
        for browser in opened:
            told = [json.loads(event.data) for event in browser.of("attended")]
            assert sorted({one for ids in told for one in ids}) == [str(ONE), str(TWO)]
            assert len(told) <= 2
            assert not browser.of("row")


def test_a_renderer_that_breaks_means_resync_and_not_silence() -> None:
    fake = FakeDesk(breaks=True)
    with serving(fake.desk()) as place, browsers(place, "alice") as (alice,):
        known = len(alice.of("resync"))
        notify(c=[ONE])
        until(lambda: len(alice.of("resync")) > known)
        fake.breaks = False
        notify(c=[ONE])
        until(lambda: alice.of("row"))
        assert fake.given == [(ALICE, [ONE])]


def test_foreign_notifies_do_no_harm() -> None:
    with serving() as place, browsers(place, "alice") as (alice,):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('jawort_live', 'not json'), pg_notify('jawort_live', '{\"c\": [\"x\"]}')")
        notify(c=[ONE], later="a field of a newer version")
        until(lambda: alice.of("row"))


def test_who_leaves_is_forgotten() -> None:
    with serving() as place, browsers(place, *["alice", "bob"] * 4) as opened:
        assert place.streams == 8
        for browser in opened[:5]:
            browser.leave()
        until(lambda: place.streams == 3)


def test_losing_the_database_ends_in_a_resync() -> None:
    with serving() as place, browsers(place, "alice", "bob") as opened:
        known = [len(browser.of("resync")) for browser in opened]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = %s",
                [hub.APPLICATION_NAME],
            )
            assert cursor.fetchone()[0] == 1
        until(lambda: all(len(b.of("resync")) > n for b, n in zip(opened, known, strict=True)))
        notify(c=[ONE])
        until(lambda: all(browser.of("row") for browser in opened))


def test_a_stream_ends_with_its_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "RECHECK_SECONDS", 0.2)
    signed_in = dict(SESSIONS)

    def door(key: str) -> Viewer | int:
        return signed_in.get(key, 401)

    with serving(admit=door) as place, browsers(place, "alice", "bob") as (alice, bob):
        signed_in["bob"] = Viewer(BOB, "de", "conversation.read")
        del signed_in["alice"]
        assert alice.closed.wait(5)
        until(lambda: {one.viewer.language for one in place.server._front.hub.streams} == {"de"})
        notify(c=[ONE])
        until(lambda: bob.of("row"))
        assert bob.of("row")[0].data.endswith(" de</template>")
        assert not alice.of("row")


def test_silence_is_broken_by_pings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PING_SECONDS", 0.1)
    with serving() as place, socket.create_connection(("127.0.0.1", place.port), timeout=10) as line:
        line.sendall(f"GET /live HTTP/1.1\r\nHost: x\r\nCookie: {settings.SESSION_COOKIE_NAME}=alice\r\n\r\n".encode())
        heard = b""
        while heard.count(b": ping\n\n") < 3:
            heard += line.recv(4_096)


def test_a_browser_that_takes_nothing_costs_little_and_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SEND_SECONDS", 1.0)
    monkeypatch.setattr(hub, "FLUSH_SECONDS", 0.001)
    fake = FakeDesk()
    long = "y" * 400_000

    def rows(ids: object, language: str, right: str) -> dict[UUID, str]:
        return {ONE: long}

    monkeypatch.setattr(fake, "render", rows)
    with serving(fake.desk()) as place, browsers(place, "bob") as (bob,):
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            deaf.connect(("127.0.0.1", place.port))
            cookie = f"{settings.SESSION_COOKIE_NAME}=alice"
            deaf.sendall(f"GET /live HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
            until(lambda: place.streams == 2)
            for size in range(60):
                notify(c=[ONE], s=[size])
                until(lambda number=size: len(bob.of("row")) > number)  # type: ignore[misc]
            until(lambda: place.streams == 1)
        assert len(bob.of("row")) >= 60


def test_overflow_starts_a_stream_anew() -> None:
    falling_behind = hub.Stream(SESSIONS["alice"])
    for number in range(hub.STREAM_FRAMES_MAX + 5):
        falling_behind.push(frame(b"%d" % number))
    frames = list(falling_behind._frames)
    assert frames[0] == hub.RESYNC
    assert frames[-1].plain == b"%d" % (hub.STREAM_FRAMES_MAX + 4)
    assert len(frames) < hub.STREAM_FRAMES_MAX


def test_too_many_streams_of_one_account_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "STREAMS_AGENT_MAX", 2)
    cookie = f"{settings.SESSION_COOKIE_NAME}=alice"
    with (
        serving() as place,
        browsers(place, "alice", "alice-too", "bob"),
        place.ask("GET", "/live", Cookie=cookie) as no,
    ):
        assert no.status == 503


def test_a_door_that_breaks_is_closed() -> None:
    def door(key: str) -> Viewer | int:
        raise RuntimeError("the database is away")

    cookie = f"{settings.SESSION_COOKIE_NAME}=alice"
    with serving(admit=door) as place, place.ask("GET", "/live", Cookie=cookie) as answer:
        assert answer.status == 503


def test_open_streams_do_not_keep_a_server_from_stopping() -> None:
    with serving() as place:
        opened = [Browser(place, "alice") for _ in range(5)]
    for browser in opened:
        assert browser.closed.wait(5)
        browser.socket.close()
    assert admit("alice") == SESSIONS["alice"]
