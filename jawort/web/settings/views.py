"""A person's own settings."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.staff.preferences import prefer
from jawort.staff.rules import SIGNATURE_CHARACTERS_MAX, UNDO_SECONDS
from jawort.web.settings.forms import DENSITIES, THEMES, ZONES, MeForm


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SETTINGS_OWN)
def me(request: HttpRequest) -> HttpResponse:
    """Show and change a person's own choices: how the desk looks and speaks, and how they answer."""
    person = person_of(request)
    now = {name: getattr(person, name) for name in MeForm.base_fields}
    form = MeForm(request.POST if request.method == "POST" else now)
    if request.method == "POST" and form.is_valid():
        # Whoever sends nothing is not asked for how long.
        prefer(person, **{name: said for name, said in form.cleaned_data.items() if said is not None})
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, gettext("Saved."))
        return redirect("settings:me")
    given = {"form": form, "languages": settings.LANGUAGES, "themes": THEMES, "densities": DENSITIES}
    given |= {"zones": ZONES, "undo": UNDO_SECONDS, "signature_max": SIGNATURE_CHARACTERS_MAX, "screen": "settings"}
    return render(request, "settings/me.html", given, status=200 if form.is_valid() else 422)


@require_POST
@requires(Permission.SETTINGS_OWN)
def theme(request: HttpRequest) -> HttpResponse:
    """Light or dark, from the menu."""
    person = person_of(request)
    chosen = request.POST.get("theme", "")
    if chosen not in dict(THEMES):
        return HttpResponse(status=422)
    prefer(person, theme=chosen)
    return HttpResponse(status=204) if "HX-Request" in request.headers else redirect("home")
