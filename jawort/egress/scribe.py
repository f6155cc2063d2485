"""Who writes down what a process counts, besides those who do so with the outcome of a message."""

import logging
import threading
from typing import Final

import psycopg
from django.db import Error, connection

from jawort.core import clock
from jawort.egress.write_down import write_down

PAUSE_S: Final = 5.0

log = logging.getLogger(__name__)


class Scribe:
    """A thread of every process that calls somebody. One for each: what is counted lies in its memory."""

    def run(self, stop: threading.Event) -> None:
        """Write every few seconds until `stop`, and once more. Survives a lost database."""
        while not stop.wait(PAUSE_S):
            self.write()
        self.write()
        connection.close()

    def write(self) -> None:
        """Write now; what cannot be written is for the next time."""
        try:
            write_down(clock.now())
        except (Error, psycopg.Error) as error:
            log.warning("scribe: the database refused or is away", extra={"kind": type(error).__name__})
            connection.close()
