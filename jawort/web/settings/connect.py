"""Connecting a number: the app and the account first, then the callback, then one number after the other."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jawort.channels.whatsapp.callback import Tried, try_callback
from jawort.channels.whatsapp.numbers import GERMANY, State, wait_for
from jawort.core import clock
from jawort.legal.queries import links
from jawort.lines import register, setup
from jawort.lines.connect import NewApp
from jawort.lines.grant import check
from jawort.lines.models import App, Line, Setup
from jawort.lines.queries import apps, by_ref
from jawort.lines.reading import NotRead, read_anew
from jawort.lines.rotate import replace_verify_token
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.settings.connect_forms import AccountForm, NewAppForm, NumberForm, a_verify_token
from jawort.web.settings.connect_words import FIELDS, PIN_CODES, grant_words, not_done_words, tried_words
from jawort.web.settings.graph import graph


@dataclass(frozen=True, slots=True)
class Choice:
    """A number of the account, with the line that it is already."""

    state: State
    line: Line | None


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.LINE_CHANGE)
def begin(request: HttpRequest) -> HttpResponse:
    """App and account: what is given is checked at the platform, and only then kept."""
    known = _known(request)
    sent = request.method == "POST"
    form: AccountForm = (AccountForm if known else NewAppForm)(request.POST if sent else None)
    if sent and form.is_valid() and (begun := _begun(request, known, form)):
        return redirect("settings:setup", begun.pk)
    given: dict[str, Any] = {"form": form, "known": known, "sent": sent, "verify_token": a_verify_token()}
    given |= {"apps": apps(), "setups": setup.setups(), "linked": links() is not None, "screen": "settings"}
    return render(request, "settings/connect.html", given, status=422 if sent else 200)


@require_GET
@requires(Permission.LINE_CHANGE)
def moving(request: HttpRequest) -> HttpResponse:
    """How a number comes over from another provider."""
    return render(request, "settings/moving.html", {"setups": setup.setups(), "screen": "settings"})


@require_GET
@requires(Permission.LINE_CHANGE)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The account as the platform has it now, and what is to be entered there."""
    return _page(request, _setup(pk))


@require_POST
@requires(Permission.LINE_CHANGE)
def subscribe(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have the app hear of the account."""
    found = _setup(pk)
    try:
        register.subscribe(found, graph(), actor=actor_of(request), at=clock.now())
    except register.NotDone as problem:
        messages.error(request, not_done_words(problem))
    else:
        messages.success(request, gettext("The app hears of this account now."))
    return redirect("settings:setup", pk)


@require_POST
@requires(Permission.LINE_CHANGE)
def test(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try the callback from our side, and say what became of it."""
    found = _setup(pk)
    tried = wait_for(
        try_callback(
            settings.CONFIG.callback_url, setup.verify_token_of(found.app), setup.secret_of(found.app), graph().egress
        )
    )
    return _page(request, found, tried)


@require_POST
@requires(Permission.LINE_CHANGE)
def renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another verify token for the app, shown this once."""
    found, fresh = _setup(pk), a_verify_token()
    replace_verify_token(found.app_id, fresh, actor=actor_of(request), at=clock.now())
    return _page(request, found, verify_token=fresh)


@require_POST
@requires(Permission.LINE_CHANGE)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget the token; the lines stay."""
    setup.end(pk, actor=actor_of(request), at=clock.now())
    messages.success(request, gettext("Done. Lines that were connected stay; the token of the setup is deleted."))
    return redirect("settings:lines")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.LINE_CHANGE)
