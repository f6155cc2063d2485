"""Before and around signing in."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

LANGUAGE_KEPT_SECONDS = 31_536_000


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language for who is not signed in, and go back. It is a choice of display: a cookie is enough."""
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = redirect(back if safe else "/")
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        keep_language(response, chosen)
    return response


def keep_language(response: HttpResponse, chosen: str) -> None:
    """Let the browser say it with the next request."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=LANGUAGE_KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@require_GET
def inactive(request: HttpRequest) -> HttpResponse:
    """The account is closed."""
    return render(request, "account/account_inactive.html", status=403)


def closed(request: HttpRequest) -> HttpResponse:
    """Registration, reset and change of address: administrators do it."""
    raise Http404
