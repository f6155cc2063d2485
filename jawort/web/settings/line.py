"""One line: how its number is at WhatsApp, what customers see of the company, and its access token."""

from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.validators import URLValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from jawort.channels.whatsapp import business_profile as limits
from jawort.channels.whatsapp.business_profile import Profile
from jawort.core import clock
from jawort.lines.billed import of_month
from jawort.lines.decide import CannotAskFirst, set_book, set_newcomers
from jawort.lines.grant import check
from jawort.lines.models import Book, Line, Newcomers
from jawort.lines.queries import every
from jawort.lines.reading import NotRead, Read, change_profile, last_reading, read_anew
from jawort.lines.rotate import replace_access_token
from jawort.lines.setup import secret_of
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.fields import TOO_LONG
from jawort.web.settings.connect_forms import Secret
from jawort.web.settings.connect_words import grant_words
from jawort.web.settings.graph import graph
from jawort.web.settings.line_words import VERTICALS, limit, marks, not_read_words, throughput, troubles
from jawort.web.settings.newcomers import NewcomersForm
from jawort.web.settings.newcomers import shown as shown_newcomers
from jawort.web.settings.words import BOOKS, condition

REASON_CHARS_MAX: Final = 500
#: A month's free ones, of each number, since October 2026 (platform page on pricing).
FREE_A_MONTH: Final = 1_000
SERVICE, FREE, REGULAR = "service", "free_customer_service", "regular"
_WEB: Final = URLValidator(
    ["http", "https"], message=gettext_lazy("Please enter an address that begins with https:// or http://.")
)


class ProfileForm(forms.Form):
    """What customers see of the company."""

    about = forms.CharField(
        max_length=limits.ABOUT_CHARS_MAX, required=False, strip=True, error_messages={"max_length": TOO_LONG}
    )
    description = forms.CharField(
        max_length=limits.DESCRIPTION_CHARS_MAX, required=False, error_messages={"max_length": TOO_LONG}
    )
    address = forms.CharField(
        max_length=limits.ADDRESS_CHARS_MAX, required=False, error_messages={"max_length": TOO_LONG}
    )
    email = forms.EmailField(
        max_length=limits.EMAIL_CHARS_MAX,
        required=False,
        error_messages={"max_length": TOO_LONG, "invalid": gettext_lazy("Please enter an e-mail address.")},
    )
    website = forms.CharField(
        max_length=limits.WEBSITE_CHARS_MAX, required=False, validators=[_WEB], error_messages={"max_length": TOO_LONG}
    )
    website_2 = forms.CharField(
        max_length=limits.WEBSITE_CHARS_MAX, required=False, validators=[_WEB], error_messages={"max_length": TOO_LONG}
    )
    vertical = forms.ChoiceField(choices=list(VERTICALS.items()), required=False)

    def __init__(self, *given: Any, had_about: bool = False, **more: Any) -> None:
        super().__init__(*given, **more)
        self._had_about = had_about

    @classmethod
    def of(cls, profile: Profile) -> "ProfileForm":
        """The form as the profile is."""
        first, second = (*profile.websites, "", "")[: limits.WEBSITES_MAX]
        words = {name: getattr(profile, name) for name in ("about", "description", "address", "email", "vertical")}
        return cls(words | {"website": first, "website_2": second})

    @property
    def profile(self) -> Profile:
        """What was entered."""
        said = dict(self.cleaned_data)
        websites = tuple(site for name in ("website", "website_2") if (site := said.pop(name)))
        return Profile(websites=websites, **said)

    def clean_about(self) -> str:
        """WhatsApp lets nobody take the text away again."""
        about: str = self.cleaned_data["about"]
        if not about and self._had_about:
            raise forms.ValidationError(gettext_lazy("WhatsApp does not let it be empty once it was filled in."))
        return about


class BookForm(forms.Form):
    """How Meta's contact book is."""

    book = forms.ChoiceField(
        choices=[(Book.OFF, Book.OFF), (Book.ON, Book.ON)],
        error_messages={"required": gettext_lazy("Choose one of the two.")},
    )
    reason = forms.CharField(max_length=REASON_CHARS_MAX, required=False, error_messages={"max_length": TOO_LONG})

    def clean(self) -> dict[str, Any]:
        """What stays on has a reason."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("book") == Book.ON and not said.get("reason"):
            self.add_error("reason", gettext_lazy("Please say why it stays on."))
        return said


class TokenForm(forms.Form):
    """Another access token."""

    token = Secret()


@require_GET
@requires(Permission.LINE_READ)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is known of it, without asking WhatsApp."""
    return _page(request, _line(pk))


