"""What a file is and what it may be shown as, found out from its bytes before anybody sees it.

A picture is shown only as what the cell drew of it. One that cannot be drawn stays an attachment, and says why.
"""

import msgspec

from jawort.channels.whatsapp.limits_files import form_of
from jawort.messaging.files.content import PAGE, SMALL, WHOLE, Claims, Description, Found, Stream
from jawort.messaging.files.models import File
from jawort.messaging.files.picture import CannotDraw, draw
from jawort.messaging.files.rules import SHOWN, Shown, shown_as, type_of
from jawort.messaging.files.store import Written, read, write


def judged(file: File, claims: Claims, written: Written) -> Description:
    """The description of a file whose bytes are written, its pictures written as well. Raises Superseded."""
    kind = type_of(written.head, claims.type)
    whole = msgspec.structs.replace(written.stream, type=kind)
    shown, why = shown_as(kind), "" if kind in SHOWN else "type"
    streams: tuple[Stream, ...] = (whole,)
    if shown is Shown.PICTURE:
        try:
            streams += _drawn(file, whole)
        except CannotDraw as cannot:
            shown, why = Shown.NOT, cannot.reason
    form = form_of(written.head, kind)
    found = Found(type=kind, size=whole.size, sha256=written.sha256, shown=shown, why=why, form=form)
    return Description(claims=claims, found=found, streams=streams)


def _drawn(file: File, whole: Stream) -> tuple[Stream, ...]:
    """The streams of the pictures that are shown. Raises CannotDraw."""
    assert whole.part == WHOLE
    drawings = draw(read(file.pk, whole), whole.size)
    streams = []
    for part, drawing in zip((PAGE, SMALL), drawings, strict=True):
        put = write(file, [drawing.content], part=part, limit=len(drawing.content)).stream
        streams.append(msgspec.structs.replace(put, type=drawing.type, width=drawing.width, height=drawing.height))
    return tuple(streams)
