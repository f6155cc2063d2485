"""The supervisor: who dies is started again, later each time; when asked to stop, all end in time."""

import io
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.cli.logs import FACTS, JsonLines
from jawort.cli.postgres import Server
from jawort.cli.supervise import HEALTHY_S, PAUSE_FIRST_S, PAUSE_MAX_S, Child, Supervisor, pause, stopping

SLEEPS = "import time; time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
NEST = """
import sys, time
import os
from jawort.cli.supervise import Child
child = Child("nest", [sys.executable, "-c", "import time; time.sleep(600)"], os.environ)
child.start()
print(child.pid, flush=True)
time.sleep(600)
"""

TALKS = """
import asyncio, logging, threading, warnings
from jawort.cli import logs
logs.configure("front")
logging.getLogger("django.request").error("Internal Server Error: %s", "/inbox/Kim", exc_info=ValueError("Kim"))
logging.getLogger("uvicorn.error").error("Exception in ASGI application\\n", exc_info=ValueError("Kim"))
logging.getLogger("psycopg").warning("error ignored in rollback on %s: %s", "Kim", "0152 28817386")
warnings.warn("Kim, 0152 28817386")

async def fails(): raise ValueError("Kim")

async def main():
    task = asyncio.ensure_future(fails())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    asyncio.get_running_loop().call_exception_handler({"message": "Kim", "exception": ValueError("0152 28817386")})

asyncio.run(main())
thread = threading.Thread(target=lambda: {}["Kim"])
thread.start()
thread.join()

class Falls:
    def __del__(self): raise ValueError("Kim")

Falls()
raise ValueError("Kim")
"""


def child(code: str, role: str = "role") -> Child:
    """A child that runs a line of Python."""
    return Child(role, [sys.executable, "-c", code], os.environ)


def until(holds: object, within: float = 10.0) -> None:
    """Wait until `holds()`."""
    assert callable(holds)
    give_up = time.monotonic() + within
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.02)


@given(st.integers(1, 10_000))
def test_the_pause_grows_and_ends_growing(deaths: int) -> None:
    """Each death waits at least as long as the one before, never longer than the longest."""
    assert PAUSE_FIRST_S <= pause(deaths) <= pause(deaths + 1) <= PAUSE_MAX_S


def test_who_dies_is_started_again() -> None:
    """After a kill the role runs again under a new process id, after the first pause."""
    one = child(SLEEPS)
    supervisor = Supervisor([one])
    supervisor.start()
    try:
        before = one.pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        until(lambda: one.pid is None)
        moment = time.monotonic()
        assert supervisor.look(moment)
        assert supervisor.processes() == [], "it waits before it starts again"
        assert supervisor.look(moment + PAUSE_FIRST_S)
        assert [role for role, pid in supervisor.processes() if pid != before] == ["role"]
    finally:
        supervisor.end()


def test_the_pause_grows_until_a_process_has_lived(caplog: pytest.LogCaptureFixture) -> None:
    """Deaths in a row are longer apart each time; who lived for HEALTHY_S begins anew. The log says all of it."""
    one = child("raise SystemExit(3)")
    supervisor = Supervisor([one])
    supervisor.start()
    moment = time.monotonic()
    waits = []

    def dies(moment: float) -> float:
        """Notice a death at this moment; the pause that the log tells."""
        until(lambda: one.pid is None)
        caplog.clear()
        with caplog.at_level(logging.ERROR, "jawort.cli.supervise"):
            assert supervisor.look(moment)
        said = vars(caplog.records[-1])
        assert (said["who"], said["code"]) == ("role", 3)
        wait: float = said["seconds"]
        assert supervisor.look(moment + 0.9 * wait)
        assert one.pid is None, "it waits as long as it says"
        return wait

    try:
        for _ in range(4):
            waits.append(dies(moment))
            moment += waits[-1]
            assert supervisor.look(moment)
        assert waits == [pause(1), pause(2), pause(3), pause(4)]
        assert dies(moment + HEALTHY_S + 1) == pause(1)
    finally:
        supervisor.end()


