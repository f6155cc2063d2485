"""What every test shares: a real PostgreSQL."""

import os

from django.conf import settings


def pytest_configure() -> None:
    """Name the test database; a run of several people on one server uses a name each."""
    settings.DATABASES["default"]["TEST"] = {"NAME": os.environ.get("JAWORT_TEST_DB_NAME", "test_jawort")}
