"""A text as a picture for a phone's camera."""

from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True, slots=True)
class Picture:
    """A square of `size` modules, margin included; `path` are the dark ones, as SVG draws them."""

    size: int
    path: str


def drawn(text: str) -> Picture:
    """The QR code of `text`. Drawn into the page itself: an address of its own would be one more place for a secret.

    The library is loaded with the first of them: it brings one for pictures along, of which it has no need here.
    """
    library = import_module("qrcode")
    code = library.QRCode(border=4, error_correction=library.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return Picture(len(rows), "".join(dark))
