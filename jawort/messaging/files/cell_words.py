"""What a cell (cell.py) and whoever asks it say to each other. Its asker imports this and not the decoders.

The cell reads a picture, of PICTURE_BYTES_MAX at the most, and writes

    for each drawing: type (u8), width (u16), height (u16), length (u32), bytes        (all big-endian)

It exits with 0, or with the reason why it cannot be drawn (EXITS).
"""

import struct
from typing import Final

#: JPEG, which is thirty times as fast to write, and WebP for what has holes. A drawing names one by its place.
TYPES: Final = ("image/jpeg", "image/webp")
HEADER: Final = struct.Struct(">BHHI")
PICTURE_BYTES_MAX: Final = 24 * 1024 * 1024

BROKEN, TOO_MANY_PIXELS, TOO_LARGE, NO_CELL, NO_MEMORY = 3, 4, 5, 6, 7
EXITS: Final = {
    BROKEN: "picture_broken",
    TOO_MANY_PIXELS: "picture_too_many_pixels",
    TOO_LARGE: "picture_too_large",
    NO_CELL: "picture_no_cell",
    NO_MEMORY: "picture_too_many_pixels",
}