def test_who_takes_long_to_fail_has_not_lived(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A database that tries for minutes and cannot start is left alone for longer each time, too."""
    one = child("raise SystemExit(3)")
    supervisor = Supervisor([one])
    supervisor.start()
    until(lambda: one.pid is None)
    moment = [time.monotonic()]

    def fails(_: Child) -> None:
        moment[0] += 2 * HEALTHY_S
        raise OSError

    monkeypatch.setattr(Child, "start", fails)
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    with caplog.at_level(logging.ERROR, "jawort.cli.supervise"):
        for _ in range(4):
            assert supervisor.look(moment[0])
            moment[0] += PAUSE_MAX_S
    waits = [vars(record)["seconds"] for record in caplog.records if "seconds" in vars(record)]
    assert waits == [pause(1), pause(2), pause(3), pause(4)]


def test_who_refuses_its_settings_ends_all() -> None:
    """Exit code 2 says that another start would change nothing."""
    patient = child(SLEEPS)
    supervisor = Supervisor([child("raise SystemExit(2)"), patient])
    supervisor.start()
    assert supervisor.run() == 2
    assert patient.pid is None


def test_the_deaf_are_killed_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that ignores SIGTERM is killed, so that all end within what an init system grants."""
    monkeypatch.setattr("jawort.cli.supervise.STOP_S", 0.3)
    reader, writer = os.pipe()
    deaf = Child("deaf", [sys.executable, "-c", DEAF], os.environ, os.fdopen(writer, "wb"))
    supervisor = Supervisor([deaf])
    supervisor.start()
    assert os.read(reader, 4) == b"deaf"
    supervisor.stop.set()
    assert supervisor.run() == 0
    assert deaf.code == -signal.SIGKILL
    os.close(reader)
    assert deaf.output is not None
    deaf.output.close()


def test_children_die_with_their_parent() -> None:
    """kill -9 of the supervisor leaves no child behind."""
    with subprocess.Popen([sys.executable, "-c", NEST], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()

    def gone() -> bool:
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
        return state.strip() == "" or state.startswith("Z")

    until(gone)


def test_a_signal_asks_to_stop() -> None:
    """SIGTERM sets the event, and the old handler is back afterwards."""
    before = signal.getsignal(signal.SIGTERM)
    with stopping() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(5)
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_database_is_started_again(home: Path) -> None:
    """A killed PostgreSQL comes back at the same address."""
    server = Server(home / "data", durable=False)
    supervisor = Supervisor([], server)
    try:
        dsn = server.start()
        supervisor.start()
        before = server.pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        until(lambda: server.pid is None)
        supervisor.look(time.monotonic())
        supervisor.look(time.monotonic() + PAUSE_FIRST_S)
        assert server.pid not in (None, before)
        assert server.dsn == dsn
    finally:
        supervisor.end()


def test_who_is_killed_at_work_is_back_soon_and_who_never_works_waits() -> None:
    """However often: the pause grows only for whoever dies before it has recovered."""
    one = child(SLEEPS)
    supervisor = Supervisor([one])
    supervisor.start()

    def dies(moment: float) -> None:
        _kill(one.pid)
        until(lambda: one.pid is None)
        supervisor.look(moment)

    try:
        moment = time.monotonic()
        long = 2 * HEALTHY_S  # a start takes a moment, in which nobody has lived
        for lived, pauses in ((long, 1), (long, 1), (0.0, 2), (0.0, 4), (long, 1)):
            dies(moment := moment + lived)
            supervisor.look(moment := moment + pauses * PAUSE_FIRST_S - 0.01)
            assert one.pid is None, "it waits"
            supervisor.look(moment := moment + 0.02)
            assert one.pid is not None
    finally:
        supervisor.end()


def test_nobody_is_started_while_the_database_is_away(home: Path) -> None:
    """Who died waits for it, however long that takes, and is not held to have died again."""
    server, one = Server(home / "data", durable=False), child(SLEEPS)
    supervisor = Supervisor([one], server)
    try:
        server.start()
        supervisor.start()
        _kill(one.pid)
        until(lambda: one.pid is None)
        moment = time.monotonic()
        supervisor.look(moment)
        _kill(server.pid)
        until(lambda: server.pid is None)
        supervisor.look(moment + PAUSE_FIRST_S)
        assert supervisor.processes() == [], "its turn has come, and the database is not there"
        supervisor.look(moment + 2 * PAUSE_FIRST_S)
        assert [role for role, _ in supervisor.processes()] == ["postgresql", "role"]
    finally:
        supervisor.end()


def _kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def line(logger: str, message: str, *args: object, error: Exception | None = None) -> dict[str, object]:
    """What the formatter makes of one record."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines("work"))
    record = logging.LogRecord(logger, logging.ERROR, __file__, 1, message, args, None)
    if error is not None:
        try:
            raise error
        except Exception:
            record.exc_info = sys.exc_info()
    handler.emit(record)
    made: dict[str, object] = json.loads(stream.getvalue())
    return made


def test_logs_carry_nothing_that_a_library_quotes() -> None:
    """Arguments of other people's lines and texts of exceptions stay out; class and place stay in."""
    theirs = line("django.request", "Not Found: %s", "/inbox/kim@example.org")
    assert theirs["event"] == "Not Found: %s"
    filled = line("django.security.DisallowedHost", "Invalid HTTP_HOST header: 'kim.example'")
    assert "kim" not in json.dumps(filled)
    ours = line("jawort.work", "failed", error=ValueError("Kim, 0152 28817386"))
    assert ours["error"] == "ValueError"
    assert "Kim" not in json.dumps(ours)
    assert "test_supervise.py" in str(ours["frames"])


def test_others_speak_through_our_logs_or_not_at_all() -> None:
    """What a process hears from its libraries, from warnings, from threads and from the interpreter: lines of JSON

    with the keys that the operators' page names, and nothing of what they quote."""
    done = subprocess.run([sys.executable, "-c", TALKS], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {line["logger"] for line in lines} >= {
        "asyncio",
        "django.request",
        "jawort.cli",
        "psycopg",
        "py.warnings",
        "uvicorn.error",
    }
    for line in lines:
        assert list(line)[:5] == ["at", "level", "role", "logger", "event"]
        assert not line.keys() - {"at", "level", "role", "logger", "event", *FACTS, "error", "frames"}
    assert "Kim" not in done.stderr
    assert "0152" not in done.stderr


def test_children_start_from_the_main_thread_only() -> None:
    """A death signal belongs to the thread that forked."""
    caught: list[str] = []

    def start() -> None:
        try:
            child(SLEEPS).start()
        except RuntimeError as error:
            caught.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in caught[0]
