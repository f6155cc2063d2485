"""The own PostgreSQL: where it lives, who may reach it, what ends it and what it survives."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from jawort.cli.postgres import Server, ServerError, running
from jawort.cli.postgres_account import Account
from jawort.cli.postgres_programs import find

PARENT = """
import sys, time
from pathlib import Path
from jawort.cli.postgres import Server
server = Server(Path(sys.argv[1]))
print(server.start(), server.pid, flush=True)
time.sleep(600)
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: an account that differs from ours")


def gone(pid: int) -> bool:
    """Whether the process ends by itself within 15 s; a zombie that nobody has reaped yet is gone."""
    give_up = time.monotonic() + 15
    while time.monotonic() < give_up:
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
        if state.stdout.strip() == "" or state.stdout.startswith("Z"):
            return True
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    return False


def count(dsn: str) -> int:
    """How many rows the table of these tests has."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert found is not None
    return int(found[0])


def write(dsn: str, times: int = 1) -> None:
    """Commit rows one by one."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (id bigint GENERATED ALWAYS AS IDENTITY)")
        for _ in range(times):
            connection.execute("INSERT INTO kept DEFAULT VALUES")


def stopped_in_recovery(postmaster: int) -> int:
    """Kill a process of the server, and stop the one that recovers, which is short-lived: its process id."""
    for _ in range(20):
        os.kill(server_process(postmaster, "walwriter", 10.0), signal.SIGKILL)
        with suppress(ProcessLookupError, TimeoutError):
            recovering = server_process(postmaster, "startup", 1.0)
            os.kill(recovering, signal.SIGSTOP)
            return recovering
    raise TimeoutError("recovery was too quick every time")


def server_process(postmaster: int, what: str, patience_s: float) -> int:
    """The id of the postmaster's child that calls itself so, as soon as there is one."""
    give_up = time.monotonic() + patience_s
    while time.monotonic() < give_up:
        for pid in map(int, Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()):
            with suppress(OSError):
                if what.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
    raise TimeoutError(f"the server has no {what}")


