"""What a live stream sends, packed once for all: two hundred desks that show a busy list fall behind what is plain.

A block of raw deflate that ends in a full flush refers to nothing before it, so blocks that were packed apart follow
each other in any stream (RFC 1951, 3.2.3; zlib, Z_FULL_FLUSH). A gzip head before the first makes it a body of
`Content-Encoding: gzip` that never ends (RFC 1952, 2.3). Why it may be packed: docs/adr/0014.
"""

import secrets
import zlib
from dataclasses import dataclass
from typing import Final

from jawort.web.packed_pages import BLUR_BYTES_MAX

#: Deflate, nothing else said, no system named.
GZIP_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
#: Shorter frames say nothing of texts.
BLURRED_FROM_BYTES: Final = 256
LEVEL: Final = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """Events as they are, and packed."""

    plain: bytes
    packed: bytes

    def sent(self, *, packed: bool) -> bytes:
        """As a stream sends it."""
        return self.packed if packed else self.plain


def frame(plain: bytes) -> Frame:
    """Pack it. What is added to blur its length, as that of pages is, is a comment: browsers pass over it."""
    blur = b""
    if len(plain) >= BLURRED_FROM_BYTES:
        blur = b": %s\n" % secrets.token_hex(secrets.randbelow(BLUR_BYTES_MAX + 1)).encode()
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Frame(plain, packer.compress(blur + plain) + packer.flush(zlib.Z_FULL_FLUSH))
