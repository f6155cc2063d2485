"""What a leaf of the log is made of. Pure: a verifier that knows this file can recompute every leaf.

A record (a message, a note) is in the log as 32 bytes that say nothing once its salt is destroyed; the salt lies
sealed beside the content, so that erasing the one erases the other while the log stays whole. An event is in the log
as JSON of ids, codes and counts.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

from jawort.ledger.kinds import RECORDS, Kind

JSON: TypeAlias = "str | int | bool | Sequence[JSON] | Mapping[str, JSON] | None"

MAGIC = b"JWL1"
CLASS_RECORD = b"\x01"
CLASS_EVENT = b"\x02"
HASH_BYTES = 32
SALT_BYTES = 32
#: Entries wait a second at most. A minute means that nobody seals: then nothing leaves, and `verify` says so.
LATE_SECONDS_MAX = 60.0
LEAF_BYTES_MAX = 65_535  # an entry bundle writes each leaf's length as two bytes


@dataclass(frozen=True, slots=True)
class Groups:
    """A record in five parts that can be disclosed one without the other: show a court the text, not the number.

    Each is canonical bytes, empty if there is nothing: `who` took part, `what` was said, which `files`, the `original`
    as the channel delivered it, and the `facts` (numbers, times, line, state).
    """

    who: bytes
    what: bytes
    files: bytes
    original: bytes
    facts: bytes

    def named(self) -> tuple[tuple[bytes, bytes], ...]:
        """Name and value of each group in the order that the commitment hashes them."""
        return (
            (b"who", self.who),
            (b"what", self.what),
            (b"files", self.files),
            (b"original", self.original),
            (b"facts", self.facts),
        )


def group_salt(salt: bytes, name: bytes) -> bytes:
    """The salt of one group: HKDF-Expand-SHA-256 (RFC 5869 section 2.3) of the record's salt, 32 bytes.

    Disclosing it opens that group and no other.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A record's salt has {SALT_BYTES} bytes, not {len(salt)}.")
    return hmac.digest(salt, b"salt\0" + name + b"\x01", "sha256")


def group_commitment(group_salt: bytes, name: bytes, value: bytes) -> bytes:
    """What the commitment holds of one group: HMAC-SHA-256, 32 bytes. Keyed, so that "Ja" cannot be guessed."""
    return hmac.digest(group_salt, bytes([len(name)]) + name + value, "sha256")


def commitment(salt: bytes, groups: Groups, ciphertext: bytes) -> bytes:
    """The 32 bytes that stand for a record in the log. They bind the content by group and the bytes at rest.

    `salt` is fresh and random for every record (32 bytes): one salt for two would open both with one disclosure.
    """
    parts = [group_commitment(group_salt(salt, name), name, value) for name, value in groups.named()]
    return combined(parts, hashlib.sha256(ciphertext).digest())


def combined(parts: Sequence[bytes], ciphertext_hash: bytes) -> bytes:
    """The commitment from its five group commitments and the hash of the ciphertext (32 bytes each)."""
    return hashlib.sha256(b"JWL1/record\0" + b"".join(parts) + ciphertext_hash).digest()


def leaf(
    kind: Kind,
    at: datetime,
    actor: str,
    object: UUID | None,
    facts: Mapping[str, JSON],
    commitment: bytes | None,
    related: UUID | None = None,
) -> bytes:
    """The bytes that the log holds of one entry, at most 65,535.

    A record is its commitment alone: everything else about it is mapping in the database and is erased with it. An
    event is JSON with sorted keys, no blanks, ASCII; what is absent is left out. Raises ValueError for a record
    without commitment or with facts (nothing would protect them; they belong into `Groups.facts`), for an event that
    is too long and for a time without zone; TypeError for facts that have no one form in JSON.
    """
    if commitment is not None and len(commitment) != HASH_BYTES:
        raise ValueError(f"A commitment has {HASH_BYTES} bytes, not {len(commitment)}.")
    if kind in RECORDS:
        if commitment is None or facts:
            raise ValueError(f"{kind} is a record: it needs a commitment and carries no facts of its own.")
        return MAGIC + CLASS_RECORD + commitment
    payload: dict[str, JSON] = {"kind": kind.value, "at": moment(at), "actor": actor, "facts": _exact(facts)}
    if object is not None:
        payload["object"] = str(object)
    if related is not None:
        payload["related"] = str(related)
    if commitment is not None:
        payload["commitment"] = commitment.hex()
    data = MAGIC + CLASS_EVENT + canonical(payload)
    if len(data) > LEAF_BYTES_MAX:
        raise ValueError(f"An entry of {len(data)} bytes does not fit into the log (at most {LEAF_BYTES_MAX}).")
    return data


def canonical(value: JSON) -> bytes:
    """The one form that is hashed: sorted keys, no blanks, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def moment(at: datetime) -> str:
    """UTC to the microsecond, which is what PostgreSQL keeps: the leaf can be recomputed from the row."""
    if at.tzinfo is None:
        raise ValueError("An entry's time needs a time zone.")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _exact(value: JSON) -> JSON:
    """`value`, if it comes back from a jsonb column as it went in. Floats and keys that are not texts do not."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"A key in an entry's facts is {type(key).__name__}; only texts are.")
        return {key: _exact(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(part) for part in value]
    raise TypeError(f"{type(value).__name__} in an entry's facts: texts, whole numbers, true, false and null only.")
