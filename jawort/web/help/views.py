"""The help: all topics, and one of them. It says how things are, and asks nothing of the database."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jawort.staff.access import requires
from jawort.staff.permissions import Permission
from jawort.web.help.topics import TOPICS


@require_GET
@requires(Permission.SETTINGS_OWN)
def index(request: HttpRequest) -> HttpResponse:
    """Everything there is help about."""
    return render(request, "help/index.html", {"topics": TOPICS, "screen": "help"})


@require_GET
@requires(Permission.SETTINGS_OWN)
def topic(request: HttpRequest, name: str) -> HttpResponse:
    """One topic."""
    found = TOPICS.get(name)
    if found is None:
        raise Http404
    return render(request, "help/topic.html", {"topic": found, "screen": "help"})
