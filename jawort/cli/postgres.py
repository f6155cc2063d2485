"""An own PostgreSQL below the data directory: made at the first start, ended with Jawort, whatever ends Jawort.

    with Server(Path("data")) as dsn:
        ...

What is scarce: the data directory. One `Server` holds it at a time (a lock on `pg.lock` that the kernel drops with the
process). See docs/operating.md for the layout and for moving to a PostgreSQL of your own.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg
from psycopg import sql

from jawort.cli import postgres_settings
from jawort.cli.kinship import unwatch, vow, watch
from jawort.cli.postgres_account import Account, ServerError
from jawort.cli.postgres_places import Places, place, placed
from jawort.cli.postgres_programs import Programs, find
from jawort.cli.postgres_settings import DATABASE, ROLE, SUPERUSER

__all__ = ["Server", "ServerError", "running"]

#: A server that was killed can leave its shared memory in use for a moment, and one whose parent was killed is still
#: shutting down: both pass by themselves.
RETRY_S = 20.0
_PASSING = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')
#: Recovery after a crash replays the log since the last checkpoint; on a slow disk that takes minutes.
READY_S = 600.0
#: Fast, then immediate (recovery at the next start; nothing is lost), then the kernel's way.
STOP = ((signal.SIGINT, 4.0), (signal.SIGQUIT, 1.0), (signal.SIGKILL, 0.5))
#: What the server hears when we are killed: immediate, for the fast way never ends where it meets a server that
#: recovers after one of its own processes was killed (seen with 18.6), and nobody would be left to ask again.
ORPHANED = signal.SIGQUIT
LOG_BYTES_MAX = 10_000_000
_POLL_S = 0.03
#: Nothing of ours: libpq and the server read many variables, and messages are matched in English.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class Server:
    """One embedded PostgreSQL. Started and stopped from the main thread.

    `durable=False` switches off waiting for the disk: for tests, never for data. Setting `stop` ends a start that takes
    long, as recovery after a crash may.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, stop: threading.Event | None = None) -> None:
        self.data_dir = data_dir.resolve()
        self.durable = durable
        self.asked = stop or threading.Event()
        self.dsn = ""
        self._sockets: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the postmaster while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def code(self) -> int | None:
        """What the postmaster ended with; negative is a signal, None while it runs."""
        return self._process.poll() if self._process is not None else None

    def start(self) -> str:
        """Start the server, making cluster and database at the first start; the DSN of Jawort's database.

        Also starts again after a crash. Raises ServerError with one sentence.
        """
        if self.pid is not None:
            return self.dsn
        self._halt()
        try:
            account = Account.of(self.data_dir / "pg")
            places = place(self.data_dir, account)
            self._hold(places)
            sockets = self._run(account, places)
            _own_database(sockets)
        except (OSError, psycopg.Error) as error:
            self.stop()
            raise ServerError(f"PostgreSQL could not be started in {self.data_dir}: {error}.") from None
        except BaseException:
            self.stop()
            raise
        self.dsn = _dsn(sockets, ROLE, DATABASE)
        return self.dsn

    def stop(self) -> None:
        """End the server, in 5.5 seconds at the most. Does nothing when it is not running."""
        self._halt()
        if self._sockets is not None:
            with suppress(OSError):
                self._sockets.rmdir()  # a runtime directory would pile them up; not empty only after a crash
            self._sockets = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _hold(self, places: Places) -> None:
        if self._lock is not None:
            return
        lock = os.open(places.lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise ServerError(
                f"Another Jawort is running on {places.data_dir}: stop it, or choose another data directory."
            ) from None
        self._lock = lock

    def _run(self, account: Account, places: Places) -> Path:
        """Make the cluster if there is none, start the postmaster until it answers; the directory of its socket."""
        made_by = _made_by(places.cluster)
        programs = find(account, made_by)
        if made_by is None:
            _make(programs, places, account, durable=self.durable)
        sockets = self._sockets = places.socket_dir(account)
        settings = postgres_settings.write(places.settings, sockets, account, durable=self.durable)
        command = [str(programs.postgres), "-D", str(places.cluster), "-c", f"config_file={settings}"]
        give_up = time.monotonic() + RETRY_S
        while True:
            begin = _log_size(places.log)
            self._launch(command, places.log, account)
            if self._process is not None and _answers(self._process, sockets, self.asked):
                return sockets
            self._halt()
            said = _said_since(places.log, begin)
            passing = any(words in said for words in _PASSING)
            if not passing or time.monotonic() > give_up or self.asked.wait(0.5):
                raise ServerError(f"PostgreSQL did not start: {_last_word(said)} ({places.log} has more).")

    def _launch(self, command: list[str], log_path: Path, account: Account) -> None:
        log = _open_log(log_path)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs and paths
                command,
                cwd="/",
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a terminal's Ctrl-C must reach the server last, and by us
                preexec_fn=vow(ORPHANED),
                **account.popen(),
            )
        finally:
            os.close(log)
        self._watcher = watch(self._process, ORPHANED)

    def _halt(self) -> None:
        """End the process and keep the data directory."""
        unwatch(self._watcher)
        self._watcher = None
        if self._process is not None:
            _end(self._process)
            self._process = None


