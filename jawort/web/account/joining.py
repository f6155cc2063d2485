"""Who was invited opens the link, chooses language and password, and has an account."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import require_http_methods

from jawort.core import clock
from jawort.staff import invite, lockout
from jawort.web.account.forms import JoinForm
from jawort.web.account.views import keep_language


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The form. Whatever is wrong with a link, the answer is one and the same: it says nothing of who was invited."""
    tried, at = lockout.Tried(None, request.META.get("REMOTE_ADDR", "")), clock.now()
    if not lockout.admits(tried, at):
        return quiet(render(request, "account/no_invitation.html", {"locked": True}, status=429))
    invitation = invite.invited(token, at)
    if invitation is None:
        return _none(request)
    lockout.forget(tried)
    sent = request.method == "POST"
    form = JoinForm(request.POST if sent else None, email=invitation.email, name=invitation.name)
    if sent and form.is_valid():
        return _joined(request, token, form)
    given = {"form": form, "invitation": invitation, "languages": settings.LANGUAGES, "spoken": get_language()}
    return quiet(render(request, "account/join.html", given, status=422 if sent else 200))


def _joined(request: HttpRequest, token: str, form: JoinForm) -> HttpResponse:
    said = form.cleaned_data
    if invite.join(token, said["password"], said["language"], at=clock.now()) is None:
        return _none(request)
    with override(said["language"]):
        messages.success(request, gettext("Your account is ready. Sign in with the password that you have chosen."))
    response = redirect("account_login")
    keep_language(response, said["language"])
    return response


def _none(request: HttpRequest) -> HttpResponse:
    return quiet(render(request, "account/no_invitation.html", status=404))


def quiet(response: HttpResponse) -> HttpResponse:
    """The address of the page is the secret, so no request from it may name it: they hear the host alone.

    Stricter would be worse: see web/middleware.py.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
