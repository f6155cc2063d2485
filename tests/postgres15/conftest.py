"""Debian's PostgreSQL 15, the oldest that Jawort takes: reached over TCP with a password, as a role without any right.

Where the package is missing, the tests that need it are skipped and say so, except in CI, where they fail.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from jawort.cli.kinship import vow
from jawort.cli.postgres_account import Account
from tests.fixtures.ports import free_ports

BIN = Path("/usr/lib/postgresql/15/bin")
#: Everything that an address has to escape.
PASSWORD = "p@ss/wört:%20?#&="
STARTED_S_MAX = 60


@dataclass(frozen=True, slots=True)
class Server15:
    """A server on loopback. `jawort` may make databases (the suite's own) and nothing else."""

    port: int

    def url(self, database: str, role: str = "jawort") -> str:
        """DATABASE_URL of one of its databases."""
        return f"postgresql://{role}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """An empty database, as an operator makes it; its address."""
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as link:
            link.execute(sql.SQL("CREATE DATABASE {} OWNER jawort").format(sql.Identifier(name)))
            yield self.url(name)
            link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def hasty(self) -> Iterator[None]:
        """Meanwhile it does not wait for the disk, of which `doctor` would complain."""
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as link:
            for statement in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
                link.execute(statement)
            yield
            for statement in ("ALTER SYSTEM RESET fsync", "SELECT pg_reload_conf()"):
                link.execute(statement)


@pytest.fixture(scope="session")
def server15() -> Iterator[Server15]:
    """One for the run, gone afterwards. It waits for the disk: `doctor` names a server that does not."""
    if not (BIN / "initdb").exists():
        reason = "no PostgreSQL 15: on Debian, apt-get install postgresql-15"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    home = Path(tempfile.mkdtemp(prefix="jawort-postgres15-", dir="/tmp"))
    home.chmod(0o711)  # the server's own account must be able to pass
    account, port = Account.of(home / "pg"), free_ports()
    account.own(home / "pg")
    secret = home / "password"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    shutil.chown(secret, account.uid)
    make = [str(BIN / "initdb"), "-D", str(home / "pg"), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-k"]
    signs_in = ["--auth=scram-sha-256", f"--pwfile={secret}"]
    subprocess.run([*make, *signs_in], cwd="/", check=True, stdout=subprocess.DEVNULL, **account.popen())
    heard = ["-p", str(port), "-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1"]
    command = [str(BIN / "postgres"), "-D", str(home / "pg"), *heard]
    dying: dict[str, Any] = {"preexec_fn": vow(signal.SIGINT)}  # with us, should we be killed
    with (
        (home / "log").open("wb") as log,
        subprocess.Popen(command, cwd="/", stdout=log, stderr=log, **dying, **account.popen()) as process,
    ):
        try:
            yield _ready(Server15(port))
        finally:
            process.send_signal(signal.SIGINT)  # fast: it waits for no client
            process.wait()
            shutil.rmtree(home)


def _ready(server: Server15) -> Server15:
    give_up = time.monotonic() + STARTED_S_MAX
    while True:
        try:
            with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as link:
                role = sql.SQL("CREATE ROLE jawort LOGIN CREATEDB PASSWORD {}").format(sql.Literal(PASSWORD))
                link.execute(role)
            return server
        except psycopg.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
