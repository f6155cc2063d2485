"""Before something leaves or is kept: gaps of quick replies are refused, look-alikes are asked about once, and so is

what others have answered since the page showed the thread.

The API of programs is not asked: nobody sits there who could answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from jawort.messaging.contents import whats_of
from jawort.messaging.lookalikes import Lookalike, lookalikes
from jawort.messaging.models import Conversation, Message
from jawort.messaging.quick_replies.rules import gaps
from jawort.messaging.rows import rows_of
from jawort.staff.access import person_of
from jawort.web.inbox.answers import handed, unfit
from jawort.web.inbox.asked import asked, pairs, query
from jawort.web.inbox.forms import uuids
from jawort.web.inbox.kinds import preview
from jawort.web.inbox.present import NAMELESS

#: The answer “ask the person first, then come again” (RFC 6585). The text of the question is its body.
PRECONDITION_REQUIRED = 428

SENT: Mapping[Lookalike, str | Promise] = {
    Lookalike.IBAN: gettext_lazy("This looks like an IBAN. WhatsApp is no place for it."),
    Lookalike.CARD: gettext_lazy("This looks like the number of a payment card. WhatsApp is no place for it."),
    Lookalike.PASSWORD: gettext_lazy("This looks like a password. WhatsApp is no place for it."),
}
#: A note stays for long and colleagues read it, so a card's number and a password are asked about there as well. An
#: IBAN is not: for a refund it is what a note is for, and it lies sealed like all else that is said of a person.
NOTED: Mapping[Lookalike, str | Promise] = {
    Lookalike.CARD: gettext_lazy(
        "This looks like the number of a payment card. A note keeps it, and all here read it."
    ),
    Lookalike.PASSWORD: gettext_lazy("This looks like a password. A note keeps it, and all here read it."),
}


@dataclass(frozen=True, slots=True)
class Held:
    """Why something waits. `confirms` is what the form has to say for it to go on, empty if it must not like this."""

    sentences: list[str]
    confirms: str = ""


def hold(said: Mapping[str, str], text: str, *, note: bool = False) -> Held | None:
    """What stands against `text` as it is. `said` are the form's fields: `confirmed` names what was asked already."""
    if not note and (open_ := gaps(text)):
        sentence = gettext("%(what)s is not filled in yet. Please fill it in, then send again.")
        return Held([sentence % {"what": ", ".join(open_)}])
    about = NOTED if note else SENT
    found = [each for each in lookalikes(text) if each in about]
    if set(found) <= set(said.get("confirmed", "").split()):
        return None
    return Held([str(about[each]) for each in found], " ".join(found))


def seen_by(request: HttpRequest, confirms: str = "") -> UUID | None:
    """The newest message that the person had before them, in the thread or in a question, by what the form says.

    None for a form that says nothing: nobody is asked then.
    """
    said = [request.POST.get("shown", ""), *request.POST.get("confirmed", "").split(), *confirms.split()]
    return max(uuids(",".join(said)), default=None)


def answered(request: HttpRequest, answers: Sequence[Message]) -> Held:
    """Others have answered meanwhile: with what. The newest one's id confirms, so that a further answer is asked about.

    What was confirmed before stays so: one question may follow on another.
    """
    handed(request, [answer.conversation_id for answer in answers if answer.conversation_id])
    whats = whats_of(answers)
    sentences = []
    for answer in answers:
        what = whats.get(answer.pk)
        text = preview(answer.kind, what.text) if what else gettext("A message that does not open")
        if answer.author and answer.actor == answer.author.actor:
            sentence = gettext("%(name)s has answered meanwhile: “%(text)s”")
            sentences.append(sentence % {"name": answer.author.name, "text": text})
        else:
            sentences.append(gettext("A program has answered meanwhile: “%(text)s”") % {"text": text})
    return Held(sentences, f"{request.POST.get('confirmed', '')} {answers[-1].pk}".strip())


def held_back(request: HttpRequest, home: Conversation, text: str, *, note: bool = False) -> HttpResponse | None:
    """What to answer, if something stands against `text`."""
    held = hold(request.POST, text, note=note)
    return None if held is None else show_held(request, home, held, note=note)


def show_held(request: HttpRequest, home: Conversation, held: Held, *, note: bool = False) -> HttpResponse:
    """The question, or why not like this, with the text kept: a page that holds it, where no script does."""
    if "HX-Request" in request.headers:
        return question(request, home, held, note=note)
    person = person_of(request)
    handed(request, [home.pk])
    given = {
        "held": held,
        "is_note": note,
        "said": request.POST,
        "shown": seen_by(request, held.confirms),
        "line": rows_of([home.pk])[0],
        "nameless": NAMELESS,
        "query": query(asked(request)),
        "fields": pairs(asked(request)),
        "screen": "inbox",
        "user": person,
    }
    return render(request, "inbox/sure.html", given, status=422)


def question(request: HttpRequest, home: Conversation, held: Held, *, note: bool = False) -> HttpResponse:
    """For a script, which holds the text: the sentence, or the question."""
    if not held.confirms:
        return unfit(request, home.pk, " ".join(held.sentences))
    return render(request, "inbox/_sure.html", {"held": held, "is_note": note}, status=PRECONDITION_REQUIRED)