def parent(data_dir: Path) -> tuple[subprocess.Popen[str], str, int]:
    """A process that runs a server: the process, the DSN, the postmaster's id."""
    process = subprocess.Popen([sys.executable, "-c", PARENT, data_dir], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    dsn, pid = process.stdout.readline().split()
    return process, dsn, int(pid)


def test_first_and_second_start_keep_the_data(home: Path) -> None:
    """The second start makes nothing anew; paths with umlauts and spaces are paths like others."""
    data_dir = home / "Größe und Übermut"
    with Server(data_dir, durable=False) as dsn:
        write(dsn)
        with psycopg.connect(dsn) as connection:
            told: dict[str, str] = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
            assert told["data_checksums"] == "on"
            assert told["listen_addresses"] == ""
            assert told["log_parameter_max_length_on_error"] == "0"
            assert told["server_encoding"] == "UTF8"
            ctype = connection.execute("SELECT datctype FROM pg_database WHERE datname = 'jawort'").fetchone()
            assert ctype == ("C.UTF-8",)
            superuser = connection.execute("SELECT usesuper FROM pg_user WHERE usename = current_user").fetchone()
            assert superuser == (False,)
    with Server(data_dir, durable=False) as dsn:
        assert count(dsn) == 1


def test_modes_close_the_cluster_to_others(home: Path) -> None:
    """Only the account enters cluster and socket directory; the log is ours alone."""
    data_dir = home / "data"
    with Server(data_dir, durable=False):
        assert stat.S_IMODE((data_dir / "pg").stat().st_mode) == 0o700
        assert stat.S_IMODE((data_dir / "run").stat().st_mode) == 0o700
        assert stat.S_IMODE((data_dir / "pg.log").stat().st_mode) == 0o600


@as_root
def test_no_other_user_is_let_in(home: Path) -> None:
    """Not even the account that the server runs as may sign in: the kernel names the peer, root alone is mapped."""
    data_dir = home / "data"
    with Server(data_dir, durable=False) as dsn:
        account = Account.of(data_dir / "pg")
        psql = find(account, None).bin / "psql"
        said = subprocess.run(
            [psql, dsn, "-c", "SELECT 1"], cwd="/", capture_output=True, text=True, check=False, **account.popen()
        )
        assert said.returncode != 0
        assert "Peer authentication failed" in said.stderr


@as_root
def test_closed_parents_stay_closed(home: Path) -> None:
    """Below a 0700 parent the cluster stands in elsewhere, is found again, and no parent was opened."""
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    data_dir = closed / "data"
    with Server(data_dir, durable=False) as dsn:
        write(dsn)
    assert (data_dir / "pg").is_symlink()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    with Server(data_dir, durable=False) as dsn:
        assert count(dsn) == 1
        assert running(data_dir) == dsn


@as_root
def test_a_link_that_leads_nowhere_is_explained(home: Path) -> None:
    """A cluster that went missing is never replaced by an empty one in silence."""
    (home / "data").mkdir()
    (home / "data" / "pg").symlink_to(home / "elsewhere" / "pg")
    with pytest.raises(ServerError, match="which is gone"):
        Server(home / "data", durable=False).start()


def test_a_long_path_gets_a_short_socket(home: Path) -> None:
    """A socket's path is limited to about a hundred bytes, a data directory's is not."""
    data_dir = home / ("lang" * 15) / ("länger" * 8)
    with Server(data_dir, durable=False) as dsn:
        write(dsn)
        assert count(dsn) == 1


def test_one_at_a_time(home: Path) -> None:
    """A second Jawort on the same data directory is told so, and finds the first one's server."""
    with Server(home / "data", durable=False) as dsn:
        with pytest.raises(ServerError, match="Another Jawort is running"):
            Server(home / "data", durable=False).start()
        assert running(home / "data") == dsn
    assert running(home / "data") is None


def test_nothing_outlives_a_killed_parent(home: Path) -> None:
    """kill -9 of the parent ends the server; the next start waits for it where needed and has every row."""
    process, dsn, pid = parent(home / "data")
    write(dsn, 50)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with Server(home / "data") as dsn:
        assert count(dsn) == 50
    assert gone(pid)


def test_nor_does_a_server_that_begins_anew(home: Path) -> None:
    """After one of its processes was killed it recovers in place: a fast shutdown that comes then never ends."""
    process, dsn, pid = parent(home / "data")
    write(dsn, 50)
    recovering = stopped_in_recovery(pid)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with suppress(ProcessLookupError):  # it may be gone already, as it should
        os.kill(recovering, signal.SIGCONT)
    assert gone(pid)
    with Server(home / "data") as dsn:
        assert count(dsn) == 50


def test_a_killed_server_starts_again_without_loss(home: Path) -> None:
    """kill -9 of the postmaster: what was committed is there after recovery."""
    server = Server(home / "data")
    try:
        write(server.start(), 50)
        os.kill(server.pid or 0, signal.SIGKILL)
        while server.pid is not None:
            time.sleep(0.02)
        assert count(server.start()) == 50
    finally:
        server.stop()


def test_a_first_start_that_was_cut_short_begins_again(home: Path) -> None:
    """A cluster is made beside its place and renamed: half of one is never taken for whole."""
    draft = home / "data" / "pg.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    with Server(home / "data", durable=False) as dsn:
        write(dsn)
    assert not draft.exists()


def test_data_of_another_version_are_left_alone(home: Path) -> None:
    """A cluster of a major version that is not here is refused with what to install."""
    cluster = home / "data" / "pg"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("9\n")
    if os.geteuid() == 0:
        os.chown(cluster, Account.of(home / "none").uid, -1)
    with pytest.raises(ServerError, match="made by PostgreSQL 9"):
        Server(home / "data", durable=False).start()


def test_the_log_quotes_nothing(home: Path) -> None:
    """Neither a failing statement nor its parameters reach the log."""
    with Server(home / "data", durable=False) as dsn, psycopg.connect(dsn, autocommit=True) as connection:
        for statement in ("SELECT 'geheimes Wort'::uuid", "SELECT %s::text::uuid", "SELEC 'geheimes Wort'"):
            with pytest.raises(psycopg.Error):
                connection.execute(statement, ["geheimes Wort"] if "%s" in statement else None)
    assert "geheim" not in (home / "data" / "pg.log").read_text()


def test_a_server_that_will_not_start_says_why(home: Path) -> None:
    """The operator's own lines count, and a wrong one is quoted from the log."""
    with Server(home / "data", durable=False):
        pass
    (home / "data" / "pg.settings" / "local.conf").write_text("shared_buffers = elephant\n")
    with pytest.raises(ServerError, match=r"shared_buffers|configuration file"):
        Server(home / "data", durable=False).start()


def test_started_from_another_thread_is_refused(home: Path) -> None:
    """The death signal belongs to the thread: a server of a thread that ends would end with it."""
    caught: list[BaseException] = []

    def start() -> None:
        try:
            Server(home / "data", durable=False).start()
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(caught[0])
