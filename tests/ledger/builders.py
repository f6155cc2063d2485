"""Small logs for tests: in memory by path, and in the database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection, transaction

from jawort.ledger.keys import signer
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.sequence import Sequencer
from jawort.ledger.tlog import checkpoint, tiles
from jawort.ledger.tlog.checkpoint import Checkpoint
from jawort.ledger.tlog.edge import Edge
from jawort.ledger.tlog.merkle import leaf_hash
from jawort.ledger.tlog.note import Signer
from jawort.ledger.tlog.tiles import AbsentError

AT = datetime(2026, 6, 8, 9, 0, 0, 123_456, tzinfo=UTC)
ROOT_KEY = bytes(range(32))
LOG_KEY = Signer("log.example/test", b"k" * 32)


def leaves(count: int) -> list[bytes]:
    """Entries that differ in length and content, the first one empty."""
    return [bytes([at % 251]) * (at % 40) + str(at).encode() * (at > 0) for at in range(count)]


class Files(dict[str, bytes]):
    """A log as a static server would hold it, every partial tile included that one checkpoint needs."""

    @classmethod
    def of(cls, entries: Sequence[bytes], key: Signer = LOG_KEY) -> "Files":
        """The files of the log that holds `entries`."""
        files, edge = cls(), Edge()
        changed = edge.extend([leaf_hash(entry) for entry in entries])
        for place in tiles.places(len(entries)):
            first = place.n * tiles.TILE_WIDTH
            if place.level is None:
                files[place.path()] = tiles.pack(entries[first : first + place.width])
            else:
                files[place.path()] = changed[place.level, place.n]
        said = Checkpoint(key.verifier.name, len(entries), edge.root())
        files["checkpoint"] = checkpoint.sign(said, key)
        return files

    def read(self, path: str) -> bytes:
        """The file at `path`, as an auditor's reader."""
        if path not in self:
            raise AbsentError(path)
        return self[path]


def an_event(number: int) -> Entry:
    """Staff was handed something; each differs."""
    return Entry(
        Kind.HANDED_OUT,
        f"staff:{UUID(int=number % 3)}",
        UUID(int=number),
        {"right": "conversation.read", "number": number, "deep": [1, {"b": None, "a": True}], "text": "ä„“"},
        related=UUID(int=number + 1),
    )


def a_record(number: int) -> Entry:
    """A message came in; each differs."""
    return Entry(Kind.MESSAGE_IN, f"customer:{UUID(int=number % 5)}", UUID(int=number), commitment=b"%032d" % number)


def write(count: int, start: int = 0) -> list[int]:
    """Enter `count` records and events in turn and commit; their ids."""
    with transaction.atomic():
        return record([(a_record if n % 2 else an_event)(n) for n in range(start, start + count)], AT)


def seal(*counts: int) -> None:
    """A log that grew by `counts`, each integrated and signed at once."""
    sequencer = Sequencer(signer(ROOT_KEY))
    start = 0
    for count in counts:
        write(count, start)
        start += count
        assert sequencer.integrate_once() == count
    sequencer.close()


class Kept:
    """The ledger's tables as they are now, to try many changes on one log: `restore` undoes each."""

    TABLES = ("entry", "tile", "bundle", "head", "checkpoint", "secret")

    def __init__(self) -> None:
        for table in self.TABLES:
            sql(f"CREATE TEMP TABLE kept_{table} AS TABLE ledger_{table}")

    def restore(self) -> None:
        """Everything as it was kept."""
        for table in self.TABLES:
            sql(f"TRUNCATE ledger_{table}; INSERT INTO ledger_{table} SELECT * FROM kept_{table}")

    def forget(self) -> None:
        """Let the copy go."""
        for table in self.TABLES:
            sql(f"DROP TABLE kept_{table}")


def sql(statement: str, *parameters: str | int | bytes | UUID | None) -> None:
    """Run one statement past all the code: somebody with the database's password."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
