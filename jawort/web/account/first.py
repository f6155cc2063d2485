"""Who has the link that `jawort serve` printed says who they are, chooses a password, and is the administrator."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import require_http_methods

from jawort.core import clock
from jawort.staff import first, lockout
from jawort.web.account.forms import FirstForm
from jawort.web.account.joining import quiet
from jawort.web.account.views import keep_language


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, token: str) -> HttpResponse:
    """The form. Wrong links are counted by place, as those of invitations are."""
    tried, at = lockout.Tried(None, request.META.get("REMOTE_ADDR", "")), clock.now()
    if not lockout.admits(tried, at):
        return quiet(render(request, "account/no_first.html", {"locked": True}, status=429))
    if not first.opens(token, at):
        return _none(request)
    lockout.forget(tried)
    sent = request.method == "POST"
    form = FirstForm(request.POST if sent else None)
    if sent and form.is_valid():
        said = form.cleaned_data
        language = said["language"]
        try:
            agent = first.take(token, said["email"], said["name"], said["password"], language, at=clock.now())
        except first.AddressTaken:
            form.add_error("email", gettext("There is an account with this address already."))
        else:
            return _none(request) if agent is None else _in(request, language)
    given = {"form": form, "languages": settings.LANGUAGES, "spoken": get_language()}
    return quiet(render(request, "account/first.html", given, status=422 if sent else 200))


def _in(request: HttpRequest, language: str) -> HttpResponse:
    with override(language):
        messages.success(request, gettext("Your account is ready. Sign in with the password that you have chosen."))
    response = redirect("account_login")
    keep_language(response, language)
    return response


def _none(request: HttpRequest) -> HttpResponse:
    return quiet(render(request, "account/no_first.html", status=404))
