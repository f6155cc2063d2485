"""Who looks whether anybody looks: a thread of the desk, for a worker that is gone cannot say so.

While no worker runs it also carries what the alarms' lanes have to tell.
"""

import asyncio
import logging
import os
import socket
import threading
from datetime import datetime
from typing import Final

import psycopg
from django.db import Error, connection

from jawort.alarms.jobs import tellers
from jawort.alarms.note import note
from jawort.alarms.queries import looked_at
from jawort.alarms.rules import Cause, Code, is_unwatched
from jawort.alarms.tell import PACE, Run, ways
from jawort.core import clock
from jawort.core.config import Config
from jawort.lanes.claim import Share
from jawort.lanes.work import Worker

LOOK_S: Final = 20.0

log = logging.getLogger(__name__)


class Watchman:
    """Begins to watch at `at`: what was before, such as a night in which everything was off, is no matter of his."""

    def __init__(self, config: Config, at: datetime, run: Run = asyncio.run) -> None:
        self.begun, self.doubts = at, False
        self.tell_by = ways(config).kinds
        owner = f"{socket.gethostname()}:{os.getpid()}"
        self.worker = Worker(tellers(config, run), owner, share=Share((PACE,), others=False), at_once=1)

    def run(self, stop: threading.Event) -> None:
        """Look until `stop`. Survives a lost database."""
        while not stop.wait(LOOK_S):
            try:
                self.look(clock.now())
            except (Error, psycopg.Error) as error:
                log.warning("watchman: the database refused or is away", extra={"kind": type(error).__name__})
                connection.close()
        connection.close()

    def look(self, at: datetime) -> None:
        """Raise the alarm when nobody has looked, at two looks in a row: a clock that is moved leaps over minutes."""
        last = looked_at()
        missing = is_unwatched(last and max(last, self.begun), at)
        if missing and self.doubts:
            note([Cause(Code.NO_WORKER)], at, tell_by=self.tell_by, only=Code.NO_WORKER)
            while self.worker.run_due(at):
                pass
        self.doubts = missing
