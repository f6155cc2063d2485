"""A sequencer that is killed at a point of its round: `python -m tests.ledger.crash POINT MARK`."""

import os
import signal
import sys
from pathlib import Path

import django
from django.apps import apps

if not apps.ready:  # as a program; a test that imports this has Django running
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jawort.settings")
    django.setup()

from jawort.ledger.keys import signer
from jawort.ledger.link import Link
from jawort.ledger.sequence import Sequencer
from jawort.ledger.tlog.merkle import EMPTY_ROOT

ROOT_KEY = bytes(range(32))
POINTS = ("before", "placed", "integrated", "signing", "marked", "signed")


class Crashing(Sequencer):
    """Kills its process at `point`, in the first round that has something to integrate."""

    point = ""

    def _reach(self, point: str) -> None:
        if point == self.point:
            os.kill(os.getpid(), signal.SIGKILL)

    def integrate(self) -> int:
        self._reach("before")
        done = super().integrate()
        self._reach("integrated")
        return done

    def sign(self) -> None:
        before = self._lead.signed if self._lead else None
        super().sign()
        if self._lead and self._lead.signed != before and self._lead.signed != (0, EMPTY_ROOT):
            self._reach("signed")

    def _keep(self, size: int, root: bytes) -> None:
        super()._keep(size, root)
        if self._lead and size:
            self._reach("marked")

    def _write_bundles(self, *arguments: object) -> list[bytes]:
        written = super()._write_bundles(*arguments)  # type: ignore[arg-type]
        self._reach("placed")
        return written

    def _hold_head(self, link: Link, *arguments: object) -> None:
        super()._hold_head(link, *arguments)  # type: ignore[arg-type]
        row = link.execute("SELECT size FROM ledger_head").fetchone()
        signed = self._lead.signed if self._lead else None
        if row and row[0] and signed and signed[0] != row[0]:
            self._reach("signing")


if __name__ == "__main__":
    sequencer = Crashing(signer(ROOT_KEY), Path(sys.argv[2]))
    sequencer.point = sys.argv[1]
    sequencer.integrate_once()
    sys.exit(0)
