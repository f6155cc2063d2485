"""What holds on the newest PostgreSQL holds on the oldest that Jawort takes, over TCP and with a password."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bench.bodies import Writer
from jawort.channels.whatsapp.signature import sign
from jawort.cli.loopback import Unanswered, ask
from tests.fixtures.ports import free_ports
from tests.house.tree import ROOT
from tests.postgres15.conftest import BIN, PASSWORD, Server15

PATIENCE_S = 90
SECRET = "app secret of PostgreSQL 15"


def clean(**more: object) -> dict[str, str]:
    """The environment without anything of this run."""
    foreign = ("JAWORT_TEST", "DATABASE_URL", "DJANGO_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {name: str(value) for name, value in more.items()}


def run(environment: dict[str, str], *arguments: str | Path) -> str:
    """What a Python program says; its failure with all it said."""
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def schema(server: Server15, name: str) -> str:
    """All that makes up the tables, and which migrations are done."""
    where = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "jawort", name]
    dump = [str(BIN / "pg_dump"), "--schema-only", *where]
    shown = subprocess.run(dump, env={"PGPASSWORD": PASSWORD}, capture_output=True, text=True, check=True).stdout
    with psycopg.connect(server.url(name)) as link:
        done = link.execute("SELECT app, name, applied FROM django_migrations ORDER BY id").fetchall()
    # Each dump carries a random word for psql.
    return re.sub(r"^\\(un)?restrict .*$", "", shown, flags=re.MULTILINE) + str(done)


def test_migrations_run_from_nothing_and_then_change_nothing(server15: Server15, tmp_path: Path) -> None:
    with server15.database("migrations") as url:
        (tmp_path / "url").write_text(url, encoding="utf-8")
        environment = clean(DATABASE_URL_FILE=tmp_path / "url", JAWORT_DATA_DIR=tmp_path)
        with psycopg.connect(url) as link:
            assert link.info.server_version // 10_000 == 15
        run(environment, "-m", "jawort", "migrate")
        first = schema(server15, "migrations")
        assert "vault_transitday" in first
        run(environment, "-m", "jawort", "migrate")
        assert schema(server15, "migrations") == first
        django = ["-m", "django", "makemigrations", "--check", "--dry-run"]
        assert "No changes detected" in run(environment | {"DJANGO_SETTINGS_MODULE": "jawort.settings"}, *django)


def again(url: str, *parts: str) -> None:
    """Parts of the suite once more, in a run of their own."""
    own = {"JAWORT_TEST_DATABASE": url, "DATABASE_URL": url, "JAWORT_TEST_DB_NAME": "test_suite_15"}
    said = run(clean(**own), "-m", "pytest", "-q", "-p", "no:cacheprovider", *parts)
    print(*parts, "on PostgreSQL 15:", said.splitlines()[-1])


@pytest.mark.long
def test_lanes_and_ledger_hold(server15: Server15) -> None:
    with server15.hasty():
        again(server15.url("postgres"), "tests/lanes", "tests/ledger")


@pytest.mark.long
def test_a_message_goes_there_and_back(server15: Server15) -> None:
    """Webhook, answer, receipts; then `doctor` and `verify`. A demo of its own with WhatsApp's stand-in."""
    with server15.database("scenario") as url:
        again(url, "tests/scenarios/test_way.py::test_there_and_back_with_ticks")


@contextmanager
def serving(data_dir: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`jawort serve`; SIGTERM ends it with code 0."""
    process = subprocess.Popen([sys.executable, "-m", "jawort", "serve", "--data-dir", data_dir], env=environment)
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()


def eventually(holds: Callable[[], object]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up, "it did not come"
        time.sleep(0.1)


def status(url: str) -> int:
    """The status of a page, 0 while nobody answers."""
    try:
        return ask("GET", url)[0]
    except Unanswered:
        return 0


def connect_a_line(environment: dict[str, str], folder: Path) -> None:
    """As docs/operating.md tells an operator to."""
    for name, text in (("token", "access token"), ("secret", SECRET), ("verify", "verify token")):
        (folder / name).write_text(text, encoding="utf-8")
    who = ["--connect", "106540352242922", "--name", "Service", "--app", "Our app", "--waba-id", "102290129340398"]
    files = [f"--token-file={folder}/token", f"--secret-file={folder}/secret", f"--verify-token-file={folder}/verify"]
    about = ["--portfolio", "1", "--number", "+49 30 23125000"]
    about += ["--imprint", "https://firma.example/impressum", "--privacy", "https://firma.example/datenschutz"]
    run(environment, "-m", "jawort", "lines", *who, *about, *files)


@pytest.mark.long
def test_an_installation_serves(server15: Server15, tmp_path: Path) -> None:
    """Tables, readiness, a line, a webhook up to its sealed message, `doctor`, `verify`, the end."""
    data_dir, port = tmp_path / "data", free_ports(2)
    with server15.database("serve") as url:
        (tmp_path / "url").write_text(url, encoding="utf-8")
        own: dict[str, object] = {"JAWORT_PORT": port, "JAWORT_INGEST_PORT": port + 1, "JAWORT_WORK_PORT": 0}
        own |= {"JAWORT_GRAPH_URL": "http://127.0.0.1:9"}
        environment = clean(DATABASE_URL_FILE=tmp_path / "url", JAWORT_DATA_DIR=data_dir, **own)
        with serving(data_dir, environment), psycopg.connect(url, autocommit=True) as link:
            eventually(lambda: status(f"http://127.0.0.1:{port}/readyz") == 200)
            connect_a_line(environment, tmp_path)
            eventually(lambda: status(f"http://127.0.0.1:{port + 1}/readyz") == 200)
            assert post(port + 1) == 200
            eventually(lambda: link.execute("SELECT FROM messaging_message").rowcount == 1)
            eventually(lambda: link.execute("SELECT FROM ledger_entry WHERE log_index IS NULL").rowcount == 0)
            for command, findings in (("doctor", "findings"), ("verify", "problems")):
                told: dict[str, Any] = json.loads(run(environment, "-m", "jawort", command, "--json"))
                assert told[findings] == [], command


def post(port: int) -> int:
    """The listener's answer to a message."""
    about = {"phone_number_id": "106540352242922", "waba_id": "102290129340398"}
    body = Writer(about, 1).body(0, int(time.time()))
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as line:
        line.request("POST", "/webhooks/whatsapp", body, {"X-Hub-Signature-256": sign(body, SECRET.encode())})
        return line.getresponse().status
