"""Places for clusters that every account can reach (pytest's own are 0700), and a way to end what a test starts."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def a_home() -> Iterator[Path]:
    """An empty directory below /tmp, removed afterwards together with a cluster that stands in elsewhere."""
    place = Path(tempfile.mkdtemp(prefix="jawort-cli-", dir="/tmp"))
    place.chmod(0o755)
    try:
        yield place
    finally:
        for link in place.rglob("pg"):
            if link.is_symlink():
                shutil.rmtree(link.resolve().parent, ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def home() -> Iterator[Path]:
    """A place for one test."""
    with a_home() as place:
        yield place
