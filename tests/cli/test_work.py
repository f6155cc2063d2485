"""A worker is whole or it is not: one thread that ends takes the others with it."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from jawort.alarms.tell import PACE as TOLD
from jawort.cli.crew import together
from jawort.cli.loopback import ask
from jawort.cli.simulator import from_environment
from jawort.cli.supervise import stopping
from jawort.cli.work import configuration, lane_workers
from jawort.cli.work_health import LOOKED_S_MAX, Pulse, WorkHealth, felt
from jawort.core.clock import now
from jawort.core.config import Config, ConfigError
from jawort.lanes.ears import Ears
from jawort.ledger.keys import signer
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.sequence import Sequencer
from jawort.messaging.carrier import GraphCarrier
from jawort.messaging.files.expect import PACE
from jawort.messaging.send import GIVING
from jawort.vault.state import Vault
from jawort.vault.transit import ensure_days
from tests.fixtures.ports import free_ports

GIVEN = {
    "SIMULATOR_PORT": "8472",
    "SIMULATOR_APP_SECRET": "a",
    "SIMULATOR_VERIFY_TOKEN": "b",
    "SIMULATOR_ACCESS_TOKEN": "c",
    "SIMULATOR_CALLBACK_URL": "http://127.0.0.1:8471/webhooks/whatsapp",
}


def waits(stop: threading.Event) -> None:
    """Works until it is asked to stop."""
    stop.wait()


def breaks(stop: threading.Event) -> None:
    """Breaks down."""
    raise ValueError("Kim")


def returns(stop: threading.Event) -> None:
    """Leaves early."""


@pytest.mark.parametrize("bad", [breaks, returns])
def test_a_thread_that_ends_ends_all(bad: object) -> None:
    """The exit code asks for a new start."""
    assert callable(bad)
    assert together({"bad": bad, "good": waits}, threading.Event()) == 1


def test_a_signal_that_another_thread_gets_is_heard() -> None:
    """The system chooses who gets it, and the main thread, which alone may act on it, sleeps meanwhile."""
    heard = []

    def gets_it(stop: threading.Event) -> None:
        time.sleep(0.1)  # the main thread waits by then
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        heard.append(stop.wait(10))
        stop.set()  # or this test would not end where it fails

    with stopping() as stop:
        assert together({"gets it": gets_it}, stop) == 0
    assert heard == [True]


def test_asked_to_stop_all_end() -> None:
    """Nothing went wrong then."""
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()
    assert together({"one": waits, "two": waits}, stop) == 0


def test_a_thread_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call under way does not hold up the end; what it was doing becomes unknown, and is found again."""
    monkeypatch.setattr("jawort.cli.crew.LAST_WORDS_S", 0.1)
    stop, end = threading.Event(), threading.Event()
    stop.set()

    ended: list[bool] = []

    def hangs(_stop: threading.Event) -> None:
        ended.append(end.wait(600))

    try:
        assert together({"hangs": hangs}, stop) == 0
        assert ended == [], "it was waited for"
    finally:
        end.set()


