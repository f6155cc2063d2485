"""What every test shares; each file of tests/fixtures says one thing about it."""

import gc

import pytest
from hypothesis import HealthCheck, settings

# No test fails on elapsed time, a property no more than others.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

pytest_plugins = [
    "tests.fixtures.postgres",
    "tests.fixtures.network",
    "tests.fixtures.time",
    "tests.fixtures.keys",
    "tests.fixtures.cast",
    "tests.fixtures.scene",
    "tests.fixtures.search",
    "tests.fixtures.simulator",
    "tests.fixtures.provider",
    "tests.fixtures.browser",
]

#: A file that asks for one of these runs for long: a browser, or whole installations.
SLOW = {"browser", "installation", "demo", "here", "home"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files first, else at random: at the end no worker has a long one left while the others have nothing."""
    slow = {item.path for item in items if SLOW.intersection(getattr(item, "fixturenames", ()))}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    # Modules and tests stay to the end: a tenth of the time went into looking whether they are garbage yet.
    gc.collect()
    gc.freeze()
