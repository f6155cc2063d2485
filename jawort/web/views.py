"""What belongs to no screen: the start, and reports of browsers."""

import json
import logging
import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from jawort.staff.access import holds, person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.settings.first_steps import left

REPORT_BYTES_MAX = 16_384
_log = logging.getLogger(__name__)
#: Names of directives and nothing else: a report holds addresses and samples of the page, which may be content.
_DIRECTIVE = re.compile(r"[a-z-]{3,40}")


@require_GET
@requires(Permission.SETTINGS_OWN)
def home(request: HttpRequest) -> HttpResponse:
    """The first screen that this person may see; for an administrator the first steps, while one is left."""
    person = person_of(request)
    if holds(person, Permission.STAFF_MANAGE) and left(person):
        return redirect("settings:first-steps")
    if holds(person, Permission.CONVERSATION_READ):
        return redirect("inbox:index")
    return redirect("ledger:index" if holds(person, Permission.LEDGER_READ) else "settings:me")


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """A browser refused something: log which rule, never what."""
    body = request.read(REPORT_BYTES_MAX + 1)
    if len(body) > REPORT_BYTES_MAX:
        return HttpResponse(status=413)
    _log.warning("content security policy: a browser refused something by %s", _directive(body))
    return HttpResponse(status=204)


def _directive(body: bytes) -> str:
    try:
        said = json.loads(body)["csp-report"]["effective-directive"]
    except (ValueError, KeyError, TypeError):
        return "an unknown rule"
    return said if isinstance(said, str) and _DIRECTIVE.fullmatch(said) else "an unknown rule"
