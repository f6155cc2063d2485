"""`doctor` asks every package, and what it finds is said in sentences."""

import os
from pathlib import Path

import pytest

from jawort.cli import postgres_places, postgres_programs
from jawort.cli.doctor import CHECKS, check_world, surroundings, unmigrated
from jawort.core import clock
from jawort.core.config import Config
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
    assert [str(lost) in note.text for note in postgres_places.orphans()] == [True]
