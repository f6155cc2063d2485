"""Checkpoints (C2SP tlog-checkpoint 1.0): the signed size and root of a log."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jawort.ledger.tlog import note
from jawort.ledger.tlog.merkle import HASH_BYTES

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class CheckpointError(note.NoteError):
    """Not a checkpoint, or not one of this log."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: `origin` names it, `root` is the hash of its first `size` entries."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), note.b64encode(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse(text: str) -> Checkpoint:
    """The checkpoint that `text` writes. Raises CheckpointError."""
    origin, *rest = text.split("\n")
    if len(rest) < 3 or rest.pop() or not origin or not all(rest):
        raise CheckpointError("A checkpoint has lines for origin, size and root, none empty.")
    size, encoded, *extensions = rest
    if not _SIZE.fullmatch(size):
        raise CheckpointError("A checkpoint's size is a decimal number without leading zeros.")
    root = note.b64decode(encoded)
    if len(root) != HASH_BYTES:
        raise CheckpointError("A checkpoint's root has 32 bytes.")
    return Checkpoint(origin, int(size), root, tuple(extensions))


def sign(checkpoint: Checkpoint, signer: note.Signer) -> bytes:
    """The checkpoint as a note signed by the log. The key's name is the origin."""
    if signer.verifier.name != checkpoint.origin:
        raise CheckpointError("A log signs its own checkpoints only.")
    text = checkpoint.text()
    if parse(text) != checkpoint:
        raise CheckpointError("This checkpoint cannot be written.")
    return note.write(text, [signer.sign(text)])


def open_checkpoint(
    message: bytes, log: note.Verifier, witnesses: Sequence[note.Verifier] = ()
) -> tuple[Checkpoint, list[note.Signed]]:
    """The checkpoint in a note and the signatures on it that stand, those of `witnesses` among them.

    Raises NoteError unless the log itself has signed it under its origin.
    """
    text, signed = note.open_note(message, [log, *witnesses])
    if all(good.key is not log for good in signed):
        raise CheckpointError("The log itself has not signed this checkpoint.")
    checkpoint = parse(text)
    if checkpoint.origin != log.name:
        raise CheckpointError("This checkpoint is of another log.")
    return checkpoint, signed
