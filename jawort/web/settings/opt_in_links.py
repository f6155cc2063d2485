"""Links and QR codes for print and web: whoever follows one asks to be asked for a consent, and is, in the chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jawort.channels.whatsapp.chat_link import chat_link
from jawort.consent.models import OptInLink
from jawort.consent.opt_in import (
    PLACE_CHARACTERS_MAX,
    CannotLink,
    Counted,
    ask_number,
    end_link,
    links,
    make_link,
    show_on,
)
from jawort.consent.origin import origin_of
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.replies import NO_SCRIPT
from jawort.consent.texts import has_texts
from jawort.core import clock
from jawort.core.qr import drawn
from jawort.lines.queries import live
from jawort.lines.template_list import Offered
from jawort.messaging.confirm_typed import A_DAY_MAX, DAY, asked_by_template, fitting
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.fields import TOO_LONG, NameField, PurposeField, purpose_choices

LANGUAGES: Final = (("de", gettext_lazy("German")), ("en", gettext_lazy("English")))
WEBSITE: Final = "https://www.firma.example"
NO_LINE: Final = gettext_lazy("Please choose a line.")
NO_LANGUAGE: Final = gettext_lazy("Please choose a language.")
CANNOT: Final[Mapping[str, str | Promise]] = {
    "no_text": gettext_lazy("There is no text in this language yet. Please put one into use first."),
    "full": gettext_lazy("There are as many links as there may be. Please end one that nobody needs first."),
    "long": gettext_lazy(
        "The message would be too long for a QR code. Please say in fewer words what you send, under “Consents”."
    ),
    "ends": gettext_lazy(
        "The message would read as if somebody wanted no more advertising. Please say otherwise what you send, under "
        "“Consents”."
    ),
}


class LinkForm(forms.Form):
    """Where the link hangs or stands, to which line it leads, what for and in which language people are asked."""

    purpose = PurposeField()

    place = NameField(
        max_length=PLACE_CHARACTERS_MAX,
        error_messages={"max_length": TOO_LONG},
    )
    line = forms.TypedChoiceField(coerce=UUID, error_messages=dict.fromkeys(("required", "invalid_choice"), NO_LINE))
    language = forms.ChoiceField(
        choices=LANGUAGES, error_messages=dict.fromkeys(("required", "invalid_choice"), NO_LANGUAGE)
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["purpose"].choices = purpose_choices()  # type: ignore[attr-defined]
        self.fields["line"].choices = [(str(line.pk), line.name) for line in live()]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Shown:
    """A link as it is handed on: its address, its page, the line for other pages. `counted` is what has come of it.

    `host` is ours, which their policy must let in. `templates` are those that may ask at typed numbers;
    `template_gone` if the one that was chosen is not among them any more.
    """

    counted: Counted
    address: str
    page: str
    snippet: str
    host: str
    templates: Sequence[Offered] = ()
    template_gone: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """What somebody wrote as the pages of link `pk`; `address` of it is none."""

    pk: UUID
    said: str
    address: str


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONSENT_TEXT_CHANGE)
def index(request: HttpRequest) -> HttpResponse:
    """All links, and a form for one more."""
    sent = request.method == "POST"
    form = LinkForm(request.POST if sent else None, initial={"purpose": [CAMPAIGNS]})
    if sent and form.is_valid():
        said = form.cleaned_data
        try:
            make_link(
                said["line"],
                said["language"],
                said["place"],
                purpose=said["purpose"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except CannotLink as refusal:
            form.add_error("language" if refusal.why == "no_text" else None, str(CANNOT[refusal.why]))
        else:
            messages.success(request, gettext("The link is ready, with a QR code for print."))
            return redirect("settings:opt-in-links")
    return _page(request, form, sent=sent)


def _page(request: HttpRequest, form: LinkForm, *, sent: bool = False, wrong: Wrong | None = None) -> HttpResponse:
    made, at = links(), clock.now()
    used = [one for one in made if one.link.ended_at is None]
    offered = fitting([one.link for one in used], at)
    given = {
        "form": form,
        "sent": sent,
        "wrong": wrong,
        "used": [_shown(one, offered[one.link.pk]) for one in used],
        "asked_today": asked_by_template(at - DAY),
        "asked_most": A_DAY_MAX,
        "ended": [one for one in made if one.link.ended_at is not None],
        "can": has_texts(),
        "most": PLACE_CHARACTERS_MAX,
        "website": WEBSITE,
        "screen": "settings",
    }
    return render(request, "settings/opt_in_links.html", given, status=422 if sent or wrong else 200)


@require_GET
@requires(Permission.CONSENT_TEXT_CHANGE)
def picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its QR code as a file that can be printed in any size."""
    link = OptInLink.objects.select_related("line").filter(pk=pk, ended_at=None).first()
    if link is None:
        raise Http404
    response = render(request, "settings/qr.svg", {"picture": drawn(_address(link))}, content_type="image/svg+xml")
    response["Content-Disposition"] = f'inline; filename="opt-in-{link.code}.svg"'
    return response


