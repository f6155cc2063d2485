"""Entries with the proof that they are in the log, for whoever has nothing but a file and the log's public key."""

import base64
from collections.abc import Collection

from jawort.ledger.models import Entry
from jawort.ledger.read import checkpoint, tile
from jawort.ledger.rules import JSON
from jawort.ledger.tlog import note
from jawort.ledger.tlog.checkpoint import parse
from jawort.ledger.tlog.log import Log
from jawort.ledger.tlog.proof import Proof
from jawort.ledger.tlog.tiles import AbsentError


def evidence(entries: Collection[int], documents: Collection[JSON] = ()) -> dict[str, list[JSON]]:
    """These entries with their proofs under the latest checkpoint, as tlog/evidence.py verifies them.

    Those that have no place there yet are left out: it follows within a second. `documents` are what entries name by
    their hash.
    """
    signed = checkpoint()
    rows = Entry.objects.filter(pk__in=entries, log_index__isnull=False).order_by("log_index")
    if signed is None:
        return {"entries": [], "documents": list(documents)}
    size = parse(note.parse(signed).text).size
    log = Log(read_tile, size)
    proved: list[JSON] = []
    for row in rows:
        if row.log_index is not None and row.log_index < size:
            proof = Proof(row.log_index, log.prove_inclusion(row.log_index), signed).file()
            proved.append({"leaf": base64.b64encode(bytes(row.leaf)).decode(), "proof": proof.decode()})
    return {"entries": proved, "documents": list(documents)}


def read_tile(path: str) -> bytes:
    """The bytes at a path of the log. Raises AbsentError if there is none."""
    data = tile(path)
    if data is None:
        raise AbsentError(path)
    return data
