"""The stage of the demo: who one wants to be, the phone beside the desk, and the tour.

Nobody proves who they are here, so it answers callers of this machine only, and everything is made up.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST

from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.access import actor_of, holds, person_of, requires
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission
from jawort.staff.preferences import prefer
from jawort.web import views as desk
from jawort.web.demo.acts import ACTS
from jawort.web.demo.acts import begin as begin_tour
from jawort.web.demo.facts import line_name, persons, story
from jawort.web.demo.tour import Story, current, fold
from jawort.web.demo.words import shown, shows_text
from jawort.web.middleware import POLICY

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def near(view: View[P]) -> View[P]:
    """404 for callers from elsewhere: a sign-in without a password must not be reachable over a network."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not _is_near(request.META.get("REMOTE_ADDR", "")):
            raise Http404
        return view(request, *args, **kwargs)

    return cast(View[P], guarded)


@require_GET
def entrance(request: HttpRequest) -> HttpResponseBase:
    """The start of a demo: the persons for who is nobody yet, the desk for everybody else."""
    if not isinstance(request.user, Agent) and _is_near(request.META.get("REMOTE_ADDR", "")):
        return redirect("demo:stage")
    return desk.home(request)


@require_GET
@near
def stage(request: HttpRequest) -> HttpResponseBase:
    """Phone, desk and tour in one window; before that, who one wants to be."""
    public = settings.CONFIG.public_url
    if request.get_host() != urlsplit(public).netloc:
        return redirect(f"{public}{request.path}")  # the simulator lets this origin frame it, and no other name of ours
    if not isinstance(request.user, Agent):
        return _persons(request)
    person = request.user
    given = _tour(person) | {"cast": persons(), "phone": settings.CONFIG.simulator_url, "business": line_name()}
    response = render(request, "demo/stage.html", given)
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self' {settings.CONFIG.simulator_url}"
    return response


@require_POST
@near
def choose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Be this person. The language that the page was shown in stays."""
    person = next((one for one in persons() if one.pk == pk), None)
    if person is None:
        raise Http404
    with transaction.atomic():
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
        record([Entry(Kind.DEMO_PERSON_CHOSEN, person.actor, person.pk)], clock.now())
        _speak(person, request.POST.get("language", ""))
    if story() is None:
        begin_tour(None, person.actor)
    return redirect("demo:stage")


@require_POST
@near
@requires(Permission.SETTINGS_OWN)
def language(request: HttpRequest) -> HttpResponse:
    """The other language."""
    _speak(person_of(request), request.POST.get("language", ""))
    return redirect("demo:stage")


@require_GET
@near
def tour(request: HttpRequest) -> HttpResponse:
    """How far the tour has come; nothing (204) if the page shows just that, and 205 for who has signed out meanwhile:

    the page begins anew then. A refusal would be an error in the browser's eyes, and it is none."""
    if not isinstance(request.user, Agent):
        return HttpResponse(status=205)
    given = _tour(request.user)
    if request.GET.get("seen") == given["version"]:
        return HttpResponse(status=204)
    return render(request, "demo/_tour.html", given)


@require_POST
@near
@requires(Permission.SETTINGS_OWN)
def begin(request: HttpRequest) -> HttpResponse:
    """Start, or start over."""
    begin_tour(story(), actor_of(request))
    return _after(request)


@require_POST
@near
@requires(Permission.CONVERSATION_READ)
def act(request: HttpRequest, name: str) -> HttpResponse:
    """Do what a button of the tour says."""
    told = story()
    if name not in ACTS or told is None:
        raise Http404
    ACTS[name](told, person_of(request))
    return _after(request)


def _persons(request: HttpRequest) -> HttpResponse:
    """Who one wants to be."""
    return render(request, "demo/persons.html", {"cast": persons(), "business": line_name()})


def _tour(person: Agent) -> dict[str, Any]:
    """What the tour's fragment shows this person."""
    given: dict[str, Any] = {"user": person, "steps": [], "now": None, "done": 0}
    given |= {"begun": False, "reads": False, "whole": False}
    told = story()
    if not holds(person, Permission.CONVERSATION_READ):
        given |= {
            "reader": next((one for one in persons() if holds(one, Permission.CONVERSATION_READ)), None),
            "whole": told is not None and current(fold(told)) is None,
        }
    elif told is not None:
        given |= {"reads": True} | _told(person, told)
    else:
        given |= {"reads": True}
    return given | {"version": _version(given)}


def _told(person: Agent, told: Story) -> dict[str, Any]:
    steps = fold(told)
    home = told.home(told.subject) if told.subject else None
    if home is not None and shows_text(steps):
        hand_out(person.actor, [home], right=Permission.CONVERSATION_READ, at=clock.now())
    lines = shown(told, steps)
    now = next((line for line in lines if line.state == "now"), None)
    checker = next((one for one in persons() if not holds(one, Permission.CONVERSATION_READ)), None)
    done = sum(step.done for step in steps)
    return {
        "begun": True,
        "steps": lines,
        "now": now,
        "done": done,
        "whole": current(steps) is None,
        "checker": checker,
    }


def _version(given: dict[str, Any]) -> str:
    about = (translation.get_language(), given["user"].pk, given["begun"], given["steps"], given["whole"])
    return hashlib.sha256(repr(about).encode()).hexdigest()[:16]


def _after(request: HttpRequest) -> HttpResponse:
    if "HX-Request" not in request.headers:
        return redirect("demo:stage")
    return render(request, "demo/_tour.html", _tour(person_of(request)))


def _speak(person: Agent, language: str) -> None:
    if language in dict(settings.LANGUAGES) and language != person.language:
        prefer(person, language=language)


def _is_near(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