@require_POST
@requires(Permission.CONSENT_TEXT_CHANGE)
def pages(request: HttpRequest, pk: UUID) -> HttpResponse:
    """On which pages of others its question may be shown."""
    said, origins = request.POST.get("origins", ""), set()
    for address in said.split():
        try:
            origins.add(origin_of(address))
        except ValueError:
            return _page(request, LinkForm(), wrong=Wrong(pk, said, address))
    try:
        show_on(pk, origins, actor=actor_of(request), at=clock.now())
    except OptInLink.DoesNotExist:
        raise Http404 from None
    messages.success(request, gettext("Saved. The question can be shown on these pages now, and on no others."))
    return redirect("settings:opt-in-links")


@require_POST
@requires(Permission.CONSENT_TEXT_CHANGE)
def number(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whether its page also asks for the number, and whether whoever types one is asked there by a template as well."""
    link = OptInLink.objects.select_related("line").filter(pk=pk, ended_at=None).first()
    if link is None:
        raise Http404
    asks, wanted, at = "asks_number" in request.POST, request.POST.get("template", ""), clock.now()
    one = next((each for each in fitting([link], at)[pk] if asks and str(each.id) == wanted), None)
    if asks and wanted and one is None:
        messages.error(request, gettext("This template cannot ask any more. Please choose another one, or none."))
        return redirect("settings:opt-in-links")
    named = {"template": one.name, "template_language": one.language} if one else {}
    ask_number(pk, asks, actor=actor_of(request), at=at, **named)
    said = gettext("Saved. The page asks for the number, too.") if asks else gettext("Saved. It asks for no number.")
    messages.success(request, said)
    return redirect("settings:opt-in-links")


@require_POST
@requires(Permission.CONSENT_TEXT_CHANGE)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nobody is asked by it any more."""
    try:
        end_link(pk, actor=actor_of(request), at=clock.now())
    except OptInLink.DoesNotExist:
        raise Http404 from None
    messages.success(request, gettext("The link is ended. Whoever still follows it reaches you as with any message."))
    return redirect("settings:opt-in-links")


def _shown(one: Counted, templates: Sequence[Offered]) -> Shown:
    host, code = settings.CONFIG.side_door_url, one.link.code
    chosen = one.link.template, one.link.template_language
    gone = bool(one.link.template) and chosen not in {(each.name, each.language) for each in templates}
    page = f"{host}{reverse('public:opt-in', args=[code])}" if host else ""
    script = f"{host}{reverse('public:opt-in-script', args=[code])}"
    fallback = f'<noscript><a href="{page}">{NO_SCRIPT.to(one.link.language)}</a></noscript>'
    return Shown(
        one, _address(one.link), page, f'<script src="{script}" async></script>{fallback}', host, templates, gone
    )


def _address(link: OptInLink) -> str:
    return chat_link(link.line.display_number, link.message, settings.CONFIG.simulator_url)
