"""Asking the search process of this node: over a Unix socket in the data directory, which only our own account opens.

What is asked travels in the body of a POST and stands in no address, log or file.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

#: Ids that an answer names: enough to fill a page after others' and other views' are taken out.
FOUND_MAX: Final = 500
ANSWER_SECONDS: Final = 2.0
FIND_PATH: Final = "/find"
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


class Away(Exception):
    """No search process answers here now. Everything else works."""


def ask(text: str, place: Path) -> Answer:
    """Ask the process that listens at `place`. Raises Away."""
    try:
        with reached(place) as address:
            line = _Line(address)
            try:
                line.request("POST", FIND_PATH, msgspec.msgpack.encode(Ask(text)))
                said = line.getresponse()
                body = said.read()
            finally:
                line.close()
        if said.status != 200:
            raise Away
        return msgspec.msgpack.decode(body, type=Answer)
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
