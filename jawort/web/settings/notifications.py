"""Of what somebody hears while they work, how, and when not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.staff.preferences import prefer
from jawort.web.settings.forms import OCCASIONS, NotificationsForm


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONVERSATION_READ)
def index(request: HttpRequest) -> HttpResponse:
    """Show and change it."""
    person = person_of(request)
    now = {name: getattr(person, name) for name in NotificationsForm.base_fields}
    for name in ("quiet_from", "quiet_until"):
        now[name] = f"{now[name]:%H:%M}" if now[name] else ""
    form = NotificationsForm(request.POST if request.method == "POST" else now)
    if request.method == "POST" and form.is_valid():
        prefer(person, **form.cleaned_data)
        messages.success(request, gettext("Saved."))
        return redirect("settings:notifications")
    given = {"form": form, "occasions": OCCASIONS, "screen": "settings"}
    return render(request, "settings/notifications.html", given, status=200 if form.is_valid() else 422)
