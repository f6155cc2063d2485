"""Hear that something was enqueued: one connection for all Workers of a process, each of which would need its own."""

import logging
import threading
from contextlib import closing

import psycopg
from django.db import Error, connection

from jawort.lanes.claim import Share
from jawort.lanes.enqueue import CHANNEL, LOOK_SECONDS

RECONNECT_SECONDS = 1.0

_log = logging.getLogger("jawort.lanes")


class Ears:
    """Wakes those whose share of the lanes something was said of. One thread runs it; Workers look by themselves, too.

    A word is kept until the Worker looks for it, so none is missed between the end of a round and the wait.
    """

    def __init__(self) -> None:
        self._sleepers: list[tuple[Share, threading.Event]] = []

    def of(self, share: Share) -> threading.Event:
        """What is set when lanes of `share` are to be looked at. To be asked for before `run`."""
        word = threading.Event()
        self._sleepers.append((share, word))
        return word

    def run(self, stop: threading.Event) -> None:
        """Listen until `stop`, then wake everybody. Survives a lost database."""
        try:
            while not stop.is_set():
                try:
                    self._listen(stop)
                except (Error, psycopg.Error) as error:
                    _log.error("lanes: cannot hear the database; trying again", exc_info=error)
                    stop.wait(RECONNECT_SECONDS)
        finally:
            self._wake_all()
            connection.close()

    def _listen(self, stop: threading.Event) -> None:
        with closing(_listening()) as link:
            self._wake_all()  # of what was said while nobody listened
            while not stop.is_set():
                for word in link.notifies(timeout=LOOK_SECONDS):
                    for share, sleeper in self._sleepers:
                        if share.takes(word.payload):
                            sleeper.set()

    def _wake_all(self) -> None:
        for _, sleeper in self._sleepers:
            sleeper.set()


def _listening() -> psycopg.Connection[tuple[object, ...]]:
    """A connection beside Django's, which cannot wait for words."""
    link: psycopg.Connection[tuple[object, ...]] = connection.get_new_connection(connection.get_connection_params())
    link.autocommit = True
    link.execute(f"LISTEN {CHANNEL}")
    return link
