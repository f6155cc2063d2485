"""Code of the product in a process beside an installation's own: for what has no door of its own, lanes and ledger."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.place import Place
from jawort.cli import ready
from jawort.core.config import load

Work = Callable[..., Any]


def start(place: Place, work: Work, *arguments: object) -> "multiprocessing.pool.AsyncResult[Any]":
    """Begin `work(*arguments)` in a fresh process with Django and the vault set up; `get()` waits for what it says."""
    pool = multiprocessing.get_context("spawn").Pool(1, _enter, (place.told["database_url"], str(place.data_dir)))
    result = pool.apply_async(work, arguments)
    pool.close()
    return result


def _enter(database_url: str, data_dir: str) -> None:
    os.environ |= {"DATABASE_URL": database_url, "JAWORT_DATA_DIR": data_dir}
    ready.django(load(), database_url, make_key=False)


@contextmanager
def still(place: Place, *roles: str) -> Iterator[None]:
    """These processes of the installation stand still meanwhile, as if they had no time."""
    pids = [one["pid"] for one in place.told["processes"] if one["role"].rstrip("-0123456789") in roles]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
