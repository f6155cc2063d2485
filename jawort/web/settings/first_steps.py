"""What leads from an empty installation to the first answer. Each step is read from what is so, never from a tick."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from jawort.core import clock
from jawort.legal.queries import links
from jawort.lines.queries import every
from jawort.messaging.queries import has_answered, has_heard
from jawort.staff.access import person_of, requires
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission
from jawort.staff.queries import everybody, invitations
from jawort.staff.second_factor import factor_of


@dataclass(frozen=True, slots=True)
class Step:
    """One of them: whether it is done, and the name of the address where it is done."""

    name: str | Promise
    hint: str | Promise
    route: str
    is_done: bool


@require_GET
@requires(Permission.STAFF_MANAGE)
def index(request: HttpRequest) -> HttpResponse:
    """All steps in their order, and what cannot be seen from here."""
    found = steps(person_of(request))
    given = {"steps": found, "left": sum(not step.is_done for step in found), "screen": "settings"}
    return render(request, "settings/first_steps.html", given)


def steps(person: Agent) -> list[Step]:
    """How far it is, for this administrator."""
    return [
        Step(
            gettext_lazy("A second factor for you"),
            gettext_lazy("Who administers can let anybody in: a password alone is too little."),
            "settings:second-factor",
            factor_of(person.pk) is not None,
        ),
        Step(
            gettext_lazy("A number is connected"),
            gettext_lazy(
                "On the server, with “jawort lines --connect”. Without an account at Meta, the simulator does."
            ),
            "settings:lines",
            bool(every()),
        ),
        Step(
            gettext_lazy("Imprint and privacy notice are linked"),
            gettext_lazy("Customers find both on every page that they see of you; until then no side door opens."),
            "settings:legal",
            links() is not None,
        ),
        Step(
            gettext_lazy("A colleague is invited"),
            gettext_lazy("By a link that you hand over."),
            "settings:people",
            len(everybody()) > 1 or bool(invitations(clock.now())),
        ),
        Step(
            gettext_lazy("The first message has come"),
            gettext_lazy("Write to the number with a phone; it is in the inbox at once."),
            "inbox:index",
            has_heard(),
        ),
        Step(
            gettext_lazy("The first answer has reached WhatsApp"),
            gettext_lazy("Open the conversation and answer. The tick says when WhatsApp has it."),
            "inbox:index",
            has_answered(),
        ),
    ]
