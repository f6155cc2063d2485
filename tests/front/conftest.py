"""Listeners that several test files share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jawort.lines import rotate
from jawort.vault.state import Vault
from tests.fixtures.keys import ROOT_KEY
from tests.fixtures.postgres import url_of_test_database
from tests.front.ingest_listener import Listener, an_app, listening


@pytest.fixture(scope="module")
def long_lived(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    """One listener for all tests that leave it alive: starting one takes a second."""
    with listening(url_of_test_database(), tmp_path_factory.mktemp("listener"), Vault(ROOT_KEY)) as running:
        yield running


@pytest.fixture
def listener(database_url: str, long_lived: Listener) -> Listener:
    """The long-lived one, knowing this test's app and no other's."""
    rotate.notify_listener()
    long_lived.becomes("no app is connected")
    an_app()
    long_lived.becomes("ready")
    long_lived.before = {}
    long_lived.before = long_lived.counts()
    return long_lived


@pytest.fixture
def own_listener(database_url: str, tmp_path: Path, vault: Vault) -> Iterator[Listener]:
    """One that the test may end."""
    an_app()
    with listening(database_url, tmp_path, vault) as running:
        running.becomes("ready")
        yield running
