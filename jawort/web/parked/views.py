"""What could not be taken in or carried out: what it is, why, and the way to try again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from jawort.core import clock
from jawort.intake.park import PARKED_FOR
from jawort.intake.park import replay as replay_raw
from jawort.intake.queries import parked as parked_updates
from jawort.lanes.parked import parked as parked_jobs
from jawort.lanes.parked import replay as replay_lane
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.parked.words import job_reason, update_reason

SHOWN = 200


@require_GET
@requires(Permission.PARKED_READ)
def index(request: HttpRequest) -> HttpResponse:
    """Updates and jobs that were set aside."""
    updates = [{"row": row, "why": update_reason(row.reason)} for row in parked_updates(SHOWN)]
    jobs = [{"row": row, "why": job_reason(row.kind, row.reason)} for row in parked_jobs(SHOWN)]
    given = {"updates": updates, "jobs": jobs, "days": PARKED_FOR.days, "screen": "parked"}
    return render(request, "parked/index.html", given)


@require_POST
@requires(Permission.PARKED_REPLAY)
def replay_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Try to take it in again."""
    done = replay_raw(pk, actor=actor_of(request), at=clock.now())
    return _back(request, done)


@require_POST
@requires(Permission.PARKED_REPLAY)
def replay_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Try to do it again."""
    return _back(request, replay_lane(pk, actor=actor_of(request), at=clock.now()))


def _back(request: HttpRequest, done: bool) -> HttpResponse:
    if done:
        messages.success(request, gettext("It is back in the queue. If it fails again, it returns here."))
    else:
        messages.error(request, gettext("It is not parked any more."))
    return redirect("parked:index")
