"""The mark: up to where the log was signed, in a file beside the root key and so apart from the database.

A copy of the database that is put back is whole in itself. That the log had gone on since, and that other roots were
signed for the sizes it will reach again, only something outside can know. The mark is written before the signature is
made, so it is never behind what anybody may have seen; it may be ahead by what a crash left unsigned, which whoever
comes after signs just so.
"""

import os
from collections.abc import Callable
from pathlib import Path

from jawort.core.finding import Finding
from jawort.ledger.tlog import checkpoint
from jawort.ledger.tlog.checkpoint import Checkpoint
from jawort.ledger.tlog.note import NoteError

FILE_BYTES_MAX = 1_024  # name, size and root take about a hundred
WHAT_TO_DO = "Nothing is signed and nothing leaves until that is put right: docs/operating.md, “Restoring”."


class MarkError(Exception):
    """The file is none that this program wrote. The text is a sentence that says what to do."""


def read(path: Path) -> Checkpoint | None:
    """What `path` holds; None where there is no file yet. Raises MarkError."""
    try:
        with path.open("rb") as file:
            return checkpoint.parse(file.read(FILE_BYTES_MAX).decode())
    except FileNotFoundError:
        return None
    except (NoteError, UnicodeDecodeError):
        raise MarkError(f"{path} does not hold a mark of the ledger: put it back from your backup.") from None
    except OSError as error:
        raise MarkError(f"{path} cannot be read ({error.strerror}): give it to this user.") from None


def keep(path: Path, said: Checkpoint) -> None:
    """Put `said` into `path`, mode 0600: whole or not at all, and on the disk when this returns. Raises OSError."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)  # of a crash
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(said.text().encode())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def contradiction(kept: Checkpoint, name: str, size: int, root_of: Callable[[int], bytes]) -> Finding | None:
    """How the log called `name`, of `size` entries, contradicts what is kept; None if it goes on from there.

    `root_of` gives the root of the log's first n entries from what is stored. A mark of a machine that has not signed
    for a while is older than the log, and holds all the same.
    """
    if kept.origin != name:
        text = f"Beside the root key the mark of the log {kept.origin} is kept; the log of this database is {name}."
        return Finding("ledger.foreign", f"{text} {WHAT_TO_DO}")
    if kept.size > size:
        text = f"The log has {size} entries, and was signed with {kept.size}: an older copy of the database came back."
        return Finding("ledger.restored", f"{text} {WHAT_TO_DO}")
    if root_of(kept.size) != kept.root:
        text = f"The first {kept.size} entries of the log are others than were signed: an older copy came back."
        return Finding("ledger.restored", f"{text} {WHAT_TO_DO}")
    return None
