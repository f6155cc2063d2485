"""Two nodes that migrate at once, and one that broke off."""

import threading
import time

import pytest
from django.db import IntegrityError, connection

from jawort.cli.migrate import LOCK, migrate

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_node_that_waits_does_not_hold_up_an_index_that_the_other_builds_beside_running_processes() -> None:
    asked = threading.Event()

    def second() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET application_name = 'second node'")
        asked.set()
        migrate()
        connection.close()

    node = threading.Thread(target=second)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            node.start()
            asked.wait()
            time.sleep(0.5)  # it has asked more than once
            cursor.execute("CREATE INDEX CONCURRENTLY waits_for_views ON staff_agent (id)")
            assert node.is_alive()
        finally:
            cursor.execute("DROP INDEX IF EXISTS waits_for_views")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    node.join()


def test_an_index_that_was_left_unfinished_does_not_stand_in_the_way() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE two_alike AS SELECT 1 AS id FROM generate_series(1, 2)")
        try:
            with pytest.raises(IntegrityError):
                cursor.execute("CREATE UNIQUE INDEX CONCURRENTLY left_over ON two_alike (id)")
            cursor.execute("SELECT to_regclass('left_over')")
            assert cursor.fetchone() == ("left_over",)
            migrate()
            cursor.execute("SELECT to_regclass('left_over')")
            assert cursor.fetchone() == (None,)
        finally:
            cursor.execute("DROP TABLE two_alike")
