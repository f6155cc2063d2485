"""What somebody tells colleagues of themselves, from the account menu."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.staff.presence import show as show_presence
from jawort.staff.rules import Presence


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def show(request: HttpRequest) -> HttpResponse:
    """Available, busy or away; the menu anew, or the page that it was chosen on."""
    person, chosen, back = person_of(request), request.POST.get("presence"), request.POST.get("next", "")
    if chosen not in set(Presence):
        return HttpResponse(status=422)
    show_presence(person, Presence(chosen), at=clock.now())
    here = back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""
    if "HX-Request" not in request.headers:
        return redirect(here or "home")
    person.refresh_from_db(fields=["presence", "presence_since"])
    return render(request, "base/_me.html", {"user": person, "next": here})
