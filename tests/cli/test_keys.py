"""A root key is made once. Beside a database that has keys already, a missing or another one is refused."""

import os
import subprocess
import sys
from pathlib import Path

from jawort.cli.postgres import Server
from jawort.vault.root import load_or_create
from tests.fixtures.ports import free_ports

FIRST_KEYS = (
    "from jawort.core.config import load; from jawort.cli import ready; c = load(); "
    "ready.django(c, c.database_url, make_key=True); from jawort.vault.epochs import current; current()"
)


def python(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JAWORT_", "DATABASE_URL"))}
    port = free_ports(2)
    free = {"JAWORT_PORT": str(port), "JAWORT_INGEST_PORT": str(port + 1), "JAWORT_WORK_PORT": "0"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=kept | free | environ, capture_output=True, text=True, check=False, timeout=60)


def refused(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether it ended with a sentence about the root key."""
    return done.returncode == 2 and "root key" in done.stderr.lower() and "Traceback" not in done.stderr


def test_a_lost_or_foreign_key_is_refused_and_none_is_made(home: Path) -> None:
    key, foreign = home / "root.key", home / "foreign.key"
    load_or_create(foreign)
    with Server(home / "data", durable=False) as dsn:
        about = {"DATABASE_URL": dsn, "JAWORT_DATA_DIR": str(home / "data"), "JAWORT_ROOT_KEY_FILE": str(key)}
        assert python("-m", "jawort", "migrate", **about).returncode == 0
        assert python("-c", FIRST_KEYS, **about).returncode == 0
        assert python("-m", "jawort", "lines", **about).returncode == 0
        for command in ("migrate", "serve", "doctor"):
            assert refused(python("-m", "jawort", command, **about | {"JAWORT_ROOT_KEY_FILE": str(foreign)})), command
        key.unlink()
        for command in ("migrate", "serve", "doctor"):
            assert refused(python("-m", "jawort", command, **about)), command
            assert not key.exists()


def test_beside_an_own_database_no_second_key_is_made(home: Path) -> None:
    about = {"JAWORT_DATA_DIR": str(home / "data")}
    assert python("-m", "jawort", "migrate", **about).returncode == 0
    (home / "data" / "root.key").unlink()
    assert refused(python("-m", "jawort", "serve", **about))
    assert not (home / "data" / "root.key").exists()
