"""One entry's place in a log, as a file that proves it without the log (C2SP tlog-proof, v1)."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jawort.ledger.tlog.checkpoint import Checkpoint, open_checkpoint
from jawort.ledger.tlog.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from jawort.ledger.tlog.note import Verifier

HEAD: Final = b"c2sp.org/tlog-proof@v1"
#: A log of more than 2^63 entries is none.
HASHES_MAX: Final = 63
_INDEX: Final = re.compile(rb"index (0|[1-9][0-9]{0,18})")


class ProofError(ValueError):
    """The file is no proof, or proves something else. The text is one sentence."""


@dataclass(frozen=True, slots=True)
class Proof:
    """`hashes` lead from the entry at `index` to the root that `checkpoint`, a signed note, has signed."""

    index: int
    hashes: Sequence[bytes]
    checkpoint: bytes

    def file(self) -> bytes:
        """As it is written down."""
        lines = [HEAD, b"index %d" % self.index, *(base64.b64encode(one) for one in self.hashes), b""]
        return b"\n".join(lines) + b"\n" + self.checkpoint

    @classmethod
    def parse(cls, file: bytes) -> "Proof":
        """What a file says; nothing of it is verified. Raises ProofError."""
        head, _, checkpoint = file.partition(b"\n\n")
        first, *lines = head.split(b"\n")
        if first != HEAD or not checkpoint:
            raise ProofError("This is no tlog-proof of version 1.")
        if lines and lines[0].startswith(b"extra "):
            lines = lines[1:]
        said = _INDEX.fullmatch(lines[0]) if lines else None
        if said is None:
            raise ProofError("The proof does not say of which entry it is.")
        if len(lines) - 1 > HASHES_MAX:
            raise ProofError("The proof has more hashes than any log needs.")
        return cls(int(said[1]), tuple(map(_hash, lines[1:])), checkpoint)


def verify(file: bytes, leaf: bytes, log: Verifier) -> tuple[int, Checkpoint]:
    """At which place which checkpoint of `log` has the entry `leaf`. Raises ProofError or NoteError where none has."""
    proof = Proof.parse(file)
    signed, _ = open_checkpoint(proof.checkpoint, log)
    if not verify_inclusion(proof.index, signed.size, leaf_hash(leaf), signed.root, proof.hashes):
        raise ProofError(f"The proof does not lead from this entry to the root of {signed.size} entries.")
    return proof.index, signed


def _hash(line: bytes) -> bytes:
    try:
        found = base64.b64decode(line, validate=True)
    except binascii.Error:
        raise ProofError("A hash of the proof is no base64.") from None
    if len(found) != HASH_BYTES:
        raise ProofError(f"A hash of the proof has {len(found)} bytes, not {HASH_BYTES}.")
    return found