@require_POST
@requires(Permission.LINE_CHANGE)
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask WhatsApp how the number is."""
    line = _line(pk)
    try:
        read_anew(line.pk, graph(), at=clock.now())
    except NotRead as problem:
        messages.error(request, not_read_words(problem))
    return redirect("settings:line", pk)


@require_POST
@requires(Permission.LINE_CHANGE)
def profile(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what customers see of the company."""
    line, known = _line(pk), last_reading(pk)
    form = ProfileForm(request.POST, had_about=known is not None and known.standing.profile.about != "")
    if not form.is_valid():
        return _page(request, line, form=form)
    actor = actor_of(request)
    try:
        changed = change_profile(line.pk, form.profile, graph(), actor=actor, at=clock.now())
    except NotRead as problem:
        form.add_error(None, not_read_words(problem))
        return _page(request, line, form=form)
    said = gettext("Saved. The entry in the ledger names you.") if changed else gettext("Nothing changed.")
    messages.success(request, said)
    return redirect("settings:line", pk)


@require_POST
@requires(Permission.LINE_CHANGE)
def token(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send with another access token from now on, once WhatsApp has said that it is good for this account."""
    line, form = _line(pk), TokenForm(request.POST)
    if form.is_valid():
        given, app = form.cleaned_data["token"], line.app
        grant = check(graph(), given, line.waba_id, app.ref, secret_of(app))
        if grant.objection is None:
            replace_access_token(line.pk, given, actor=actor_of(request), at=clock.now())
            with suppress(NotRead):
                read_anew(line.pk, graph(), at=clock.now())
            messages.success(request, gettext("Messages leave with the new access token from now on."))
            return redirect("settings:line", pk)
        form.add_error("token", grant_words(grant, known=True)[1])
    return _page(request, line, token_form=form)


@require_POST
@requires(Permission.LINE_CHANGE)
def book(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say how Meta's contact book is."""
    line, form = _line(pk), BookForm(request.POST)
    if not form.is_valid():
        return _page(request, line, book_form=form)
    said = form.cleaned_data
    changed = set_book(line.pk, Book(said["book"]), said["reason"], actor=actor_of(request), at=clock.now())
    words = gettext("Saved. The entry in the ledger names you.") if changed else gettext("Nothing changed.")
    messages.success(request, words)
    return redirect("settings:line", pk)


@require_POST
@requires(Permission.LINE_CHANGE)
def newcomers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Decide whether new people say yes before they are read."""
    line, form = _line(pk), NewcomersForm(request.POST)
    if not form.is_valid():
        return _page(request, line, newcomers_form=form)
    said, actor = form.cleaned_data, actor_of(request)
    try:
        changed = set_newcomers(line.pk, Newcomers(said["newcomers"]), said["company"], actor=actor, at=clock.now())
    except CannotAskFirst:
        form.add_error("newcomers", gettext("Please enter the address of your privacy notice first."))
        return _page(request, line, newcomers_form=form)
    words = gettext("Saved. The entry in the ledger names you.") if changed else gettext("Nothing changed.")
    messages.success(request, words)
    return redirect("settings:line", pk)


def _page(
    request: HttpRequest,
    line: Line,
    form: ProfileForm | None = None,
    token_form: TokenForm | None = None,
    book_form: BookForm | None = None,
    newcomers_form: NewcomersForm | None = None,
) -> HttpResponse:
    found, at = last_reading(line.pk), clock.now()
    month = of_month(line.pk, at)
    free = month.get((SERVICE, FREE), 0)
    given: dict[str, Any] = {"line": line, "condition": condition(line), "read": found, "screen": "settings"}
    given |= {"form": form or (ProfileForm.of(found.standing.profile) if found else None), "sent": form is not None}
    given |= {"token_form": token_form or TokenForm(), "token_sent": token_form is not None}
    given |= {"verticals": VERTICALS.items(), "month": at, "free_most": FREE_A_MONTH}
    given |= {"free": free, "billed": month.get((SERVICE, REGULAR), 0), **(_shown(found) if found else {})}
    given |= {"book_form": book_form or BookForm({"book": line.book, "reason": line.book_reason}), "books": BOOKS}
    given |= {"book_sent": book_form is not None, "reason_most": REASON_CHARS_MAX}
    given |= {"templates": sum(count for (what, _), count in month.items() if what != SERVICE)}
    given |= shown_newcomers(line, newcomers_form)
    unfit = form or token_form or book_form or newcomers_form
    return render(request, "settings/line.html", given, status=422 if unfit else 200)


def _shown(found: Read) -> dict[str, Any]:
    standing = found.standing
    return {
        "marks": marks(standing),
        "limit": limit(standing),
        "throughput": throughput(standing),
        "troubles": troubles(standing),
        "standing": standing,
    }


def _line(pk: UUID) -> Line:
    found = next((line for line in every() if line.pk == pk), None)
    if found is None:
        raise Http404
    return found
