"""`serve`: an installation of its own comes up, says when it cannot, and ends when asked."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from jawort.cli.demo_place import ports
from jawort.cli.loopback import Unanswered, ask


def serve(data_dir: Path, port: int) -> subprocess.Popen[str]:
    """`jawort serve` on `port` and the next."""
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "jawort", "serve", "--data-dir", data_dir],
        env={**environ, "JAWORT_PORT": str(port), "JAWORT_INGEST_PORT": str(port + 1), "JAWORT_WORK_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def status(url: str) -> int:
    """The status of a page, 0 while nobody answers."""
    try:
        return ask("GET", url)[0]
    except Unanswered:
        return 0


def test_it_comes_up_and_ends(home: Path) -> None:
    """Database, tables, processes and a link for the first account; SIGTERM ends all with code 0, nothing listens."""
    with ports(None) as port:
        process = serve(home / "data", port)
        try:
            give_up = time.monotonic() + 90
            up = [f"http://127.0.0.1:{port + n}/{page}" for n, page in enumerate(("readyz", "healthz"))]
            while any(status(page) != 200 for page in up):
                assert process.poll() is None
                assert time.monotonic() < give_up
                time.sleep(0.1)
            assert process.stdout is not None
            said, link = process.stdout.readline(), process.stdout.readline().strip()
            assert said.startswith("Nobody can administer yet.")
            assert link.startswith(f"http://127.0.0.1:{port}/first/")
            assert [status(link), status(f"{link}x")] == [200, 404]
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
        assert process.returncode == 0
        assert status(f"http://127.0.0.1:{port}/readyz") == 0


def test_a_taken_port_is_a_sentence(home: Path) -> None:
    """Said before anything is started, and made."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = serve(home / "data", port)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 2
    assert said == f"Nothing can listen on 127.0.0.1:{port}: end what does, or set “port” to another port.\n"
    assert not (home / "data").exists()


def test_a_key_that_others_can_read_is_refused(home: Path) -> None:
    """With what to do, before the database is opened."""
    (home / "data").mkdir()
    key = home / "data" / "root.key"
    key.write_text("too open")
    key.chmod(0o644)
    with ports(None) as port:
        process = serve(home / "data", port)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 2
    assert "chmod 600" in said
    assert not (home / "data" / "pg").exists()
