"""`doctor` asks every package, and what it finds is said in sentences."""

import os
import sys
from pathlib import Path

import pytest
from django.db import connection

from jawort.cli import doctor, postgres_places, postgres_programs
from jawort.cli.doctor import CHECKS, check_world, surroundings, unmigrated
from jawort.core import clock
from jawort.core.config import Config
from jawort.messaging.files import picture
from jawort.messaging.files.cell_words import NO_CELL
from jawort.vault.root import load_or_create, write_ingest_key
from jawort.vault.transit import ensure_days

PACKAGES = Path(__file__).parents[2] / "jawort"


def test_every_package_that_checks_is_asked() -> None:
    """A checks.py that nobody calls would be a promise that nobody keeps."""
    assert CHECKS.keys() == {file.parent.name for file in PACKAGES.glob("*/checks.py")}


@pytest.mark.django_db(transaction=True)
def test_an_empty_world_holds() -> None:
    """Fresh tables on the first day: nothing to find, nothing to migrate."""
    ensure_days(clock.now())
    assert unmigrated() == []
    assert check_world() == []


@pytest.mark.django_db
def test_keys_that_others_can_read_are_found(tmp_path: Path) -> None:
    """Key files are named with what to do; so is one that is not there."""
    config = Config(data_dir=tmp_path)
    assert "key.missing" in {finding.code for finding in surroundings(config)}
    write_ingest_key(config.ingest_key, load_or_create(config.root_key))
    assert not {finding.code for finding in surroundings(config)} & {"key.missing", "key.open"}
    config.ingest_key.chmod(0o644)
    assert "key.open" in {finding.code for finding in surroundings(config)}


@pytest.mark.django_db
def test_a_clock_outside_a_demo_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that can be moved has no place where real customers are."""
    monkeypatch.setitem(os.environ, "JAWORT_CLOCK_FILE", str(tmp_path / "clock"))
    assert "clock.moved" in {finding.code for finding in surroundings(Config(data_dir=tmp_path))}
    assert "clock.moved" not in {finding.code for finding in surroundings(Config(data_dir=tmp_path, demo=True))}


def test_clusters_without_a_data_directory_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who deletes a data directory leaves the cluster that stood in for it."""
    monkeypatch.setattr(postgres_programs, "SHARED", tmp_path)
    kept, lost = tmp_path / "clusters" / "kept", tmp_path / "clusters" / "lost"
    for home in (kept, lost):
        (home / "pg").mkdir(parents=True)
        (tmp_path / home.name).mkdir()
        (home / "belongs-to").write_text(f"{tmp_path / home.name}\n", encoding="utf-8")
        (tmp_path / home.name / "pg").symlink_to(home / "pg")
    assert postgres_places.orphans() == []
    (tmp_path / "lost" / "pg").unlink()
    (note,) = postgres_places.orphans()
    assert (note.code, str(lost) in note.text) == ("postgresql.orphan", True)


def told(config: Config) -> dict[str, str]:
    return {finding.code: finding.text for finding in surroundings(config)}


@pytest.mark.django_db
def test_a_server_that_may_lose_what_it_acknowledged_is_found(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert "synchronous_commit" in told(Config(data_dir=tmp_path))["postgresql.not_durable"]


@pytest.mark.django_db
def test_damaged_pages_are_found(tmp_path: Path) -> None:
    """What PostgreSQL has counted; a temporary view stands before its own."""
    assert "postgresql.damaged" not in told(Config(data_dir=tmp_path))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP VIEW pg_stat_database AS SELECT 3::bigint AS checksum_failures")
    assert told(Config(data_dir=tmp_path))["postgresql.damaged"].startswith("3 damaged pages")


@pytest.mark.django_db
def test_a_server_that_is_too_old_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "postgresql.version" not in told(Config(data_dir=tmp_path))
    monkeypatch.setattr(doctor, "MAJOR_MIN", 99)
    assert "needs 99" in told(Config(data_dir=tmp_path))["postgresql.version"]


@pytest.mark.django_db
def test_a_cluster_that_others_can_enter_is_found(tmp_path: Path) -> None:
    cluster = tmp_path / "pg"
    cluster.mkdir(mode=0o700)
    assert "postgresql.open" not in told(Config(data_dir=tmp_path))
    cluster.chmod(0o750)
    assert f"chmod 700 {cluster}" in told(Config(data_dir=tmp_path))["postgresql.open"]


@pytest.mark.django_db
def test_tables_of_an_older_version_are_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'messaging'")
    assert [finding.code for finding in unmigrated()] == ["database.migrations"]


@pytest.mark.django_db
def test_a_machine_on_which_no_picture_can_be_drawn_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "files.no_cell" not in told(Config(data_dir=tmp_path))
    monkeypatch.setattr(picture, "CELL", (sys.executable, "-c", f"import sys; sys.exit({NO_CELL})"))
    assert "files.no_cell" in told(Config(data_dir=tmp_path))
