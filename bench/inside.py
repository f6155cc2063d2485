"""Code of the product in a process beside an installation's own: for what has no door of its own, lanes and ledger."""

import importlib
import multiprocessing
import os
from contextlib import AbstractContextManager
from multiprocessing.pool import AsyncResult
from typing import Any

from bench.place import Place, frozen
from jawort.cli import ready
from jawort.core.config import load


def start(place: Place, module: str, function: str, *arguments: object) -> AsyncResult[Any]:
    """Begin a function in a fresh process with Django and the vault set up; `get()` waits for what it says.

    By name, because its module imports models, which cannot be imported before.
    """
    pool = multiprocessing.get_context("spawn").Pool(1, _enter, (place.told["database_url"], str(place.data_dir)))
    result = pool.apply_async(_call, (module, function, arguments))
    pool.close()
    return result


def still(place: Place, *roles: str) -> AbstractContextManager[None]:
    """All processes of these roles stand still meanwhile."""
    return frozen([one["pid"] for one in place.told["processes"] if one["role"].rstrip("-0123456789") in roles])


def _enter(database_url: str, data_dir: str) -> None:
    os.environ |= {"DATABASE_URL": database_url, "JAWORT_DATA_DIR": data_dir}
    ready.django(load(), database_url, make_key=False)


def _call(module: str, function: str, arguments: tuple[object, ...]) -> Any:
    return getattr(importlib.import_module(module), function)(*arguments)