def running(data_dir: Path) -> str | None:
    """The DSN of the server that another Jawort runs on `data_dir`, None when there is none that answers."""
    try:
        lines = (placed(data_dir).cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    if len(lines) <= 4 or not lines[4]:
        return None
    dsn = _dsn(Path(lines[4]), ROLE, DATABASE)
    try:
        psycopg.connect(dsn, connect_timeout=5).close()
    except psycopg.OperationalError:
        return None
    return dsn


def _dsn(sockets: Path, role: str, database: str) -> str:
    return f"postgresql://{role}@/{database}?host={quote(str(sockets))}&port=5432"


def _made_by(cluster: Path) -> int | None:
    """The major version that made the cluster, None when there is none yet."""
    try:
        return int((cluster / "PG_VERSION").read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def _make(programs: Programs, places: Places, account: Account, *, durable: bool) -> None:
    """Make the cluster beside its place and rename it: a start that is killed here leaves nothing half made."""
    shutil.rmtree(places.draft, ignore_errors=True)
    account.own(places.draft)
    made = subprocess.run(  # noqa: S603 - our own programs and paths
        postgres_settings.initdb(programs, places.draft, durable=durable),
        cwd="/",
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        preexec_fn=vow(signal.SIGTERM),
        check=False,
        **account.popen(),
    )
    if made.returncode != 0:
        raise ServerError(
            f"PostgreSQL could not make its database: {_last_word(made.stderr.decode(errors='replace'))}."
        )
    if places.cluster.is_dir():
        places.cluster.rmdir()  # the empty one that a link leads to; anything else stays and fails the rename
    places.draft.rename(places.cluster)


def _open_log(path: Path) -> int:
    """The log for appending, 0600."""
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def _log_size(path: Path) -> int:
    """How long the log is, after a long one was set aside."""
    if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
        path.replace(path.with_suffix(".log.1"))
    return path.stat().st_size if path.exists() else 0


def _answers(process: subprocess.Popen[bytes], sockets: Path, asked: threading.Event) -> bool:
    """Wait until the server answers; False when it ended instead."""
    give_up = time.monotonic() + READY_S
    while process.poll() is None:
        try:
            psycopg.connect(_dsn(sockets, SUPERUSER, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > give_up:
                raise ServerError(f"PostgreSQL does not answer after {READY_S:.0f} s: {error}.") from None
            if asked.wait(_POLL_S):
                raise ServerError("PostgreSQL was asked to stop before it was ready.") from None
        else:
            return True
    return False


def _own_database(sockets: Path) -> None:
    """The role and the database, if they are not there. Runs at every start: a first start may have been cut short."""
    with psycopg.connect(_dsn(sockets, SUPERUSER, "postgres"), autocommit=True) as connection:
        role, database = sql.Identifier(ROLE), sql.Identifier(DATABASE)
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).rowcount == 0:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
        connection.execute(sql.SQL("GRANT pg_monitor, pg_checkpoint TO {}").format(role))
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount == 0:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign, patience in STOP:
        if process.poll() is not None:
            return
        process.send_signal(sign)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _said_since(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        file.seek(begin)
        return file.read(100_000).decode(errors="replace")


def _last_word(said: str) -> str:
    """The line that names the failure, else the last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL:" in line or "error:" in line]
    return (telling or lines or ["it said nothing"])[-1].rstrip(".")
