"""Another version or setting stands in the ledger, once."""

from datetime import timedelta
from pathlib import Path

import pytest

from jawort.cli.work import configuration
from jawort.core.config import Config
from jawort.ledger.configuration import INSTALLATION, note
from jawort.ledger.models import Entry
from tests.fixtures.time import Clock

pytestmark = pytest.mark.django_db


def test_what_changes_is_entered_and_what_stays_is_not(clock: Clock) -> None:
    assert note({"version": "1", "settings": "a"}, clock.at)
    assert not note({"version": "1", "settings": "a"}, clock.at + timedelta(days=1))
    assert note({"version": "2", "settings": "a"}, clock.at + timedelta(days=2))
    assert note({"version": "1", "settings": "a"}, clock.at + timedelta(days=3)), "back again is a change too"
    kept = Entry.objects.filter(object=INSTALLATION).order_by("pk")
    assert [entry.facts["version"] for entry in kept] == ["1", "2", "1"]


def test_the_hash_covers_what_decides_and_no_secret() -> None:
    """A password that is changed is no other configuration, and nobody can guess one from the hash."""
    before = configuration(Config(database_url="postgresql://u:first@/j"))
    assert configuration(Config(database_url="postgresql://u:second@/j")) == before
    assert configuration(Config(data_dir=Path("elsewhere"))) == before
    assert configuration(Config(ledger_readers="192.0.2.7")) != before
