"""What every test shares; each file of tests/fixtures says one thing about it."""

pytest_plugins = [
    "tests.fixtures.postgres",
    "tests.fixtures.network",
    "tests.fixtures.time",
    "tests.fixtures.keys",
    "tests.fixtures.cast",
    "tests.fixtures.scene",
    "tests.fixtures.scene",
    "tests.fixtures.browser",
]
