"""What the log serves, as bytes: the web puts these under /ledger/ (C2SP tlog-tiles)."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from jawort.ledger import shelf
from jawort.ledger.keys import CHECKPOINT
from jawort.ledger.models import Checkpoint, Secret
from jawort.ledger.tlog import tiles
from jawort.ledger.tlog.tiles import TileError


def checkpoint() -> bytes | None:
    """The latest signed checkpoint; None before the first start of the sequencer. Changes: never cache it."""
    note = Checkpoint.objects.order_by("-size").values_list("note", flat=True).first()
    return None if note is None else bytes(note)


def tile(path: str) -> bytes | None:
    """The tile or bundle at `path` ("tile/0/x001/234/067", "tile/entries/000.p/5"). None if there is none (yet).

    What is served once at a path stays so for ever: it may be cached.
    """
    try:
        return shelf.cut(_fetch, tiles.parse(path))
    except TileError:
        return None


def vkey() -> str | None:
    """The key that checkpoints are verified with; None before the first start."""
    return Secret.objects.filter(name=CHECKPOINT).values_list("public", flat=True).first()


def _fetch(query: str, parameters: Sequence[int]) -> Sequence[Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(query, list(parameters))
        row: Sequence[Any] | None = cursor.fetchone()
        return row
