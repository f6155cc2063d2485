"""What is being written in the composer: kept while it changes, and taken over by whoever stands in."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jawort.core import clock
from jawort.messaging.drafts import keep as verbs
from jawort.messaging.drafts.queries import drafts_in
from jawort.messaging.drafts.rules import CHARACTERS_MAX, Meant, Words
from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import address_of, handed, home_of


class KeepForm(forms.Form):
    """What stands in the composer."""

    text = forms.CharField(max_length=CHARACTERS_MAX, required=False, strip=False)
    kind = forms.ChoiceField(choices=[(meant.value, meant.value) for meant in Meant])


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep it; empty, nothing is kept any more. Sent by beacon: nobody waits for the answer.

    A beacon may come after the conversation was resolved: an answer is then of no use any more, a note may be.
    """
    home, form = home_of(request, pk), KeepForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    words = Words(form.cleaned_data["text"], Meant(form.cleaned_data["kind"]))
    if home.status == "open" or words.meant is Meant.NOTE:
        verbs.keep(home, person_of(request), words, clock.now())
    return HttpResponse(status=204)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def take(request: HttpRequest, pk: UUID, author: UUID) -> HttpResponse:
    """A colleague's draft goes on in one's own composer. With scripts the page does it without asking."""
    home = home_of(request, pk)
    kept = next((each for each in drafts_in(home) if each.author_id == author), None)
    if kept is None:
        raise Http404
    handed(request, [home.pk])
    verbs.take_over(home, person_of(request), kept.words, clock.now())
    return redirect(address_of(request, home.pk))
