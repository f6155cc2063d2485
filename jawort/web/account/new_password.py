"""Who has forgotten their password opens the link that an administrator has handed over, and chooses another."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from jawort.core import clock
from jawort.staff import lockout, password_link
from jawort.web.account.forms import NewPasswordForm
from jawort.web.account.joining import quiet


@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """The form. Wrong links are counted by place, as those of invitations are, and all have one answer."""
    tried, at = lockout.Tried(None, request.META.get("REMOTE_ADDR", "")), clock.now()
    if not lockout.admits(tried, at):
        return quiet(render(request, "account/no_password_link.html", {"locked": True}, status=429))
    agent = password_link.opens_for(token, at)
    if agent is None:
        return _none(request)
    lockout.forget(tried)
    sent = request.method == "POST"
    form = NewPasswordForm(request.POST if sent else None, email=agent.email, name=agent.name)
    if sent and form.is_valid():
        if password_link.choose(token, form.cleaned_data["password"], at=at) is None:
            return _none(request)
        messages.success(request, gettext("Your password is changed. Sign in with it now."))
        return redirect("account_login")
    given = {"form": form, "agent": agent}
    return quiet(render(request, "account/new_password.html", given, status=422 if sent else 200))


def _none(request: HttpRequest) -> HttpResponse:
    return quiet(render(request, "account/no_password_link.html", status=404))
