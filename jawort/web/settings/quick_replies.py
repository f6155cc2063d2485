"""Quick replies: everybody who answers keeps their own; whoever may share keeps those of the company as well."""

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jawort.core import clock
from jawort.messaging.quick_replies.access import quick_reply_for
from jawort.messaging.quick_replies.keep import CannotKeep, keep, remove, reword
from jawort.messaging.quick_replies.models import QuickReply
from jawort.messaging.quick_replies.queries import Kept, quick_replies
from jawort.messaging.quick_replies.rules import (
    LANGUAGES,
    NAME_CHARS_MAX,
    TEXT_CHARS_MAX,
    Piece,
    Placeholder,
    Wording,
    pieces,
    unknown,
)
from jawort.staff.access import actor_of, holds, person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.fields import NameField
from jawort.web.inbox.quick_replies import EXPLAINED, dates

CANNOT: Mapping[str, str | Promise] = {
    "taken": gettext_lazy("There is a quick reply with this name. Please choose another one."),
    "full": gettext_lazy("There are as many quick replies as there may be. Remove one that nobody needs first."),
}


class WordingForm(forms.Form):
    """What a quick reply is called and says."""

    name = NameField(max_length=NAME_CHARS_MAX)
    text_de = forms.CharField(max_length=TEXT_CHARS_MAX, required=False)
    text_en = forms.CharField(max_length=TEXT_CHARS_MAX, required=False)
    shared = forms.BooleanField(required=False)

    def clean(self) -> dict[str, object]:
        """A text in one language at least, and no braces but those of placeholders."""
        said: dict[str, object] = self.cleaned_data
        if not self.texts and not self.errors:
            self.add_error("text_de", gettext("Please write a text, in one language at least."))
        for language, text in self.texts.items():
            if strange := unknown(text):
                sentence = gettext("%(what)s is no placeholder. See below which there are.")
                self.add_error(f"text_{language}", sentence % {"what": ", ".join(strange)})
        return said

    @property
    def texts(self) -> dict[str, str]:
        """By language, where there is one."""
        said = {language: str(self.cleaned_data.get(f"text_{language}") or "") for language in LANGUAGES}
        return {language: text.replace("\r\n", "\n") for language, text in said.items() if text}

    def wording(self) -> Wording:
        """What was said."""
        return Wording(self.cleaned_data["name"], self.texts)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONVERSATION_WRITE)
def index(request: HttpRequest) -> HttpResponse:
    """Those that somebody may use, and a form for one more."""
    person, sent = person_of(request), request.method == "POST"
    may_share = holds(person, Permission.QUICK_REPLY_SHARE)
    form = WordingForm(request.POST if sent else None, initial={"shared": may_share})
    if sent and form.is_valid() and not _looks(request):
        owner = None if may_share and form.cleaned_data["shared"] else person
        try:
            keep(form.wording(), owner, actor=actor_of(request), at=clock.now())
        except CannotKeep as refusal:
            form.add_error("name", str(CANNOT[refusal.code]))
        else:
            messages.success(request, gettext("Saved. In the composer “/” opens the list."))
            return redirect("settings:quick-replies")
    listed = [(kept, may_share or kept.is_own) for kept in quick_replies(person)]
    return _shown(request, "quick_replies", form, {"listed": listed, "may_share": may_share})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONVERSATION_WRITE)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Word one anew; below it the way to remove it."""
    kept, sent = _kept(request, pk), request.method == "POST"
    now = {"name": kept.wording.name} | {f"text_{language}": text for language, text in kept.wording.texts.items()}
    form = WordingForm(request.POST if sent else None, initial=now)
    if sent and form.is_valid() and not _looks(request):
        try:
            reword(pk, form.wording(), actor=actor_of(request), at=clock.now())
        except CannotKeep as refusal:
            form.add_error("name", str(CANNOT[refusal.code]))
        else:
            messages.success(request, gettext("Saved."))
            return redirect("settings:quick-replies")
    return _shown(request, "quick_reply", form, {"kept": kept})


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Remove one for good."""
    remove(_kept(request, pk).id, actor=actor_of(request), at=clock.now())
    messages.success(request, gettext("Removed."))
    return redirect("settings:quick-replies")


def _kept(request: HttpRequest, pk: UUID) -> Kept:
    try:
        return quick_reply_for(person_of(request), pk)
    except QuickReply.DoesNotExist:
        raise Http404 from None


def _looks(request: HttpRequest) -> bool:
    """Whether somebody only wants to see how it looks."""
    return request.POST.get("act") == "look"


def _shown(request: HttpRequest, name: str, form: WordingForm, more: Mapping[str, object]) -> HttpResponse:
    looks = _look(form, person_of(request).name)
    if _looks(request) and "HX-Request" in request.headers:
        return render(request, "settings/_look.html", {"looks": looks})
    given = {"form": form, "looks": looks, "explained": EXPLAINED.items(), "screen": "settings", **more}
    failed = request.method == "POST" and not _looks(request)
    return render(request, f"settings/{name}.html", given, status=422 if failed else 200)


def _look(form: WordingForm, agent: str) -> list[tuple[str, list[Piece]]]:
    """Each text with example values; the agent and the dates are true ones."""
    known = {
        Placeholder.CUSTOMER: gettext("Kim Example"),
        Placeholder.AGENT: agent,
        Placeholder.LINE: gettext("Customer service"),
        Placeholder.NUMBER: "+49 30 23125000",
    }
    texts = {language: form[f"text_{language}"].value() or "" for language in LANGUAGES}
    return [
        (language, list(pieces(text, known | dates(language, clock.now())))) for language, text in texts.items() if text
    ]
