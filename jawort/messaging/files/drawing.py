"""A picture drawn anew, upright and without anything that is not a pixel. For a cell (cell.py) and nobody else."""

import io
import warnings
from typing import Final

from PIL import GifImagePlugin, Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

from jawort.messaging.files.cell_words import HEADER

#: Formats that are opened at all; Pillow knows dozens that nobody sends.
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
READERS: Final = (GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)  # loaded before
#: Counted after a JPEG was scaled while reading: cameras make more, and what only claims more would fill memory.
PIXELS_MAX: Final = 50_000_000
PAGE_PIXELS, SMALL_PIXELS = 1_600, 320  # longest side
QUALITY: Final = 82


def draw(picture: bytes) -> list[bytes]:
    """The drawings, each with its header. Raises whatever Pillow raises, MemoryError, and OverflowError for pixels."""
    with Image.open(io.BytesIO(picture), formats=FORMATS) as opened:
        opened.draft("RGB", (PAGE_PIXELS, PAGE_PIXELS))
        if opened.width * opened.height > PIXELS_MAX:
            raise OverflowError
        opened.thumbnail((PAGE_PIXELS, PAGE_PIXELS))
        upright = ImageOps.exif_transpose(opened)
        page = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    small = page.copy()
    small.thumbnail((SMALL_PIXELS, SMALL_PIXELS))
    return [_written(page), _written(small)]


def warm_up() -> None:
    """Whatever is loaded with the first picture of a kind is loaded now: later there are no files."""
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # counted in `draw`, after scaling
    Image.preinit()
    for name in FORMATS:
        out = io.BytesIO()
        Image.new("P" if name == "GIF" else "RGB", (2, 2)).save(out, name)
        draw(out.getvalue())
    draw(_written(Image.new("RGBA", (2, 2)))[HEADER.size :])


def _written(image: Image.Image) -> bytes:
    out = io.BytesIO()
    has_holes = image.mode == "RGBA"
    if has_holes:
        image.save(out, "WEBP", quality=QUALITY, method=2, exif=b"", icc_profile=b"", xmp=b"")
    else:
        image.save(out, "JPEG", quality=QUALITY, exif=b"", icc_profile=b"", comment=b"")
    return HEADER.pack(has_holes, image.width, image.height, out.tell()) + out.getvalue()
