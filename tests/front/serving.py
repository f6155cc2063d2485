"""A real server on loopback, and what talks to it."""

import json
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db import connection

from jawort.front.hub import Desk, Viewer
from jawort.front.protocol import listener
from jawort.front.serve import Server, front
from jawort.front.stream import Admit
from tests.fixtures.postgres import url_of_test_database

ALICE, BOB = UUID(int=0xA11CE), UUID(int=0xB0B)
SESSIONS = {
    "alice": Viewer(ALICE, "de", "conversation.read"),
    "alice-too": Viewer(ALICE, "de", "conversation.read"),
    "bob": Viewer(BOB, "en", "conversation.read"),
}


def row(conversation: UUID, language: str) -> str:
    """As the fake desk renders it."""
    return f"<template data-row>\n{conversation} {language}</template>"


@dataclass
class FakeDesk:
    """Renders rows that say what they are, and remembers what was asked."""

    rendered: list[tuple[list[UUID], str, str]] = field(default_factory=list)
    given: list[tuple[UUID, list[UUID]]] = field(default_factory=list)
    unseen: set[UUID] = field(default_factory=set)
    breaks: bool = False

    def render(self, conversation_ids: Sequence[UUID], language: str, permission_class: str) -> dict[UUID, str]:
        self.rendered.append((list(conversation_ids), language, permission_class))
        if self.breaks:
            raise RuntimeError("no row today")
        return {one: row(one, language) for one in conversation_ids if one not in self.unseen}

    def handed_out(self, agents: Collection[UUID], conversation_ids: Sequence[UUID]) -> None:
        self.given += [(agent, list(conversation_ids)) for agent in sorted(agents)]

    def count(self, agent: UUID) -> str:
        return f"<data>{agent}</data>"

    def desk(self) -> Desk:
        return Desk(self.render, self.handed_out, self.count)


@dataclass
class Place:
    """Where the server listens."""

    server: Server
    port: int

    @property
    def streams(self) -> int:
        return len(self.server._front.hub.streams)

    @property
    def mark(self) -> str:
        """What a page that is rendered now bears."""
        return self.server._front.hub.mark

    @contextmanager
    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Iterator[HTTPResponse]:
        """One request; header names with underscores for hyphens."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            with line.getresponse() as answer:
                yield answer
        finally:
            line.close()


def admit(key: str) -> Viewer | int:
    """Everybody in SESSIONS; `dana` has no right to read."""
    return 404 if key == "dana" else SESSIONS.get(key, 401)


@contextmanager
def serving(desk: Desk | None = None, admit: Admit = admit, metrics_token: str = "") -> Iterator[Place]:
    """A server in a thread; stopped, with all its threads and connections, at the end."""
    server = Server(front(url_of_test_database(), desk or FakeDesk().desk(), admit, metrics_token))
    with listener("127.0.0.1", 0) as ear:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [ear]})
        thread.start()
        try:
            until(lambda: server.started and server._front.hub.listening.is_set())
            yield Place(server, ear.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(15)
            assert not thread.is_alive()


@dataclass
class Event:
    """One server-sent event."""

    kind: str
    data: str
    id: int


class Browser:
    """Reads one stream in a thread. It is open when this returns."""

    def __init__(self, place: Place, session: str, since: str = "") -> None:
        self.events: list[Event] = []
        self.opened, self.closed = threading.Event(), threading.Event()
        self.socket = socket.create_connection(("127.0.0.1", place.port), timeout=20)
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
        self.socket.sendall(
            f"GET /live?{urlencode({'since': since})} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        until(lambda: self.opened.is_set() if since else self.of("resync"))

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    def leave(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self.socket.close()

    def _read(self) -> None:
        answer = HTTPResponse(self.socket)
        answer.begin()
        self.opened.set()
        fields: dict[str, list[str]] = {}
        try:
            while line := answer.readline():
                text = line.decode().rstrip("\n")
                name, _, value = text.partition(":")
                if text:
                    fields.setdefault(name, []).append(value.removeprefix(" "))
                elif "event" in fields:
                    number = int(fields.get("id", ["0"])[0])
                    self.events.append(Event(fields["event"][0], "\n".join(fields["data"]), number))
                    fields = {}
                else:
                    fields = {}
        finally:
            answer.close()
            self.closed.set()


@contextmanager
def browsers(place: Place, *sessions: str, since: str = "") -> Iterator[list[Browser]]:
    """A stream for each session, closed at the end. `since`: the mark of their pages."""
    opened = [Browser(place, session, since) for session in sessions]
    try:
        yield opened
    finally:
        for browser in opened:
            if not browser.closed.is_set():
                browser.leave()
            else:
                browser.socket.close()


def notify(**what: object) -> None:
    """Tell the hub, as messaging and the sequencer do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('jawort_live', %s)", [json.dumps(what, default=str)])


def until(holds: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)
