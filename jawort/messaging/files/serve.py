"""A stored file as an answer over HTTP: opened chunk by chunk as it goes out, and harmless wherever it is opened.

Only what was verified goes out as what it is: pictures that were drawn here, sound and film. All else is an attachment
of no type. The policy takes from whatever it is every power of a page: no scripts, no forms, nothing loaded, an origin
of its own.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from jawort.messaging.files.content import PAGE, SMALL, WHOLE, Description, Stream
from jawort.messaging.files.models import File
from jawort.messaging.files.rules import UNKNOWN, Shown, safe_name
from jawort.messaging.files.store import read

#: Forms of a file by the last part of an address: the bytes as they came, and the pictures drawn from them.
FORMS: Final = {"": WHOLE, "page": PAGE, "small": SMALL}
HEADERS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class Unsatisfiable(Exception):
    """The range lies behind the end."""


def answer(file: File, said: Description, form: str = "", *, wanted: str = "", save: bool = False) -> HttpResponseBase:
    """The bytes of one form. `wanted` is a Range header, which sound and film heed; `save` makes all an attachment.

    Raises KeyError for a form that this file has not.
    """
    stream = said.stream(FORMS[form])
    if stream is None:
        raise KeyError(form)
    drawn = stream.part != WHOLE
    inline = drawn or (said.found.shown in (Shown.AUDIO, Shown.VIDEO) and not save)
    headers = HEADERS | {"Content-Disposition": _disposition(file, said, inline=inline)}
    headers["Content-Type"] = stream.type if inline else UNKNOWN
    seekable = inline and not drawn
    headers["Accept-Ranges"] = "bytes" if seekable else "none"
    try:
        part = ranged(wanted, stream.size) if seekable else None
    except Unsatisfiable:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{stream.size}"})
    start, end = part or (0, stream.size)
    headers["Content-Length"] = str(end - start)
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{stream.size}"
    return StreamingHttpResponse(_bytes(file, stream, start, end), status=206 if part else 200, headers=headers)


def ranged(wanted: str, size: int) -> tuple[int, int] | None:
    """First byte and end of the one range that a header names (RFC 9110, 14.1.2); None for whatever is none.

    Several ranges are allowed to be answered with the whole. Raises Unsatisfiable.
    """
    found = _RANGE.fullmatch(wanted.strip().lower().replace(" ", ""))
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, end = max(0, size - int(found[2])), size
    else:
        start, end = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
        if found[2] and int(found[2]) < start:
            return None
    if start >= size or start >= end:
        raise Unsatisfiable
    return start, end


def _bytes(file: File, stream: Stream, start: int, end: int) -> Iterator[bytes]:
    """What breaks amidst breaks the connection off: nobody takes half a file for a whole one."""
    yield from read(file.pk, stream, start, end)


def _disposition(file: File, said: Description, *, inline: bool) -> str:
    """RFC 6266, with the name in both forms: plain ASCII, and as it is (RFC 8187)."""
    name = safe_name(said.claims.name, said.found.type, f"file-{file.pk.hex[-8:]}")
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
