"""Pages and fragments, small on the way: to people of ours, as Brotli, with a length that says little.

Compressed, a page tells by its length whether two of its parts are alike. Whoever reads lengths on the wire and writes
to us as a customer could guess at what others wrote (BREACH). So the length is blurred anew in each answer, and what
people see who are not signed in, where an address may be a secret, is not compressed at all (docs/adr/0014).
"""

import secrets
from collections.abc import Callable
from typing import Final

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from jawort.staff.models import Agent
from jawort.web.static_files import takes_brotli

#: The inbox becomes a tenth, in 2 ms of a core. The best quality, 11, would make it a sixth smaller still, in far more.
QUALITY: Final = 4
BYTES_MIN: Final = 1_000  # less fits into one packet as it is
#: As much as Django's own GZipMiddleware, for the same reason.
BLUR_BYTES_MAX: Final = 100
BLUR: Final = "X-Blur"


class Pack:
    """Behind the authentication, which says who asks."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The same answer, packed if it is a page for one of us and their browser takes that."""
        response = self.answer(request)
        if not isinstance(response, HttpResponse) or not isinstance(request.user, Agent):
            return response
        if not response.headers["Content-Type"].startswith("text/html") or len(response.content) < BYTES_MIN:
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if takes_brotli(request):
            response.content = brotli.compress(response.content, mode=brotli.MODE_TEXT, quality=QUALITY)
            response.headers["Content-Encoding"] = "br"
            response.headers["Content-Length"] = str(len(response.content))
            response.headers[BLUR] = "x" * secrets.randbelow(BLUR_BYTES_MAX + 1)
        return response
