"""Jobs for the lanes, and a worker that does nothing but run them."""

import os
import time
from collections.abc import Sequence

from django.db import transaction

from jawort.core.clock import now
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.work import Done, Job, Worker

KIND = "bench"


def fill(jobs: int, lanes: int) -> None:
    """Enqueue `jobs`, which take turns with `lanes`."""
    new = [NewJob(f"{KIND}:{n % lanes}", KIND, {"n": str(n)}) for n in range(jobs)]
    for begin in range(0, jobs, lanes):
        with transaction.atomic():
            enqueue(new[begin : begin + lanes], now())


def run() -> list[tuple[float, str, int]]:
    """One worker until nothing is due: when which job of which lane ran."""
    ran: list[tuple[float, str, int]] = []

    def handler(jobs: Sequence[Job]) -> Sequence[Done]:
        at = time.time()
        ran.extend((at, job.lane, int(job.ids["n"])) for job in jobs)
        return [Done() for _ in jobs]

    worker = Worker({KIND: handler}, f"{KIND}-{os.getpid()}")
    while worker.run_due(now()):
        pass
    return ran
