"""Views that show what arrives, for the tests of the hop."""

import threading
import time
from collections.abc import Iterator
from io import BytesIO

from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

closed = threading.Event()
produced: list[int] = []


def echo(request: HttpRequest) -> HttpResponse:
    """What came in."""
    return JsonResponse(
        {
            "method": request.method,
            "path": request.path,
            "query": dict(request.GET.lists()),
            "form": dict(request.POST.lists()),
            "files": {name: len(file.read()) for name, file in request.FILES.items() if not isinstance(file, list)},
            "cookies": request.COOKIES,
            "headers": dict(request.headers),
            "body": len(request.body) if not request.POST and not request.FILES else None,
            "client": request.META["REMOTE_ADDR"],
            "host": request.get_host(),
        }
    )


def takes(request: HttpRequest) -> HttpResponse:
    """A body that is read block by block: how many bytes, the largest block; with ?only=n no more than n."""
    only, size, largest = int(request.GET.get("only", "1000000000")), 0, 0
    while size < only and (block := request.read(10_000)):
        size, largest = size + len(block), max(largest, len(block))
    return JsonResponse({"size": size, "largest": largest})


def sets(request: HttpRequest) -> HttpResponse:
    """Two cookies and a header."""
    response = HttpResponse("Grüße", content_type="text/plain; charset=utf-8", status=201)
    response.set_cookie("a", "1", httponly=True)
    response.set_cookie("b", "2", samesite="Lax")
    response.headers["X-Own"] = "yes"
    return response


def stream(request: HttpRequest) -> HttpResponseBase:
    """300 kB in small parts."""
    return StreamingHttpResponse((b"%05d " % n for n in range(50_000)), content_type="text/plain")


def endless(request: HttpRequest) -> HttpResponseBase:
    """Goes on until it is closed."""

    def parts() -> Iterator[bytes]:
        try:
            for number in range(1_000):
                produced.append(number)
                time.sleep(0.02)
                yield b"x" * 1_000
        finally:
            closed.set()

    return StreamingHttpResponse(parts())


def breaks(request: HttpRequest) -> HttpResponse:
    """An exception with something in it that nobody may see."""
    raise RuntimeError("+49 151 23456789")


def breaks_later(request: HttpRequest) -> HttpResponseBase:
    """Half an answer."""

    def parts() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise RuntimeError("+49 151 23456789")

    return StreamingHttpResponse(parts())


def file(request: HttpRequest) -> HttpResponseBase:
    """A file with a length."""
    return FileResponse(BytesIO(b"f" * 200_000), filename="letter.txt")


def empty(request: HttpRequest) -> HttpResponse:
    """No content."""
    return HttpResponse(status=204)


def backend(request: HttpRequest) -> HttpResponse:
    """Which connection of the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return HttpResponse(cursor.fetchone()[0])


def slow(request: HttpRequest) -> HttpResponse:
    """Half a second of work."""
    time.sleep(0.5)
    return HttpResponse("done")


urlpatterns = [
    path("takes/files", takes),
    path("takes/side-door/files", takes),
    path("side-door/takes/files", takes),
    path("echo/<str:what>", lambda request, what: echo(request)),
    path("echo", echo),
    path("sets", sets),
    path("stream", stream),
    path("endless", endless),
    path("breaks", breaks),
    path("breaks-later", breaks_later),
    path("file", file),
    path("empty", empty),
    path("backend", backend),
    path("slow", slow),
]
