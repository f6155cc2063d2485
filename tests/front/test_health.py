"""Health and figures as a probe and Prometheus meet them, over real servers; who may read what."""

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction
from prometheus_client.parser import text_string_to_metric_families

from jawort.core.clock import now
from jawort.front.figures import COUNTED_MAX, FIGURES
from jawort.front.health import is_local
from jawort.front.probe import Probe
from jawort.front.readiness import Readiness
from jawort.intake.models import RawEvent
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.vault.models import Epoch
from jawort.vault.state import Vault, unlock_with
from jawort.vault.transit import ensure_days
from tests.front.ingest_listener import Listener
from tests.front.serving import Place, serving

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def desk(database_url: str, vault: Vault) -> Iterator[Place]:
    with serving(metrics_token=TOKEN) as place:
        yield place


def says(place: Place, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    with place.ask(method, path, None, **headers) as answer:
        return answer.status, answer.read().decode()


def figures(place: Place) -> dict[str, float]:
    """What the desk's process says that has no labels, read as Prometheus reads it."""
    families = text_string_to_metric_families(says(place, "/metrics")[1])
    return {one.name: one.value for family in families for one in family.samples if not one.labels}


def test_a_desk_with_all_it_needs_is_ready(desk: Place) -> None:
    assert says(desk, "/healthz") == (200, "ok\n")
    assert says(desk, "/readyz") == (200, "ready\n")
    assert says(desk, "/readyz", "HEAD") == (200, "")
    assert says(desk, "/readyz", "POST")[0] == says(desk, "/metrics", "DELETE")[0] == 405


def test_a_desk_whose_tables_are_old_is_not_ready(desk: Place) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = 'x' || name WHERE app = 'messaging'")
        try:
            assert says(desk, "/readyz") == (503, "migrations not applied\n")
        finally:
            cursor.execute("UPDATE django_migrations SET name = substr(name, 2) WHERE app = 'messaging'")


def test_a_desk_without_tables_is_not_ready(desk: Place) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")
        try:
            assert says(desk, "/readyz") == (503, "migrations not applied\n")
            assert says(desk, "/healthz") == (200, "ok\n")
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO django_migrations")


def test_a_desk_with_a_key_of_another_installation_is_not_ready(desk: Place, vault: Vault) -> None:
    ensure_days(now())
    assert Epoch.objects.exists()
    try:
        unlock_with(b"another root key, 32 bytes long!")
        assert says(desk, "/readyz") == (503, "root key does not fit\n")
    finally:
        unlock_with(vault.root)


def test_figures_are_for_this_machine_and_for_who_has_the_token(desk: Place) -> None:
    """What a proxy passed on is a stranger's, though the proxy is a neighbour."""
    assert says(desk, "/metrics")[0] == 200
    for header in ("X_Forwarded_For", "X_Forwarded_Proto", "Forwarded", "X_Real_IP", "Via"):
        far = {header: "127.0.0.1"}
        assert says(desk, "/metrics", **far)[0] == 401
        assert says(desk, "/metrics", **far, Authorization=f"Bearer {TOKEN}")[0] == 200
        for wrong in (f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer ", "Bearer", "Bearer é"):
            assert says(desk, "/metrics", **far, Authorization=wrong)[0] == 401, wrong


def test_without_a_token_strangers_see_no_figures(database_url: str, vault: Vault) -> None:
    with serving() as place:
        for given in ("Bearer ", f"Bearer {TOKEN}"):
            assert says(place, "/metrics", Via="1.1 proxy", Authorization=given)[0] == 404


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.7", False),
        ("::ffff:192.0.2.7", False),
        ("0.0.0.0", False),
        ("unix:", False),
        ("", False),
    ],
)
def test_who_is_near(address: str, near: bool) -> None:
    assert is_local({"client": (address, 1), "headers": []}) == near
    assert not is_local({"client": None, "headers": []})


def test_figures_say_what_waits(desk: Place) -> None:
    at = now()
    RawEvent.objects.bulk_create(RawEvent(received_at=at, source="whatsapp", body=b"x") for _ in range(3))
    RawEvent.objects.create(received_at=at, source="whatsapp", body=b"x", parked_at=at, reason="malformed")
    with transaction.atomic():
        enqueue([NewJob("a", "deliver", {}), NewJob("b", "deliver", {})], at)
    found = figures(desk)
    assert found["jawort_database_answers"] == 1
    assert found["jawort_intake_waiting_bodies"] == 3
    assert 0 < found["jawort_intake_oldest_waiting_seconds"] < 3_600
    assert found["jawort_intake_parked"] == 1
    assert found["jawort_lanes_due"] == 2
    assert found["jawort_lanes_late"] == found["jawort_lanes_running"] == found["jawort_lanes_parked_jobs"] == 0


def test_what_piles_up_is_counted_to_a_limit(desk: Place) -> None:
    """An outage of a day must not make the figures the next one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_rawevent (received_at, source, body) SELECT %s, 'whatsapp', '' "
            "FROM generate_series(1, %s)",
            [now(), COUNTED_MAX + 5],
        )
    assert figures(desk)["jawort_intake_waiting_bodies"] == COUNTED_MAX


def test_a_desk_whose_database_is_away_lives_and_is_not_ready(tmp_path: Path, vault: Vault) -> None:
    """Told at once, and told again while it lasts."""

    async def asked() -> list[str]:
        ready = Readiness(Probe(f"postgresql://nobody@/none?host={tmp_path}"))
        return [await ready(), await ready()]

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, asked()).result() == ["database away"] * 2


def test_a_database_that_does_not_answer_leaves_figures_out(desk: Place, database_url: str) -> None:
    """None rather than old ones; and asking waits for nobody: another holds a table here."""
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE lanes_lane IN ACCESS EXCLUSIVE MODE")
        found = figures(desk)
        assert found["jawort_database_answers"] == 0
        assert not {figure.name for figure in FIGURES} & found.keys()
        assert says(desk, "/readyz") == (200, "ready\n")


def test_every_figure_follows_the_naming_rules(desk: Place) -> None:
    """Prometheus' own: base units, `_total` on counters and on nothing else, a help line and a type for each."""
    text = says(desk, "/metrics")[1]
    ours = [family for family in text_string_to_metric_families(text) if family.name.startswith("jawort_")]
    assert ours
    for family in ours:
        assert family.documentation.endswith("."), family.name
        assert family.type != "unknown", family.name
        for sample in family.samples:
            assert (family.type == "counter") == sample.name.endswith("_total"), sample.name
            assert not sample.name.endswith(("_ms", "_minutes", "_kb", "_created")), sample.name
            assert len(sample.labels) <= 3, sample.name


def test_the_answer_is_what_a_scraper_expects(desk: Place) -> None:
    with closing(socket.create_connection(("127.0.0.1", desk.port), timeout=10)) as wire:
        wire.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        head = wire.makefile("rb").read().partition(b"\r\n\r\n")[0].lower()
    assert b"content-type: text/plain; version=0.0.4; charset=utf-8" in head
    assert b"cache-control: no-store" in head


def test_the_listener_is_alive_before_it_is_ready(listener: Listener) -> None:
    assert listener.ask("GET", "/healthz") == (200, b"ok\n")
    assert listener.ask("GET", "/readyz") == (200, b"ready\n")
    assert listener.ask("GET", "/metrics", headers={"X-Forwarded-For": "127.0.0.1"})[0] == 404
