"""Where the side door has a host of its own, nothing else is to be had there: the desk may be for the house alone."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.request import split_domain_port

Answer = Callable[[HttpRequest], HttpResponse]

BEGINNINGS = ("/side-door/", "/own/", "/opt-in/", "/static/", "/csp-report")


class Threshold:
    """Answers only what the side door's pages need, where their host is not the desk's."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """404 for everything else there."""
        ours, desk = (urlsplit(url).hostname for url in (settings.CONFIG.side_door_url, settings.CONFIG.public_url))
        there = ours is not None and ours != desk and split_domain_port(request.get_host())[0] == ours
        if there and not request.path.startswith(BEGINNINGS):
            return HttpResponseNotFound()
        return self.answer(request)