def test_those_who_hang_are_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is too late to note what became of their calls."""
    monkeypatch.setattr("jawort.cli.crew.CALLS_S", 0.1)
    stop, called = threading.Event(), threading.Event()
    stop.set()
    noted: list[bool] = []

    def calls(_stop: threading.Event) -> None:
        noted.append(called.wait(600))

    assert together({"calls": calls}, stop, called.set) == 0
    assert noted == [True]


@contextmanager
def healthy(url: str, port: int, *pulses: Pulse) -> Iterator[None]:
    """A worker's port, with these threads to tell of."""
    stop = threading.Event()
    health = WorkHealth(Config(database_url=url, work_port=port), {f"thread-{n}": one for n, one in enumerate(pulses)})
    thread = threading.Thread(target=health.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def test_a_worker_is_ready_when_it_can_do_all_its_work(database_url: str, vault: Vault) -> None:
    """The day's key, an intact ledger, and threads that look: each lack has its words."""
    port, pulse = free_ports(), Pulse(threading.Event())

    def says() -> tuple[int, bytes]:
        return ask("GET", f"http://127.0.0.1:{port}/readyz")

    with healthy(database_url, port, pulse):
        assert says() == (503, b"no transit key for today\n")
        assert ask("GET", f"http://127.0.0.1:{port}/healthz") == (200, b"ok\n")
        assert ask("GET", f"http://127.0.0.1:{port}/inbox/")[0] == 404
    ensure_days(now())
    with closing(Sequencer(signer(vault.root))) as sequencer:
        sequencer.integrate_once()
    with healthy(database_url, port, pulse):
        assert says() == (200, b"ready\n")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_head SET refused = true")
    with healthy(database_url, port, pulse):
        assert says() == (503, b"ledger refused\n")


def test_a_worker_whose_database_is_away_lives_and_is_not_ready(tmp_path: Path, vault: Vault) -> None:
    """A supervisor and a load balancer must draw different conclusions."""
    port = free_ports()
    with healthy(f"postgresql://nobody@/none?host={tmp_path}", port, Pulse(threading.Event())):
        assert ask("GET", f"http://127.0.0.1:{port}/readyz") == (503, b"database away\n")
        assert ask("GET", f"http://127.0.0.1:{port}/healthz") == (200, b"ok\n")
        assert b"jawort_database_answers 0.0\n" in ask("GET", f"http://127.0.0.1:{port}/metrics")[1]


def test_an_entry_that_waits_makes_a_worker_unready(database_url: str, vault: Vault) -> None:
    """Nothing leaves when the ledger is late, so nobody should think that all is well."""
    port = free_ports()
    with transaction.atomic():
        record([Entry(Kind.UPDATE_PARKED, "system", None, {})], now() - timedelta(minutes=1))
    ensure_days(now())
    with healthy(database_url, port, Pulse(threading.Event())):
        assert ask("GET", f"http://127.0.0.1:{port}/readyz") == (503, b"ledger late\n")


def test_a_thread_that_does_not_look_is_found(database_url: str, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks whether to stop is alive; who has not asked for long is stuck, and its age says since when."""
    moment = [1_000.0]
    monkeypatch.setattr("jawort.cli.work_health.monotonic", lambda: moment[0])
    stop = threading.Event()
    looks, hangs = Pulse(stop), Pulse(stop)
    port = free_ports()
    moment[0] += LOOKED_S_MAX + 1
    assert not looks.is_set()
    assert (looks.age(), hangs.age()) == (0.0, LOOKED_S_MAX + 1)
    with healthy(database_url, port, looks, hangs):
        assert ask("GET", f"http://127.0.0.1:{port}/readyz") == (503, b"a thread is stuck\n")
        text = ask("GET", f"http://127.0.0.1:{port}/metrics")[1].decode()
    assert f'jawort_worker_look_age_seconds{{thread="thread-1"}} {LOOKED_S_MAX + 1}' in text


def test_a_pulse_is_the_event_it_looks_at() -> None:
    """For all that the work does with it."""
    stop = threading.Event()
    pulse = Pulse(stop)
    assert not pulse.wait(0.01)
    felt(lambda seen: seen.set(), pulse)(stop)
    assert stop.is_set()
    assert pulse.wait(60)


def test_a_taken_port_of_the_worker_is_a_sentence(database_url: str) -> None:
    """It names the setting, and that there is another way."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match="work_port"):
            WorkHealth(Config(database_url=database_url, work_port=port), {})


def test_secrets_and_places_are_not_in_the_ledger() -> None:
    """Not even as a hash that somebody could try to guess."""
    plain = configuration(Config())
    assert configuration(Config(metrics_token="x" * 32, database_url="postgresql://a@b/c")) == plain
    assert configuration(Config(language="en")) != plain


def test_the_simulator_takes_its_settings_from_the_environment() -> None:
    """Typed by its own fields."""
    settings = from_environment(
        GIVEN | {"SIMULATOR_PROFILE": "bench", "SIMULATOR_ALLOWED_ORIGINS": "http://a,http://b"}
    )
    assert settings.port == 8472
    assert settings.profile == "bench"
    assert settings.allowed_origins == ("http://a", "http://b")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SIMULATOR_PORT": "many"}, "cannot be"),
        ({"SIMULATOR_SPEED": "1"}, "no setting “speed”"),
        ({"SIMULATOR_PAIR_LIMIT": "perhaps"}, "cannot be"),
        ({"SIMULATOR_PROFILE": "fast"}, "no simulator profile"),
        ({"SIMULATOR_HOST": "192.0.2.1"}, "loopback only"),
    ],
)
def test_wrong_settings_of_the_simulator_are_a_sentence(change: dict[str, str], words: str) -> None:
    """As for the product."""
    with pytest.raises(ConfigError, match=words):
        from_environment(GIVEN | change)


def test_missing_settings_of_the_simulator_are_named() -> None:
    """All of them at once."""
    with pytest.raises(ConfigError, match="SIMULATOR_APP_SECRET"):
        from_environment({})


@pytest.mark.parametrize("told", ["https://alarms.example/", ""])
def test_files_that_leave_do_not_wait_for_files_that_come(told: str) -> None:
    """Each pace is somebody's, long ones nobody's who does anything else; and no more threads than cores can bear."""
    carrier = GraphCarrier("http://127.0.0.1:1/v26.0")
    crew = lane_workers(carrier, "test", Ears(), Config(alarm_webhook_url=told))
    carrier.close()
    paces = {"quick": "", PACE: PACE, GIVING: GIVING, TOLD: TOLD}
    takes = {name: [known for known, pace in paces.items() if one.share.takes(pace)] for name, one in crew.items()}
    quick, teller = (["quick"], [[TOLD]]) if told else (["quick", TOLD], [])  # nobody to tell: no thread for it
    assert sorted(takes.values()) == sorted([quick] * 4 + [[PACE]] * 2 + [[GIVING], *teller])
    assert {one.at_once for name, one in crew.items() if takes[name] != quick} == {1}
