"""What a migration may do while processes of the version before still run on the same tables.

An update goes in two steps. The first only widens: what the old processes read stays, what they write is still taken,
and nothing holds a table that grows while all of it is read. A list of known values (`…_known`) may go: what old
processes write was in it. What nobody uses any more goes in a later version, by a migration that names in
`unused_since` the version since which no process uses it.
"""

import re
from collections.abc import Iterator, Sequence

#: Tables of some hundred rows: reading all of them under a lock is done before anybody notices.
SMALL = {"staff_agent", "staff_invitation", "staff_token", "lines_app", "lines_line", "lines_listing"}

WHOLE = "the whole table is read under a lock"

_TABLE = re.compile(r'^(?:CREATE TABLE|ALTER TABLE|CREATE UNIQUE INDEX|CREATE INDEX)\b[^"]*?(?:"\w+" ON )?"(\w+)"')
_ADDED = re.compile(r'^ALTER TABLE "\w+" ADD COLUMN "(\w+)" ')
_CHECK = re.compile(r'^ALTER TABLE "\w+" ADD CONSTRAINT "\w+" CHECK (\(.+\))( NOT VALID)?$', re.DOTALL)
_HARMLESS = re.compile(
    r"^(?:COMMENT ON |CREATE TABLE |CREATE (?:UNIQUE )?INDEX CONCURRENTLY |DROP INDEX CONCURRENTLY "
    r'|ALTER TABLE "\w+" VALIDATE CONSTRAINT |ALTER TABLE "\w+" ALTER COLUMN "\w+" SET DEFAULT '
    r'|ALTER TABLE "\w+" DROP CONSTRAINT "\w+_known"|ALTER TABLE "\w+" SET \()'
)
_INDEX = re.compile(r"^CREATE (?:UNIQUE )?INDEX ")


def too_soon(statements: Sequence[str]) -> Iterator[str]:
    """Why the version before could not go on beside these statements of one migration. Nothing: it could."""
    made: set[str] = set()
    added: set[str] = set()
    for statement in statements:
        table = match.group(1) if (match := _TABLE.match(statement)) else ""
        if statement.startswith("CREATE TABLE "):
            made.add(table)
        column = _ADDED.match(statement)
        if column:
            added.add(column.group(1))
        if table not in made and (reason := _reason(statement, table, added)):
            yield f"{reason}: {statement[:120]}"


def _reason(statement: str, table: str, added: set[str]) -> str:
    if _HARMLESS.match(statement):
        return ""
    if _ADDED.match(statement):
        needs = " NOT NULL" in statement and " DEFAULT " not in statement
        if needs:
            return "old processes do not fill the column (give it a db_default or let it be null)"
        return "" if " CHECK (" not in statement or table in SMALL else WHOLE
    if _INDEX.match(statement):
        return "" if table in SMALL else "nobody can write meanwhile (AddIndexConcurrently)"
    if check := _CHECK.match(statement):
        if not set(re.findall(r'"(\w+)"', check.group(1))) <= added:
            return "old processes may write what it refuses"
        return "" if check.group(2) or table in SMALL else f"{WHOLE} (AddConstraintNotValid)"
    return "old processes may need what it changes"
