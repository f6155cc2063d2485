"""The demo: one line of JSON with what others rely on, everything behind it alive, and nothing left afterwards."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from jawort.cli import demo_place
from jawort.cli.demo_notes import STAFF, Notes, notes_of
from jawort.cli.demo_stories import CUSTOMERS, STORY, Answers, Says
from jawort.cli.demo_templates import TEMPLATES
from jawort.cli.demo_words import progress, welcome
from jawort.cli.loopback import Unanswered, ask, call
from jawort.core.config import ConfigError
from jawort.core.phone import parse
from jawort.simulator.payload import signature
from jawort.staff.permissions import Role

NOTHING_NEW = b'{"object":"whatsapp_business_account","entry":[]}'
KEYS = {
    *("url", "webhook_url", "app_secret", "verify_token", "phone_number_id", "waba_id", "simulator_url"),
    *("simulator_control_url", "api_url", "api_token", "ledger_url", "ledger_vkey", "database_url", "data_dir"),
    *("widget_url", "consent_form_id", "processes", "sign_ins"),
}
#: Bundesnetzagentur, numbers for media productions.
FICTION = re.compile(
    r"\+49(15228817386|15228895456|15254599371|172(9925904|9968532|997318[56]|9980752)|174(9091317|9464308)|176040690\d\d)"
)
START_S = 120


class Run:
    """A demo in a process of its own."""

    def __init__(self, *arguments: str, cwd: Path) -> None:
        environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jawort", "demo", "--json", *arguments],
            cwd=cwd,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def told(self) -> dict[str, Any]:
        """The line, as soon as it is there."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        made: dict[str, Any] = json.loads(line)
        return made

    def end(self, sign: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Ask it to end; the exit code, and what else it said on standard output."""
        self.process.send_signal(sign)
        rest, _ = self.process.communicate(timeout=60)
        return self.process.returncode, rest


def until(holds: Callable[[], bool], within: float = 60.0) -> None:
    """Wait until `holds()`."""
    give_up = time.monotonic() + within
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.strip() != "" and not state.startswith("Z")


def looks(command: str, demo: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """What `doctor` or `verify` says of a demo that runs: exit code and JSON."""
    said = subprocess.run(
        [sys.executable, "-m", "jawort", command, "--json", "--data-dir", demo["data_dir"]],
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        capture_output=True,
        text=True,
        check=False,
    )
    made: dict[str, Any] = json.loads(said.stdout)
    return said.returncode, made


def stats(demo: dict[str, Any]) -> dict[str, Any]:
    """The demo's figures."""
    found: dict[str, Any] = call("GET", f"{demo['api_url']}/stats", headers=bearer(demo))
    return found


def bearer(demo: dict[str, Any]) -> dict[str, str]:
    """How its API is called."""
    return {"Authorization": f"Bearer {demo['api_token']}"}


def conversations(demo: dict[str, Any]) -> list[dict[str, Any]]:
    """The newest conversations."""
    found: list[dict[str, Any]] = call("GET", f"{demo['api_url']}/conversations?limit=200", None, bearer(demo))["items"]
    return found


def status(demo: dict[str, Any], chat: dict[str, Any], sent: dict[str, Any]) -> str:
    """How far a message has come."""
    said = call("GET", f"{demo['api_url']}/conversations/{chat['id']}/messages", None, bearer(demo))["items"]
    return next(str(one["status"]) for one in said if one["id"] == sent["id"])


def reached(demo: dict[str, Any], chat: dict[str, Any], sent: dict[str, Any]) -> bool:
    """Whether a message is on the customer's phone."""
    return status(demo, chat, sent) in {"delivered", "read"}


def answers(demo: dict[str, Any]) -> bool:
    """Whether desk and simulator are there."""
    try:
        return ask("GET", f"{demo['url']}/readyz")[0] == ask("GET", f"{demo['simulator_control_url']}/state")[0] == 200
    except Unanswered:
        return False


def writes(demo: dict[str, Any], text: str) -> None:
    """Kim writes, from a simulated phone."""
    kim = CUSTOMERS["kim"]
    call("POST", f"{demo['simulator_control_url']}/users", {"phone": kim.phone, "name": kim.name, "bsuid": kim.bsuid})
    call("POST", f"{demo['simulator_control_url']}/users/{kim.phone}/messages", {"type": "text", "text": text})


def brings(demo: dict[str, Any], body: bytes) -> int:
    """The listener's answer to a signed webhook."""
    address = urlsplit(demo["webhook_url"])
    with closing(HTTPConnection(address.netloc)) as connection:
        connection.request("POST", address.path, body, {"X-Hub-Signature-256": signature(body, demo["app_secret"])})
        return connection.getresponse().status


def serves_the_widget(demo: dict[str, Any]) -> None:
    """The script at `widget_url` is the form `consent_form_id`, and the phone's website, another origin, shows it."""
    code, address = demo["consent_form_id"], urlsplit(demo["widget_url"])
    status, script = ask("GET", demo["widget_url"])
    assert (status, f"{address.scheme}://{address.netloc}") == (200, demo["url"])
    asked = json.loads(script.decode().split("const asked = ")[1].split(";\n")[0])
    assert (asked["link"], asked["language"]) == (code, "de")
    website = demo["simulator_control_url"].removesuffix("/__sim")
    assert f'<script src="{demo["widget_url"]}"' in ask("GET", f"{website}/website")[1].decode()
    with closing(HTTPConnection(address.netloc)) as connection:
        form = {"Origin": website, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", urlsplit(asked["slip"]).path, f"yes=yes&text={asked['text']}", form)
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, website)
        assert json.loads(answer.read())["address"].startswith(f"{website}/wa.me/493023125000?text=")


@pytest.fixture
def started(home: Path) -> Iterator[Callable[..., Run]]:
    """Starts demos, and ends what a test left running."""
    runs: list[Run] = []

    def start(*arguments: str) -> Run:
        runs.append(Run(*arguments, cwd=home))
        return runs[-1]

    yield start
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
        run.process.communicate()


def test_one_line_and_all_of_it_true(started: Callable[..., Run], home: Path) -> None:
    """Exactly the keys that others rely on; every process lives, a killed one comes back, and all end when asked."""
    run = started("--empty")
    demo = run.told()
    assert demo.keys() == KEYS
    assert Path(demo["data_dir"]) == home / "data" / "demo"
    roles = {"postgresql", "front", "ingest", "work", "work-2", "search", "simulator"}
    assert {one["role"] for one in demo["processes"]} == roles
    assert {one["role"] for one in demo["sign_ins"]} == {role.value for role in Role}
    assert all({"name", "role", "email", "password", "api_token"} == one.keys() for one in demo["sign_ins"])
    assert brings(demo, NOTHING_NEW) == 200  # ready is ready: the very first webhook is taken
    writes(demo, "Hallo")
    until(lambda: stats(demo)["messages"]["in"] == 1)
    serves_the_widget(demo)
    assert looks("doctor", demo) == (0, {"ok": True, "findings": []})
    code, verdict = looks("verify", demo)
    assert (code, verdict["ok"], verdict["records_checked"], verdict["problems"]) == (0, True, 1, [])
    pids = {one["role"]: one["pid"] for one in demo["processes"]}
    for pid in pids.values():
        os.kill(pid, signal.SIGKILL)
    until(lambda: answers(demo))
    writes(demo, "Noch da?")
    until(lambda: stats(demo)["messages"]["in"] == 2)
    with psycopg.connect(demo["database_url"], autocommit=True) as database:
        database.execute(
            "UPDATE messaging_message SET ciphertext = set_byte(ciphertext, 3, 255 - get_byte(ciphertext, 3))"
        )
    code, verdict = looks("verify", demo)
    assert (code, verdict["ok"]) == (1, False)
    assert {problem["code"] for problem in verdict["problems"]} == {"record.changed"}
    assert run.end() == (0, "")
    assert not any(alive(pid) for pid in pids.values())
    modes = {
        name: stat.S_IMODE((home / "data/demo" / name).stat().st_mode)
        for name in ("demo.json", "demo.log", "root.key", "ledger.mark")
    }
    assert set(modes.values()) == {0o600}


@pytest.mark.long
def test_a_killed_demo_leaves_nothing_and_goes_on(started: Callable[..., Run], home: Path) -> None:
    """kill -9 of the demo ends its processes; the next start finds everything, and every secret is the same."""
    closed = home / "zu"
    closed.mkdir(mode=0o700)
    run = started("--empty", "--data-dir", str(closed / "Vorführung"))
    first = run.told()
    writes(first, "Hallo")
    until(lambda: stats(first)["messages"]["in"] == 1)
    run.end(signal.SIGKILL)
    until(lambda: not any(alive(one["pid"]) for one in first["processes"]))
    again = started("--empty", "--data-dir", str(closed / "Vorführung"))
    second = again.told()
    assert stats(second)["messages"]["in"] == 1
    same = {"app_secret", "verify_token", "api_token", "ledger_vkey", "sign_ins"}
    assert {key: first[key] for key in same} == {key: second[key] for key in same}
    writes(second, "Wieder da?")
    until(lambda: stats(second)["messages"]["in"] == 2)
    assert again.end(signal.SIGINT) == (0, "")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.long
def test_a_simulator_that_is_started_again_knows_its_people(started: Callable[..., Run]) -> None:
    """It keeps nothing; without their last words WhatsApp would let nobody answer them."""
    demo = started().told()
    guest = {"phone": "+4917604069050", "name": "Wer das hier liest"}
    call("POST", f"{demo['simulator_control_url']}/users", guest)
    call("POST", f"{demo['simulator_control_url']}/users/{guest['phone']}/messages", {"text": "Guten Tag"})
    names = (CUSTOMERS["kim"].name, guest["name"])
    until(lambda: {one["contact"]["name"] for one in conversations(demo)} >= set(names))
    chats = [one for one in conversations(demo) if one["contact"]["name"] in names]
    (phones,) = (one["pid"] for one in demo["processes"] if one["role"] == "simulator")
    os.kill(phones, signal.SIGKILL)
    until(lambda: answers(demo))
    until(lambda: len(call("GET", f"{demo['simulator_control_url']}/users")["items"]) == len(CUSTOMERS) + 1)
    for chat in chats:
        sent = call("POST", f"{demo['api_url']}/conversations/{chat['id']}/messages", {"text": "Da?"}, bearer(demo))
        until(partial(reached, demo, chat, sent))
    assert len(call("GET", f"{demo['simulator_control_url']}/users")["items"]) == len(CUSTOMERS) + 1
    until(lambda: len(call("GET", f"{demo['simulator_control_url']}/templates")["items"]) == len(TEMPLATES) + 1)
    with psycopg.connect(demo["database_url"], autocommit=True) as database:
        listed = "SELECT FROM lines_template WHERE status IN ('APPROVED', 'REJECTED')"
        until(lambda: database.execute(listed).rowcount >= len(TEMPLATES))


@pytest.mark.long
def test_two_demos_side_by_side(started: Callable[..., Run], home: Path) -> None:
    """Started in the same moment from the same place: other directories, other ports, other customers' messages."""
    runs = [started(), started("--empty")]
    demos = [run.told() for run in runs]
    assert demos[0]["data_dir"] != demos[1]["data_dir"]
    assert demos[0]["url"] != demos[1]["url"]
    told = sum(isinstance(act, Says) for _, acts in STORY for act in acts)
    loaded = next(demo for demo in demos if stats(demo)["messages"]["in"])
    assert stats(loaded)["messages"]["in"] == told
    empty = next(demo for demo in demos if demo is not loaded)
    writes(empty, "Nur hier")
    until(lambda: stats(empty)["messages"]["in"] == 1)
    assert stats(loaded)["messages"]["in"] == told
    assert [run.end() for run in runs] == [(0, ""), (0, "")]


def test_ports_that_are_taken_are_a_sentence(home: Path) -> None:
    """Asked for ports are not exchanged for others."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1] - 1
        with pytest.raises(ConfigError, match="name the first of three"), demo_place.ports(port):
            pass
        with demo_place.ports(None) as first, demo_place.ports(None) as second:
            assert second > first + 2


def test_a_directory_is_one_demos(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default gives way to the next, one that was asked for does not."""
    monkeypatch.chdir(home)
    with demo_place.directory(None) as first, demo_place.directory(None) as second:
        assert (first.name, second.name) == ("demo", "demo-2")
        with pytest.raises(ConfigError, match="running on"), demo_place.directory(first):
            pass
    with demo_place.directory(None) as again:
        assert again == first


def test_a_directory_made_in_the_same_moment_is_still_one_demos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight at once, nothing there yet: eight directories, whoever made which first."""
    demos = 8

    def enter(together: Barrier) -> Path:
        together.wait()
        with demo_place.directory(None) as place:
            together.wait()
            return place

    with ThreadPoolExecutor(demos) as threads:
        for number in range(50):
            (turn := tmp_path / str(number)).mkdir()
            monkeypatch.chdir(turn)
            places = list(threads.map(enter, [Barrier(demos, timeout=10)] * demos))
            assert sorted(places) == sorted(
                {turn / "data/demo", *(turn / f"data/demo-{n}" for n in range(2, demos + 1))}
            )


def test_notes_are_kept_whole(tmp_path: Path) -> None:
    """Written at once with mode 0600, read back the same."""
    notes = Notes.made(notes_of(tmp_path))
    notes.write()
    notes.told = "whole"
    notes.write()
    assert Notes.read(notes_of(tmp_path)) == notes
    assert stat.S_IMODE(notes_of(tmp_path).stat().st_mode) == 0o600
    assert Notes.read(tmp_path / "none") is None


def test_the_cast_is_fiction() -> None:
    """Numbers reserved for it, roles that exist, a story that only its cast plays and that ends now."""
    numbers = [customer.phone for customer in CUSTOMERS.values()]
    assert len(set(numbers)) == len(numbers) == 12
    assert all(FICTION.fullmatch(number) and parse(number) for number in numbers)
    assert len({customer.bsuid for customer in CUSTOMERS.values()}) == 12
    assert {role for _, role, _ in STAFF} == {role.value for role in Role}
    acts = [act for _, step in STORY for act in step]
    assert {act.who for act in acts} == CUSTOMERS.keys()
    assert {act.staff for act in acts if isinstance(act, Answers)} <= {local for _, _, local in STAFF}
    minutes = [when for when, _ in STORY]
    assert minutes == sorted(minutes, reverse=True)
    assert minutes[-1] == 0


@pytest.mark.parametrize(
    ("language", "word"), [("de_DE.UTF-8", "Anmelden"), ("C", "Sign in"), ("en_GB.UTF-8", "Sign in")]
)
def test_the_welcome_speaks_the_terminals_language(
    language: str, word: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With every sign-in; progress goes to standard error and is silent for programs."""
    monkeypatch.setenv("LC_ALL", language)
    notes = Notes.made(notes_of(tmp_path))

    class Told:
        url = "http://127.0.0.1:8470"
        simulator_url = "http://127.0.0.1:8472"
        data_dir = tmp_path
        people = notes.sign_ins

    text = welcome(Told())
    assert word in text
    assert all(one.password in text for one in notes.sign_ins)
    progress(quiet=True)("database")
    assert capsys.readouterr() == ("", "")
    progress(quiet=False)("database")
    assert "PostgreSQL" in capsys.readouterr().err


def test_nobody_there_is_no_traceback() -> None:
    """A closed port is an Unanswered that names it."""
    with pytest.raises(Unanswered, match=r"127\.0\.0\.1:9/"):
        ask("GET", "http://127.0.0.1:9/healthz")
