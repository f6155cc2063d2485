"""What leaves the desk: replies, notes, reactions, questions; and what did not get through, once more."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_POST

from jawort.channels.parts import Reaction
from jawort.core import clock
from jawort.messaging.about import CannotRefer
from jawort.messaging.compose import jot, reply
from jawort.messaging.draft import Draft, TextUnfit, Unfit
from jawort.messaging.meanwhile import AnsweredMeanwhile
from jawort.messaging.models import Message
from jawort.messaging.once import ClientIdTaken
from jawort.messaging.send import CannotRetry, NotOpen, TooEarly
from jawort.messaging.send import retry as retry_message
from jawort.messaging.send import send as send_message
from jawort.messaging.thread import items_by_id
from jawort.messaging.undo import CannotUndo
from jawort.messaging.undo import undo as take_back
from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import (
    address_of,
    author_of,
    handed,
    home_of,
    items_shown,
    message_of,
    thread_shown,
    unfit,
)
from jawort.web.inbox.before import Held, answered, held_back, seen_by, show_held
from jawort.web.inbox.forms import AskForm, SayForm
from jawort.web.inbox.words import too_early, unreferable

RESOLVED = gettext_lazy("This conversation was resolved meanwhile. Reopen it, then send again.")
NO_TEXT = gettext_lazy("A message needs a text of at most 4,096 characters.")


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A reply, or a note if the form says so."""
    if request.POST.get("kind") == "note":
        return _noted(request, pk)
    form = SayForm(request.POST)
    if not form.is_valid():
        return unfit(request, pk, str(NO_TEXT))
    home = home_of(request, pk)
    if held := held_back(request, home, form.cleaned_data["text"]):
        return held
    draft, own_id = form.draft(home.contact_id), form.cleaned_data["client_id"]
    verb = partial(reply, home, draft, person_of(request), clock.now(), client_id=own_id, seen=seen_by(request))
    return said(request, pk, verb)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A note among us."""
    return _noted(request, pk)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A question with answers to choose from, or for a place or a number."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return unfit(request, pk, gettext("The question has no text yet. Please write one."))
    asked = "\n".join(form.cleaned_data[name] for name in ("text", "answers", "button"))
    if held := held_back(request, home_of(request, pk), asked):
        return held
    home, person, own_id = home_of(request, pk), person_of(request), form.cleaned_data["client_id"]
    beside = partial(reply, keeps_draft=True, client_id=own_id, seen=seen_by(request))
    return said(request, pk, partial(beside, home, form.draft(), person, clock.now()))


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def react(request: HttpRequest, pk: UUID, message: UUID) -> HttpResponse:
    """An emoji on a message; without one an earlier reaction is taken back.

    It leaves at once: reacting anew is its undo, also after the customer has it.
    """
    told, home, author = message_of(request, pk, message), home_of(request, pk), author_of(request)
    draft = Draft("", "reaction", Reaction(request.POST.get("emoji", "")), told.pk)
    return said(request, pk, partial(send_message, home, draft, author, clock.now(), seen=seen_by(request)))


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def retry(request: HttpRequest, pk: UUID, message: UUID) -> HttpResponse:
    """Send what did not get through once more."""
    held = message_of(request, pk, message)
    problem = ""
    try:
        retry_message(held, author_of(request), clock.now())
    except TooEarly as early:
        problem = too_early(early.until)
    except CannotRetry:
        problem = gettext("This message is on its way, has arrived, or was sent again already.")
    except CannotRefer as nowhere:
        problem = unreferable(nowhere.code)
    except NotOpen:
        problem = str(RESOLVED)
    return thread_shown(request, pk, problem)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def undo(request: HttpRequest, pk: UUID, message: UUID) -> HttpResponse:
    """Take an answer back before it leaves. Its text goes on in the composer, which without scripts the page shows."""
    held = message_of(request, pk, message)
    try:
        words = take_back(held, person_of(request), clock.now())
    except CannotUndo:
        return unfit(request, pk, gettext("This message has left already. It cannot be undone any more."), 409)
    home = held.conversation_id or pk
    if "HX-Request" not in request.headers:
        return redirect(address_of(request, home))
    handed(request, [home])
    return HttpResponse(words.text, content_type="text/plain; charset=utf-8")


def _noted(request: HttpRequest, pk: UUID) -> HttpResponse:
    home, form = home_of(request, pk), SayForm(request.POST)
    if not form.is_valid():
        return unfit(request, pk, str(NO_TEXT))
    text, own_id = form.cleaned_data["text"], form.cleaned_data["client_id"]
    if held := held_back(request, home, text, note=True):
        return held
    return said(request, pk, partial(jot, home, text, person_of(request), clock.now(), own_id))


def said(
    request: HttpRequest,
    pk: UUID,
    verb: Callable[[], Message],
    refuse: Callable[..., HttpResponse] | None = None,
    show: Callable[[Held], HttpResponse] | None = None,
) -> HttpResponse:
    """The new message as it stands in the thread; or why nothing was stored, as `refuse(sentence, status)` says it.

    Where others have answered meanwhile, `show(held)` asks.
    """
    no = refuse or partial(unfit, request, pk)
    try:
        message = verb()
    except TextUnfit:
        return no(str(NO_TEXT))
    except Unfit as broken:
        language = get_language() or "de"
        return no(" ".join(breach.in_language(language) for breach in broken.breaches))
    except CannotRefer as nowhere:
        return no(unreferable(nowhere.code))
    except AnsweredMeanwhile as meanwhile:
        held = answered(request, meanwhile.answers)
        return show(held) if show else show_held(request, home_of(request, pk), held)
    except NotOpen:
        return no(str(RESOLVED))
    except ClientIdTaken:
        return no(
            gettext("This text was not stored: it came with the id of another message. Please send it again."), 409
        )
    if "HX-Request" not in request.headers:
        return redirect(address_of(request, pk))
    home = home_of(request, pk)
    return items_shown(request, home, items_by_id(home, [message.pk]), said=True)
