"""Asking the search process of this node: over a Unix socket in the data directory, which only our own account opens.

What is asked travels in the body of a POST and stands in no address, log or file.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

import msgspec

#: Ids that an answer names: enough to fill a page after others' and other views' are taken out.
FOUND_MAX: Final = 500
ANSWER_SECONDS: Final = 2.0
FIND_PATH: Final = "/find"
BEGIN_PATH: Final = "/scan/begin"
LOOK_PATH: Final = "/scan/look"
#: A socket's path is limited to 107 bytes (Linux).
PATH_BYTES_MAX: Final = 107


class Ask(msgspec.Struct):
    """What somebody typed."""

    text: str


class Answer(msgspec.Struct):
    """Ids, newest first: of messages with all the words, and of contacts whose names have them.

    `more` that there are older messages too, `since` how far back it reaches, `filling` that it will reach further.
    """

    messages: list[UUID]
    contacts: list[UUID]
    more: bool
    since: datetime
    filling: bool


class Begin(msgspec.Struct):
    """Look through older messages for somebody: from `since` on and before `until`, of ids below `below`."""

    person: UUID
    text: str
    since: datetime | None = None
    until: datetime | None = None
    below: UUID | None = None


class Look(msgspec.Struct):
    """How far somebody's scan has come; with `stop` it goes no further."""

    person: UUID
    scan: UUID
    stop: bool = False


class State(StrEnum):
    """How a scan is. It ends DONE, STOPPED by who began it, FULL of hits, FAILED, or LEFT: nobody looked any more.

    BUSY: it was not begun, for others are scanning. GONE: there is none of that name here.
    """

    RUNS = "runs"
    DONE = "done"
    STOPPED = "stopped"
    FULL = "full"
    FAILED = "failed"
    LEFT = "left"
    BUSY = "busy"
    GONE = "gone"


class Progress(msgspec.Struct):
    """How far a scan has come: `looked` messages opened, newest first, back to `reached`; found were `messages`.

    Older ones than these have ids below `below`. `scan` and `text` are empty where there is none.
    """

    state: State
    scan: UUID | None = None
    text: str = ""
    messages: list[UUID] = []
    looked: int = 0
    reached: datetime | None = None
    below: UUID | None = None


_T = TypeVar("_T")


class Away(Exception):
    """No search process answers here now. Everything else works."""


def ask(text: str, place: Path) -> Answer:
    """Ask the process that listens at `place`. Raises Away."""
    return _answered(FIND_PATH, Ask(text), Answer, place)


def begin(asked: Begin, place: Path) -> Progress:
    """Begin a scan of older messages. Raises Away."""
    return _answered(BEGIN_PATH, asked, Progress, place)


def look(asked: Look, place: Path) -> Progress:
    """How far a scan has come. Raises Away."""
    return _answered(LOOK_PATH, asked, Progress, place)


def _answered(path: str, asked: msgspec.Struct, answer: type[_T], place: Path) -> _T:
    try:
        with reached(place) as address:
            line = _Line(address)
            try:
                line.request("POST", path, msgspec.msgpack.encode(asked))
                said = line.getresponse()
                body = said.read()
            finally:
                line.close()
        if said.status != 200:
            raise Away
        return msgspec.msgpack.decode(body, type=answer)
    except (OSError, HTTPException, msgspec.MsgspecError):
        raise Away from None


@contextmanager
def reached(place: Path) -> Iterator[str]:
    """An address of the socket that is short enough, whatever its path: through its directory, held open."""
    if len(os.fsencode(place)) <= PATH_BYTES_MAX:
        yield str(place)
        return
    folder = os.open(place.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{place.name}"
    finally:
        os.close(folder)


class _Line(HTTPConnection):
    def __init__(self, address: str) -> None:
        super().__init__("search", timeout=ANSWER_SECONDS)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(ANSWER_SECONDS)
        self.sock.connect(self._address)
