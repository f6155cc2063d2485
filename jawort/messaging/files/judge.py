"""What a file is and what it may be shown as, found out from its bytes before anybody sees it."""

import msgspec

from jawort.messaging.files.content import Claims, Description, Found
from jawort.messaging.files.models import File
from jawort.messaging.files.rules import type_of
from jawort.messaging.files.store import Written


def judged(file: File, claims: Claims, written: Written) -> Description:
    """The description of a file whose bytes are written."""
    found = Found(type=type_of(written.head, claims.type), size=written.stream.size, sha256=written.sha256)
    whole = msgspec.structs.replace(written.stream, type=found.type)
    return Description(claims=claims, found=found, streams=(whole,))
