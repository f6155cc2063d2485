"""In which words people are asked for their consent. Nothing that was put into use is ever changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from jawort.consent.models import DeclaredPurpose, Picture, Text
from jawort.consent.pictures import SHAPES, kept_as, looked, pictures_of
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.purposes import asked_for
from jawort.consent.texts import (
    LANGUAGES,
    Filled,
    Language,
    TextUnfit,
    Whole,
    company_in_texts,
    put_into_use,
    texts_in_use,
    whole,
)
from jawort.core import clock
from jawort.legal.queries import links
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.fields import NameField, PurposeField, purpose_choices

CHARACTERS_MAX: Final = 200
#: What each field is called, and what may stand in it.
FIELDS: Final = {
    "controller": (gettext_lazy("Name of your company"), "Werkstatt Lindenhof GmbH"),
    "contents_de": (gettext_lazy("What you send, in German"), "Angebote und Neuigkeiten"),
    "frequency_de": (gettext_lazy("How often at most, in German (may be left out)"), "höchstens zweimal im Monat"),
    "contents_en": (gettext_lazy("What you send, in English"), "offers and news"),
    "frequency_en": (gettext_lazy("How often at most, in English (may be left out)"), "at most twice a month"),
    "notice_version": (gettext_lazy("Which version of your privacy notice (may be left out)"), "November 2026"),
}
TOO_LONG: Final = gettext_lazy("At most %(limit_value)d characters, please: WhatsApp takes 1,024 in all.")
TOO_LONG_IN_ALL: Final = gettext_lazy("The whole question is longer than the 1,024 characters that WhatsApp takes.")


_LENGTH: Final[dict[str, Any]] = {"max_length": CHARACTERS_MAX, "error_messages": {"max_length": TOO_LONG}}


class TextForm(forms.Form):
    """What the company fills into both languages at once: people are asked in theirs. How often need not be said."""

    purpose = PurposeField()
    controller = NameField(**_LENGTH)
    contents_de, frequency_de = NameField(**_LENGTH), forms.CharField(required=False, **_LENGTH)
    notice_version = forms.CharField(required=False, max_length=80, error_messages={"max_length": TOO_LONG})
    contents_en, frequency_en = NameField(**_LENGTH), forms.CharField(required=False, **_LENGTH)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["purpose"].choices = purpose_choices()  # type: ignore[attr-defined]

    def filled(self, notice: str) -> dict[Language, Filled]:
        """By language."""
        given = self.cleaned_data
        return {
            language: Filled(
                given["controller"],
                given[f"contents_{language}"],
                given[f"frequency_{language}"],
                notice,
                given["notice_version"],
            )
            for language in LANGUAGES
        }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONSENT_TEXT_CHANGE)
def index(request: HttpRequest) -> HttpResponse:
    """The texts in use, and a form for others: first shown as people will read them, then put into use."""
    sent, legal, purpose = request.method == "POST", links(), _wanted(request)
    key = Purpose(purpose.key)
    used = texts_in_use(key)
    form = TextForm(request.POST if sent else _filled(purpose, used))
    preview: list[Whole] = []
    if sent and legal is not None and form.is_valid():
        filled = form.filled(legal.privacy)
        try:
            preview = [whole(key, language, one) for language, one in filled.items()]
        except TextUnfit:
            form.add_error("contents_de", str(TOO_LONG_IN_ALL))
        else:
            if request.POST.get("use") == _names(preview):  # nobody puts into use what nobody has seen
                put_into_use(key, filled, actor=actor_of(request), at=clock.now())
                messages.success(request, gettext("People are asked in these words from now on."))
                return redirect(f"{reverse('settings:consents')}?purpose={key}")
    given = {"form": form, "used": used, "preview": preview, "links": legal, "sent": sent, "screen": "settings"}
    given |= {"wanted": purpose, "names": purpose_choices()}
    given |= {"shown": _with_pictures(used, clock.now())}
    given |= {"previewed": _names(preview), "most": CHARACTERS_MAX}
    given |= {"fields": [(form[name], label, example) for name, (label, example) in FIELDS.items()]}
    return render(request, "settings/consents.html", given, status=422 if sent and not preview else 200)


@require_GET
@requires(Permission.CONSENT_READ)
def pictured(request: HttpRequest, picture: str) -> HttpResponse:
    """How a form looked, as it is kept. Our own drawing, and served as if it were not: it can do nothing."""
    kept = kept_as(picture)
    if kept is None:
        raise Http404
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": f'inline; filename="jawort-form-{kept.pk[:8]}.svg"',
    }
    return HttpResponse(bytes(kept.content), content_type=kept.media_type, headers=headers)


def _with_pictures(texts: Sequence[Text], at: datetime) -> list[tuple[Text, list[Picture]]]:
    """Each text with how its forms look now."""
    kept = pictures_of([text.pk for text in texts])
    found = [(text, [looked(kept, text.pk, kind, at, asks) for kind, asks in SHAPES]) for text in texts]
    return [(text, [one for one in pictures if one]) for text, pictures in found]


def _names(texts: Sequence[Whole]) -> str:
    return " ".join(text.id for text in texts)


def _wanted(request: HttpRequest) -> DeclaredPurpose:
    """The purpose that the page is about: the last one that is named, or campaigns."""
    open_ = asked_for()
    named = Purpose((request.POST or request.GET).get("purpose", CAMPAIGNS))
    return open_.get(named) or open_[CAMPAIGNS]


def _filled(purpose: DeclaredPurpose, used: tuple[Text, ...]) -> dict[str, Any]:
    """The form as it was filled in last, or as far as the purpose says it."""
    before: dict[str, Any] = {"purpose": [purpose.key]}
    if not used:
        often = {f"frequency_{language}": purpose.frequency(language) for language in LANGUAGES}
        return before | often | {"controller": company_in_texts()}
    filled = before | {"controller": used[0].controller, "notice_version": used[0].notice_version}
    for text in used:
        filled |= {f"contents_{text.language}": text.contents, f"frequency_{text.language}": text.frequency}
    return filled
