"""Files to send when none is at hand, drawn by this program: three pictures, a sticker, a document, a voice message.

Each is a valid file of its format, small, and the same whenever it is made.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

RGB = tuple[int, int, int]
WIDTH, HEIGHT = 480, 320
STICKER_SIDE = 512
VOICE_S = 4
_OPUS_FRAME_MS = 20
_OPUS_SILENCE = b"\xf8\xff\xfe"
_OGG_POLYNOMIAL = 0x04C11DB7


@dataclass(frozen=True, slots=True)
class Sample:
    """A file's bytes, type and name."""

    body: bytes
    mime: str
    filename: str


@cache
def draw(name: str) -> Sample:
    """The sample of this name; one of NAMES."""
    return _MAKERS[name]()


class _Canvas:
    """Rows of pixels. Everything is drawn in horizontal spans."""

    def __init__(self, sky: Callable[[int], RGB]) -> None:
        self.rows = [bytearray(bytes(sky(y)) * WIDTH) for y in range(HEIGHT)]

    def span(self, y: int, left: float, right: float, colour: RGB) -> None:
        first, end = max(0, int(left)), min(WIDTH, int(right))
        if 0 <= y < HEIGHT and first < end:
            self.rows[y][3 * first : 3 * end] = bytes(colour) * (end - first)

    def disc(self, x: float, y: float, radius: float, colour: RGB) -> None:
        for row in range(int(y - radius), int(y + radius) + 1):
            half = max(0.0, radius**2 - (row - y) ** 2) ** 0.5
            self.span(row, x - half, x + half, colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: RGB) -> None:
        for row in range(int(top), int(bottom)):
            self.span(row, left, right, colour)

    def png(self) -> bytes:
        head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in self.rows), 9)
        chunks = [(b"IHDR", head), (b"IDAT", pixels), (b"IEND", b"")]
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _hills() -> Sample:
    canvas = _Canvas(lambda y: (150 + y // 6, 200 + y // 10, 235))
    canvas.disc(360, 80, 38, (255, 221, 120))
    for x, y, radius, colour in ((90, 420, 230, (120, 170, 110)), (330, 470, 260, (86, 140, 92))):
        canvas.disc(x, y, radius, colour)
    canvas.box(0, 290, WIDTH, HEIGHT, (64, 110, 74))
    return Sample(canvas.png(), "image/png", "hills.png")


def _parcel() -> Sample:
    canvas = _Canvas(lambda y: (232, 226, 216) if y < 230 else (204, 190, 170))
    canvas.box(130, 110, 350, 270, (190, 144, 92))
    canvas.box(130, 110, 350, 140, (172, 126, 76))
    canvas.box(226, 110, 254, 270, (222, 190, 140))
    for step in range(34):  # where it is torn
        canvas.box(300 + abs(step % 8 - 4), 150 + 2 * step, 316 - step % 5, 152 + 2 * step, (70, 48, 30))
    canvas.box(150, 200, 206, 250, (250, 250, 246))
    return Sample(canvas.png(), "image/png", "parcel.png")


def _receipt() -> Sample:
    canvas = _Canvas(lambda _y: (70, 84, 96))
    canvas.box(150, 16, 330, 304, (250, 249, 244))
    for line in range(9):
        canvas.box(166, 56 + 22 * line, 240 + 17 * (line % 3), 62 + 22 * line, (120, 120, 120))
        canvas.box(290, 56 + 22 * line, 314, 62 + 22 * line, (120, 120, 120))
    canvas.box(166, 28, 314, 40, (60, 60, 60))
    canvas.box(166, 266, 314, 282, (30, 30, 30))
    return Sample(canvas.png(), "image/png", "receipt.png")


class _Bits:
    """Bits from the lowest on, as WebP packs them."""

    def __init__(self) -> None:
        self._value = self._length = 0
        self._bytes = bytearray()

    def add(self, value: int, length: int) -> None:
        self._value |= value << self._length
        self._length += length
        while self._length >= 8:
            self._bytes.append(self._value & 0xFF)
            self._value >>= 8
            self._length -= 8

    def done(self) -> bytes:
        return bytes(self._bytes) + bytes([self._value & 0xFF] if self._length else [])


def _sticker() -> Sample:
    """A face on nothing, as lossless WebP: green and alpha have two values each, red and blue one."""
    bits = _Bits()
    bits.add(0x2F, 8)
    bits.add(STICKER_SIDE - 1, 14)
    bits.add(STICKER_SIDE - 1, 14)
    bits.add(1, 1)  # alpha is used
    bits.add(0, 3)  # version
    bits.add(0, 3)  # no transform, no colour cache, one group of codes
    for values in ((60, 205), (250,), (40,), (0, 255), (0,)):  # green, red, blue, alpha, distance
        bits.add(1, 1)
        bits.add(len(values) - 1, 1)
        bits.add(1, 1)
        for value in values:
            bits.add(value, 8)
    for face, dark in _face():
        bits.add(not dark, 1)  # of two codes the smaller value is 0
        bits.add(face, 1)
    stream = bits.done()
    stream += b"\0" * (len(stream) % 2)
    chunk = b"VP8L" + struct.pack("<I", len(stream)) + stream
    return Sample(b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk, "image/webp", "sticker.webp")


def _face() -> Iterator[tuple[bool, bool]]:
    """For every pixel whether it belongs to the face, and whether to eyes or mouth."""
    middle = STICKER_SIDE // 2
    for y in range(STICKER_SIDE):
        for x in range(STICKER_SIDE):
            away = (x - middle) ** 2 + (y - middle) ** 2
            eye = (abs(x - middle) - 80) ** 2 + (y - 200) ** 2 < 28**2
            mouth = 110**2 < away < 140**2 and y > 300
            yield away < 240**2, eye or mouth


def _document() -> Sample:
    """One page of PDF."""
    page = b"BT /F1 24 Tf 72 720 Td (Rechnung 48213) Tj 0 -40 Td /F1 14 Tf (Beispiel GmbH, 23,80 EUR) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%b endobj\n" % (number, text)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return Sample(body + b"xref\n0 %d\n" % (len(objects) + 1) + table + end, "application/pdf", "Rechnung-48213.pdf")


def _voice() -> Sample:
    """Some seconds of silence as Opus in Ogg."""
    frames = VOICE_S * 1_000 // _OPUS_FRAME_MS
    samples = 48 * _OPUS_FRAME_MS
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 6) + b"jawort" + struct.pack("<I", 0)
    pages = [_page(2, 0, 0, [head]), _page(0, 0, 1, [tags])]
    pages.append(_page(4, frames * samples, 2, [_OPUS_SILENCE] * frames))
    return Sample(b"".join(pages), "audio/ogg; codecs=opus", "voice.ogg")


def _page(flags: int, granule: int, number: int, packets: list[bytes]) -> bytes:
    """A page of Ogg; each packet is shorter than 255 bytes."""
    lengths = bytes(map(len, packets))
    parts = [b"OggS", struct.pack("<BBqIIIB", 0, flags, granule, 1, number, 0, len(lengths)), lengths, *packets]
    page = bytearray(b"".join(parts))
    page[22:26] = struct.pack("<I", _ogg_sum(bytes(page)))
    return bytes(page)


def _ogg_sum(page: bytes) -> int:
    """Ogg's checksum: a CRC from the highest bit on, which zlib does not have."""
    found = 0
    for byte in page:
        found ^= byte << 24
        for _ in range(8):
            found = (found << 1 ^ (_OGG_POLYNOMIAL if found & 0x80000000 else 0)) & 0xFFFFFFFF
    return found


_MAKERS: dict[str, Callable[[], Sample]] = {
    "hills": _hills,
    "parcel": _parcel,
    "receipt": _receipt,
    "sticker": _sticker,
    "document": _document,
    "voice": _voice,
}
NAMES = tuple(_MAKERS)
