"""Old and new processes work side by side during an update: what steps.py says holds of each migration."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from jawort import __version__
from tests.house.steps import SMALL, too_soon

#: The newest of each app from before anybody could run two versions side by side. What is not named began later.
FIRST = {
    "attendance": 1,
    "attributes": 1,
    "consent": 3,
    "drafts": 1,
    "files": 2,
    "intake": 1,
    "labels": 1,
    "lanes": 1,
    "ledger": 2,
    "lines": 6,
    "mentions": 1,
    "messaging": 7,
    "people": 7,
    "quick_replies": 1,
    "saved_views": 1,
    "side_door": 1,
    "staff": 9,
    "vault": 1,
}


def later() -> list[tuple[str, str]]:
    """Every migration of ours that an installation with old processes can meet."""
    loader = MigrationLoader(None)
    ours = (key for key, one in loader.disk_migrations.items() if type(one).__module__.startswith("jawort."))
    return sorted((app, name) for app, name in ours if int(name[:4]) > FIRST.get(app, 0))


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def statements(loader: MigrationLoader, key: tuple[str, str]) -> list[str]:
    """What it says to the database, a statement each; what is no SQL at all stands there as a comment."""
    one = loader.get_migration(*key)
    with connection.schema_editor(collect_sql=True, atomic=one.atomic) as editor:
        one.apply(loader.project_state(key, at_end=False), editor, collect_sql=True)
    said = [line.strip().rstrip(";").strip() for line in editor.collected_sql]
    return [line for line in said if line and (not line.startswith("--") or "CANNOT BE WRITTEN" in line)]


@pytest.mark.django_db(transaction=True)
def test_no_migration_takes_anything_from_the_version_before() -> None:
    loader = MigrationLoader(None)
    found = []
    for key in later():
        since = getattr(loader.get_migration(*key), "unused_since", None)
        if since is None:
            found += [f"{key[0]} {key[1]}: {reason}" for reason in too_soon(statements(loader, key))]
        elif version(since) >= version(__version__):
            found.append(f"{key[0]} {key[1]}: {since} may still run; wait for the version after it")
    assert not found, "\n".join(found)


def test_the_lists_name_only_what_is_there() -> None:
    there = {(app, int(name[:4])) for app, name in MigrationLoader(None).disk_migrations}
    assert set(FIRST.items()) <= there
    assert {model._meta.db_table for model in apps.get_models()} >= SMALL


@pytest.mark.django_db(transaction=True)
def test_statements_are_read_from_migrations_as_they_are() -> None:
    loader = MigrationLoader(None)
    assert isinstance(loader.get_migration("messaging", "0006_waiting"), Migration)
    reasons = "\n".join(too_soon(statements(loader, ("messaging", "0006_waiting"))))
    assert "nobody can write meanwhile" in reasons  # an index on a table that grows
    assert "old processes may write what it refuses" in reasons  # a rule about columns that they know
    assert "UPDATE messaging_conversation" in reasons  # all rows at once
    assert not list(too_soon(statements(loader, ("messaging", "0007_undo"))))
    assert not list(too_soon(statements(loader, ("side_door", "0001_initial"))))


@pytest.mark.parametrize(
    "statement",
    [
        'ALTER TABLE "messaging_message" DROP COLUMN "state" CASCADE',
        'ALTER TABLE "messaging_message" RENAME COLUMN "state" TO "status"',
        'ALTER TABLE "messaging_message" ADD COLUMN "tone" integer NOT NULL',
        'ALTER TABLE "messaging_message" ADD COLUMN "tone" integer DEFAULT 0 NOT NULL CHECK ("tone" >= 0)',
        'ALTER TABLE "messaging_message" ALTER COLUMN "tone" DROP DEFAULT',
        'ALTER TABLE "messaging_message" ALTER COLUMN "state" SET NOT NULL',
        'ALTER TABLE "messaging_message" ALTER COLUMN "state" TYPE varchar(3)',
        'ALTER TABLE "lines_line" ADD CONSTRAINT "known" CHECK ("state" IN (\'live\'))',
        'ALTER TABLE "messaging_message" ADD CONSTRAINT "once" UNIQUE ("state")',
        'ALTER TABLE "messaging_message" DROP CONSTRAINT "once"',
        'CREATE INDEX "slow" ON "messaging_message" ("state")',
        'CREATE UNIQUE INDEX "slow" ON "messaging_message" ("state")',
        'DROP TABLE "messaging_message" CASCADE',
        "UPDATE messaging_message SET state = 'sent'",
        "-- THIS OPERATION CANNOT BE WRITTEN AS SQL",
    ],
)
def test_each_shape_of_a_step_too_soon_is_seen(statement: str) -> None:
    assert list(too_soon([statement]))


@pytest.mark.parametrize(
    "together",
    [
        ['ALTER TABLE "messaging_message" ADD COLUMN "tone" integer NULL'],
        ['ALTER TABLE "messaging_message" ADD COLUMN "tone" integer DEFAULT 0 NOT NULL'],
        ['ALTER TABLE "messaging_message" DROP CONSTRAINT "messaging_message_state_known"'],
        ['CREATE INDEX CONCURRENTLY "quick" ON "messaging_message" ("state")'],
        ['CREATE TABLE "a_b" ("id" uuid NOT NULL PRIMARY KEY)', 'CREATE INDEX "c" ON "a_b" ("id")'],
        [
            'ALTER TABLE "messaging_message" ADD COLUMN "tone" integer NULL',
            'ALTER TABLE "messaging_message" ADD CONSTRAINT "high" CHECK ("tone" > 0) NOT VALID',
        ],
    ],
)
def test_what_only_widens_passes(together: list[str]) -> None:
    assert not list(too_soon(together))
