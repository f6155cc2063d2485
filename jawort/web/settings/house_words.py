"""Further words that end advertising."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jawort.consent.house_words import CHARACTERS_MAX, CannotAdd, add_word, remove_word
from jawort.consent.models import HouseWord
from jawort.core import clock
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.web.fields import TOO_LONG, NameField

CANNOT: Final[Mapping[str, str | Promise]] = {
    "short": gettext_lazy("A word has at least three letters."),
    "known": gettext_lazy("This ends advertising already: nothing needs to be added."),
    "answer": gettext_lazy("People answer and greet with this: it cannot mean the end of advertising as well."),
    "long": gettext_lazy("This word is too long."),
    "full": gettext_lazy("There are as many words as there may be. Please remove one first."),
}


class WordForm(forms.Form):
    """A word, or a few."""

    word = NameField(
        max_length=CHARACTERS_MAX,
        error_messages={"max_length": TOO_LONG},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONSENT_TEXT_CHANGE)
def index(request: HttpRequest) -> HttpResponse:
    """All of them, and a form for one more."""
    sent = request.method == "POST"
    form = WordForm(request.POST if sent else None)
    if sent and form.is_valid():
        try:
            add_word(form.cleaned_data["word"], actor=actor_of(request), at=clock.now())
        except CannotAdd as refusal:
            form.add_error("word", str(CANNOT[refusal.why]))
        else:
            messages.success(request, gettext("Added. Whoever writes this gets no more advertising from now on."))
            return redirect("settings:house-words")
    given = {
        "form": form,
        "sent": sent,
        "words": HouseWord.objects.order_by("word"),
        "most": CHARACTERS_MAX,
        "screen": "settings",
    }
    return render(request, "settings/house_words.html", given, status=422 if sent else 200)


@require_POST
@requires(Permission.CONSENT_TEXT_CHANGE)
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is heard no more."""
    try:
        remove_word(pk, actor=actor_of(request), at=clock.now())
    except HouseWord.DoesNotExist:
        raise Http404 from None
    messages.success(request, gettext("Removed. Who has ended advertising with it gets none all the same."))
    return redirect("settings:house-words")
