"""Whom a note can name: all who may read it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jawort.staff.access import requires
from jawort.staff.permissions import Permission
from jawort.staff.queries import who_may


@require_GET
@requires(Permission.CONVERSATION_WRITE)
def index(request: HttpRequest) -> HttpResponse:
    """The choices of the composer's list."""
    return render(request, "inbox/_colleagues.html", {"agents": who_may(Permission.CONVERSATION_READ)})
