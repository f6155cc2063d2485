"""Static files, small on the way: style sheets, scripts and icons go out as Brotli to whoever takes it.

whitenoise serves what others have compressed beside the files; here nobody did, and a folder of the program may be one
that cannot be written to.
"""

from collections.abc import Callable
from typing import Final

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

#: The rest (fonts, pictures) is compressed already.
TEXTS: Final = ("text/css", "text/javascript", "application/javascript", "image/svg+xml")


class Pack:
    """Around whitenoise. Each file is compressed once in a process, in some 30 ms, and kept: they are ours and few."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer
        self.packed: dict[str, bytes] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The same answer, packed if it is a text of ours and the browser takes that."""
        response = self.answer(request)
        is_text = response.headers.get("Content-Type", "").startswith(TEXTS)
        if not is_text or not request.path_info.startswith(settings.STATIC_URL):
            return response
        response.headers["Vary"] = "Accept-Encoding"
        whole = response.status_code == 200 and request.method == "GET"
        if not whole or not takes_brotli(request) or not isinstance(response, StreamingHttpResponse):
            return response
        path = request.path_info
        if path not in self.packed:
            self.packed[path] = brotli.compress(response.getvalue(), mode=brotli.MODE_TEXT, quality=11)
        response.close()
        headers = {**response.headers, "Content-Encoding": "br", "Content-Length": str(len(self.packed[path]))}
        return HttpResponse(self.packed[path], headers=headers)


def takes_brotli(request: HttpRequest) -> bool:
    """Whether the browser says so. It does on HTTPS and on its own machine."""
    for said in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, weight = said.partition(";")
        if name.strip() == "br":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
