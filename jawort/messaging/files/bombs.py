"""Pictures that we neither send nor take: whoever opens one may run out of memory, or nothing could look into it."""

from typing import Final

from jawort.channels.whatsapp.breaches import Breach
from jawort.messaging.files.cell_words import PICTURE_BYTES_MAX
from jawort.messaging.files.content import Found
from jawort.messaging.files.models import File
from jawort.messaging.files.store import describe

_MB: Final = PICTURE_BYTES_MAX // (1024 * 1024)
#: By what the cell found. That there is no cell is the fault of our machine, and of no picture.
_REFUSED: Final = {
    "picture_too_many_pixels": (
        "Dieses Bild hat zu viele Bildpunkte, um sicher geöffnet zu werden. Bitte verkleinern Sie es.",
        "This picture has too many pixels to be opened safely. Please make it smaller.",
    ),
    "picture_too_large": (
        f"Dieses Bild hat mehr als {_MB} MB und lässt sich nicht prüfen. Bitte verkleinern Sie es.",
        f"This picture has more than {_MB} MB and cannot be checked. Please make it smaller.",
    ),
    "picture_hung": (
        "Dieses Bild zu öffnen hat zu lange gedauert. Bitte verkleinern Sie es.",
        "This picture took too long to open. Please make it smaller.",
    ),
}


def bomb(found: Found) -> list[Breach]:
    """What keeps a file from passing, whatever it is sent as; empty if nothing does."""
    return [Breach("file", found.why, *_REFUSED[found.why])] if found.why in _REFUSED else []


def bomb_in(file: File) -> list[Breach]:
    """The same of a file that lies sealed."""
    said = describe([file]).get(file.pk)
    return bomb(said.found) if said else []
