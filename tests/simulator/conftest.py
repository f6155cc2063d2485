"""The usual stage; `start` of tests/fixtures/simulator.py starts others."""

import pytest

from tests.simulator.stage import Stage, Start


@pytest.fixture
def stage(start: Start) -> Stage:
    """The usual stage."""
    return start()