def number(request: HttpRequest, pk: UUID, ref: str) -> HttpResponse:
    """One number: what it is called, where contents rest, its PIN; then it is registered and live."""
    found = _setup(pk)
    try:
        outlook = register.outlook(found, graph(), ref)
    except register.NotDone as problem:
        messages.error(request, not_done_words(problem))
        return redirect("settings:setup", pk)
    state, sent = outlook.number(ref), request.method == "POST"
    registers = not state.registered
    first = {"name": state.name, "region": GERMANY}
    form = NumberForm(request.POST if sent else first, registers=registers)
    if sent and form.is_valid():
        try:
            return _connected(request, found, outlook, ref, form)
        except register.NotDone as problem:
            if problem.uncertain or form.cleaned_data["anew"]:  # the number is perhaps another one than this page shows
                messages.error(request, not_done_words(problem))
                return redirect("settings:setup-number", pk, ref)
            form.add_error("pin" if problem.code in PIN_CODES else None, not_done_words(problem))
    given: dict[str, Any] = {"form": form, "setup": found, "state": state, "region": outlook.region, "sent": sent}
    given |= {"registers": registers, "linked": links() is not None, "screen": "settings"}
    return render(request, "settings/setup_number.html", given, status=422 if sent else 200)


def _begun(request: HttpRequest, known: App | None, form: AccountForm) -> Setup | None:
    """The setup, or None with the form saying why not."""
    said = form.cleaned_data
    if known is None and said["app_name"] in {app.name for app in apps()}:
        form.add_error("app_name", gettext("There is an app of this name already. Choose it above, or another name."))
        return None
    app = known or NewApp(said["app_name"], said["secret"], said["verify_token"], said["app_ref"])
    secret = app.secret if isinstance(app, NewApp) else setup.secret_of(app)
    grant = check(graph(), said["token"], said["account"], app.ref, secret)
    if grant.objection is not None:
        field, words = grant_words(grant, known=known is not None)
        form.add_error(field if field in form.fields else None, words)
        return None
    try:
        return setup.begin(
            app,
            said["account"],
            said["token"],
            token_ends_at=grant.ends_at,
            app_ref=grant.app_ref,
            actor=actor_of(request),
            at=clock.now(),
        )
    except IntegrityError:
        form.add_error(None, gettext("Somebody else was faster. Look at what is there now."))
        return None


def _connected(
    request: HttpRequest, found: Setup, outlook: register.Outlook, ref: str, form: NumberForm
) -> HttpResponse:
    """The number goes to work, and its page follows. Raises NotDone."""
    said = form.cleaned_data
    wanted = register.Wanted(said["name"], said["region"], said["pin"], said["anew"])
    line = register.put_to_work(found, outlook, ref, wanted, graph(), actor=actor_of(request), at=clock.now())
    with suppress(NotRead):  # the page says that nobody has asked yet, and asks
        read_anew(line.pk, graph(), at=clock.now())
    words = gettext("%(number)s is connected: who writes to it now is in the inbox at once.")
    messages.success(request, words % {"number": line.display_number})
    return redirect("settings:line", line.pk)


def _page(request: HttpRequest, found: Setup, tried: Tried | None = None, verify_token: str = "") -> HttpResponse:
    if not verify_token and setup.is_new(found):
        verify_token = setup.verify_token_of(found.app)
    trouble, choices, subscription = "", [], None
    try:
        outlook = register.outlook(found, graph())
    except register.NotDone as problem:
        trouble = not_done_words(problem)
    else:
        lines = by_ref(state.ref for state in outlook.numbers)
        choices = [Choice(state, lines.get(state.ref)) for state in outlook.numbers]
        subscription = outlook.subscription
    given: dict[str, Any] = {"setup": found, "trouble": trouble, "choices": choices, "subscription": subscription}
    given |= {"callback": settings.CONFIG.callback_url, "verify_token": verify_token, "fields": FIELDS}
    given |= {"tried": tried_words(tried) if tried else [], "screen": "settings"}
    given |= {"linked": links() is not None, "public": settings.CONFIG.callback_url.startswith("https://")}
    return render(request, "settings/setup.html", given)


def _known(request: HttpRequest) -> App | None:
    """The app that was chosen by its id; None for a new one."""
    given = request.POST.get("app") or request.GET.get("app")
    if not given:
        return None
    found = next((app for app in apps() if str(app.pk) == given), None)
    if found is None:
        raise Http404
    return found


def _setup(pk: UUID) -> Setup:
    found = setup.setup_of(pk)
    if found is None:
        raise Http404
    return found
