"""`jawort doctor`: everything that must hold at rest, in one function that tests call as well.

Findings make the exit code 1. Notes (a server that should be updated, a notice of the platform that waits for somebody)
do not: they are said on standard error.
"""

import json
import os
import stat
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jawort.cli.doctor_reach import tried
from jawort.cli.postgres_age import age
from jawort.cli.postgres_places import orphans
from jawort.cli.postgres_programs import MAJOR_MIN
from jawort.cli.snapshot import snapshot
from jawort.consent import checks as consent
from jawort.core import clock
from jawort.core.config import Config
from jawort.core.finding import Finding
from jawort.egress.scribe import Scribe
from jawort.intake import checks as intake
from jawort.lanes import checks as lanes
from jawort.ledger import checks as ledger
from jawort.ledger.checks import Marked
from jawort.ledger.verify import verify_log
from jawort.legal.queries import links
from jawort.lines import checks as lines
from jawort.lines.models import Line
from jawort.messaging import checks as messaging
from jawort.messaging.files.picture import can_draw
from jawort.messaging.proof import prove
from jawort.people import checks as people
from jawort.staff import checks as staff
from jawort.vault import checks as vault

#: One for each package that stores anything. A test compares it with the packages.
CHECKS: dict[str, Callable[[], list[Finding]]] = {
    "ledger": ledger.findings,
    "lanes": lanes.findings,
    "vault": vault.findings,
    "people": people.findings,
    "consent": consent.findings,
    "staff": staff.findings,
    "lines": lines.findings,
    "messaging": messaging.findings,
    "intake": intake.findings,
}


def run(options: Namespace, config: Config) -> int:
    """Print findings and notes; 0 without findings, else 1."""
    marked = Marked.read(config.ledger_mark)  # before the snapshot: the log goes on, and its mark with it
    with snapshot():
        unfit = unmigrated()
        found = unfit or [*surroundings(config), *marked.findings(), *check_world()]
        notes = [*age(_version(), clock.now().date()), *orphans(), *([] if unfit else [*lines.notes(), *missing()])]
    if not unfit:
        found += tried(config)
        Scribe().write()  # trying is calling
    for note in notes:
        sys.stderr.write(f"{note.text}\n")
    if options.json:
        told = [{"code": finding.code, "text": finding.text} for finding in found]
        print(json.dumps({"ok": not found, "findings": told}, ensure_ascii=False))
    else:
        for finding in found:
            print(f"{finding.code}: {finding.text}")
        print("All holds." if not found else f"{len(found)} findings.")
    return 1 if found else 0


def check_world() -> list[Finding]:
    """What every package says must hold, the whole log, and every record against its commitment."""
    found = [finding for check in CHECKS.values() for finding in check()]
    return [*found, *verify_log().problems, *prove().problems]


def surroundings(config: Config) -> list[Finding]:
    """The server, the files and the machine that everything rests on."""
    return [*_server(), *_files(config), *_cell()]


def missing() -> Iterator[Finding]:
    """What customers must find once there is a number that they write to."""
    if Line.objects.exists() and links() is None:
        text = "Imprint and privacy notice are missing (Settings, “Imprint and privacy”): no side door opens without."
        yield Finding("legal.missing", text)


def unmigrated() -> list[Finding]:
    """Tables that are not as this version needs them. Then nothing else can be checked."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not waiting:
        return []
    return [Finding("database.migrations", f"{len(waiting)} migrations are not applied: run “jawort migrate”.")]


def _server() -> Iterator[Finding]:
    version = _version()
    if version // 10_000 < MAJOR_MIN:
        yield Finding("postgresql.version", f"PostgreSQL is {version // 10_000}: Jawort needs {MAJOR_MIN} or newer.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE setting = 'off'"
            " AND name IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name"
        )
        off = [row[0] for row in cursor.fetchall()]
        if off:
            names = ", ".join(off)
            yield Finding("postgresql.not_durable", f"{names}: off; what is acknowledged can be lost. Switch them on.")
        cursor.execute("SELECT sum(checksum_failures) FROM pg_stat_database")
        failures = cursor.fetchone()[0] or 0
        if failures:
            yield Finding("postgresql.damaged", f"{failures} damaged pages were read: check the disk, then restore.")


def _version() -> int:
    """The server's version as PostgreSQL numbers it: 180006 is 18.6."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0])


def _files(config: Config) -> Iterator[Finding]:
    for key in (config.root_key, config.ingest_key):
        if not key.exists():
            yield Finding("key.missing", f"The key file {key} is not there: bring it back from your backup.")
        elif _mode(key) & 0o077:
            yield Finding("key.open", f"The key file {key} can be read by others: run chmod 600 {key}")
    cluster = config.data_dir / "pg"
    if cluster.exists() and _mode(cluster) & 0o077:
        yield Finding("postgresql.open", f"{cluster} can be entered by others: run chmod 700 {cluster}")
    if os.environ.get("JAWORT_CLOCK_FILE") and not (config.demo or (config.data_dir / "clock").exists()):
        yield Finding("clock.moved", "JAWORT_CLOCK_FILE is set outside a demo: unset it.")


def _cell() -> Iterator[Finding]:
    if not can_draw():
        yield Finding("files.no_cell", "No cell shuts here (seccomp, on Linux), so no picture is shown: allow seccomp.")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
