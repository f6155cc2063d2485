"""The inbox. Reads show and record that content was handed out; writes call one verb each and show the result."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from jawort.consent.rules import Purpose
from jawort.consent.stop import lift_objection, lift_restriction, object_to, restrict
from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.messaging.access import conversation_for, message_for, threads_of
from jawort.messaging.assign import CannotAssign
from jawort.messaging.assign import assign as assign_to
from jawort.messaging.contact_book import NothingToDelete, delete_from_contact_book
from jawort.messaging.draft import TextUnfit
from jawort.messaging.live import notify
from jawort.messaging.models import Conversation, Message
from jawort.messaging.note import note as write_note
from jawort.messaging.once import ClientIdTaken
from jawort.messaging.queries import View, counts
from jawort.messaging.queries import rows as rows_of
from jawort.messaging.read import mark_read, mark_unread
from jawort.messaging.resolve import CannotReopen, CannotResolve
from jawort.messaging.resolve import reopen as reopen_conversation
from jawort.messaging.resolve import resolve as resolve_conversation
from jawort.messaging.send import Author, CannotRetry, NotOpen
from jawort.messaging.send import retry as retry_message
from jawort.messaging.send import send as send_message
from jawort.messaging.thread import Item, items_by_id, last_in, thread
from jawort.people.persons import members
from jawort.staff.access import person_of, requires
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission
from jawort.staff.queries import who_may
from jawort.vault.seal import Unreadable
from jawort.web.inbox.forms import SayForm, moment, uuids
from jawort.web.inbox.live import rendered
from jawort.web.inbox.present import NAMELESS, around, shown, view_links, view_of, whole
from jawort.web.inbox.sides import sides

ROWS_SHOWN = 50
#: What a person may say about being written to, by the word of the form.
STOPS: Mapping[str, Callable[..., None]] = {
    "object": partial(object_to, purpose=Purpose.CARE),
    "lift_object": partial(lift_objection, purpose=Purpose.CARE),
    "restrict": restrict,
    "lift_restrict": lift_restriction,
}
RESOLVED = gettext_lazy("This conversation was resolved meanwhile. Reopen it, then send again.")


@require_GET
@requires(Permission.CONVERSATION_READ)
def index(request: HttpRequest) -> HttpResponse:
    """The list, nothing opened."""
    return render(request, "inbox/index.html", _list(request))


@require_GET
@requires(Permission.CONVERSATION_READ)
def rows(request: HttpRequest) -> HttpResponse:
    """The next rows of the list, or its first ones anew."""
    return render(request, "inbox/_rows.html", _rows(request))


@require_GET
@requires(Permission.CONVERSATION_READ)
def conversation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One conversation: as a fragment beside the list, or as a page with it."""
    home = _home(request, pk)
    given = whole(person_of(request), home, before=_before(request))
    _handed(request, [home.pk])
    if "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers:
        return render(request, "inbox/_thread_page.html", given | {"view": _view(request)})
    return render(request, "inbox/index.html", given | _list(request) | {"thread": True})


@require_GET
@requires(Permission.CONVERSATION_READ)
def messages(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Messages of a conversation: those named, those before one, or the newest; with what stands around them."""
    home, person = _home(request, pk), person_of(request)
    if "ids" in request.GET:
        items = items_by_id(home, uuids(request.GET["ids"]))
        return _items(request, home, items)
    _handed(request, [home.pk])
    given = whole(person, home, before=_before(request))
    return render(request, "inbox/_messages.html", given | {"around": "before" not in request.GET})


@require_GET
@requires(Permission.CONVERSATION_READ)
def data(request: HttpRequest, pk: UUID, message: UUID) -> HttpResponse:
    """What WhatsApp saw of a message, and what lies here. Its hand-out is noted for the message itself as well."""
    held = _message(request, pk, message)
    try:
        both = sides(held)
    except Unreadable:
        return render(request, "inbox/data_shut.html", {"message": held, "screen": "inbox"})
    _handed(request, [pk, held.pk])
    return render(request, "inbox/data.html", {"sides": both, "message": held, "screen": "inbox"})


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A reply, or a note if the form says so."""
    is_note = request.POST.get("kind") == "note"
    return _say(request, pk, write_note if is_note else send_message)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A note among us."""
    return _say(request, pk, write_note)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def retry(request: HttpRequest, pk: UUID, message: UUID) -> HttpResponse:
    """Send the text of a message that did not get through once more."""
    held = _message(request, pk, message)
    problem = ""
    try:
        retry_message(held, _author(request), clock.now())
    except CannotRetry:
        problem = gettext("This message is on its way, has arrived, or was sent again already.")
    except NotOpen:
        problem = str(RESOLVED)
    return _thread(request, pk, problem)


@require_POST
@requires(Permission.CONVERSATION_ASSIGN)
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the conversation to somebody, or back to all."""
    home = _home(request, pk)
    wanted = request.POST.get("agent", "")
    agent = next((one for one in who_may(Permission.CONVERSATION_WRITE) if str(one.pk) == wanted), None)
    problem = ""
    if wanted and agent is None:
        raise Http404
    try:
        assign_to(home, agent, actor=_actor(request), at=clock.now())
    except CannotAssign:
        problem = gettext("This conversation is resolved: reopen it first.")
    return _thread(request, pk, problem)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def resolve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The conversation is done, unless something came in that its page had not shown yet."""
    problem = ""
    try:
        resolve_conversation(_home(request, pk), actor=_actor(request), at=clock.now(), seen=_seen(request))
    except CannotResolve:
        problem = gettext("Something came in meanwhile. Please read it, then resolve again.")
    return _thread(request, pk, problem)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The conversation goes on."""
    problem = ""
    try:
        reopen_conversation(_home(request, pk), actor=_actor(request), at=clock.now())
    except CannotReopen:
        problem = gettext(
            "This conversation cannot be reopened: it was resolved more than seven days ago, "
            "or another one with this person is open."
        )
    return _thread(request, pk, problem)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The person said no, or took it back: nothing that waits leaves any more, or sending goes on."""
    wanted, home = request.POST.get("word", ""), _home(request, pk)
    word = STOPS.get(wanted)
    if word is None:
        return HttpResponse(status=400)
    # A no counts for the person whichever contact it is with; taken back it is taken back of all.
    person = members([home.contact_id]).get(home.contact_id, ()) if wanted.startswith("lift") else ()
    for contact in person or (home.contact_id,):
        word(contact, actor=_actor(request), at=clock.now())
    notify([home.pk])
    return _thread(request, pk)


@require_POST
@requires(Permission.CONTACT_BOOK_DELETE)
def delete_from_book(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Meta is to forget which number belongs to this person."""
    home, problem = _home(request, pk), ""
    try:
        delete_from_contact_book(home.contact_id, home.line, actor=_actor(request), at=clock.now())
    except NothingToDelete:
        problem = gettext("Of this person no WhatsApp id is known, so no entry of Meta’s contact book can be named.")
    return _thread(request, pk, problem)


@require_POST
@requires(Permission.CONVERSATION_READ)
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody has seen what came in."""
    mark_read(_home(request, pk), actor=_actor(request), at=clock.now(), seen=_seen(request))
    return _done(request, pk)


@require_POST
@requires(Permission.CONVERSATION_READ)
def unread(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let it stand out again."""
    mark_unread(_home(request, pk), actor=_actor(request), at=clock.now())
    return _done(request, pk)


def _say(request: HttpRequest, pk: UUID, verb: Callable[..., Message]) -> HttpResponse:
    home, form = _home(request, pk), SayForm(request.POST)
    sentence = gettext("A message needs a text of at most 4,096 characters.")
    if not form.is_valid():
        return _unfit(request, pk, sentence)
    said = form.cleaned_data
    try:
        message = verb(home, said["text"], _author(request), clock.now(), client_id=said["client_id"])
    except TextUnfit:
        return _unfit(request, pk, sentence)
    except NotOpen:
        return _unfit(request, pk, str(RESOLVED))
    except ClientIdTaken:
        return _unfit(request, pk, gettext("This text was not stored: its id was used before. Send it anew."), 409)
    if "HX-Request" not in request.headers:
        return redirect(_address(request, pk))
    return _items(request, home, items_by_id(home, [message.pk]))


def _unfit(request: HttpRequest, pk: UUID, sentence: str, status: int = 422) -> HttpResponse:
    """422 and 409 keep the text where it was typed; without scripts the page says it above the thread."""
    if "HX-Request" in request.headers:
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    notices.error(request, sentence)
    return redirect(_address(request, pk))


def _items(request: HttpRequest, home: Conversation, items: list[Item]) -> HttpResponse:
    """These items, and what stands around them. An answer to a POST hands content out like any other."""
    person, came = person_of(request), last_in(home)
    _handed(request, [home.pk])
    latest = [item for item in thread(home, limit=1) if item.direction != "event"]
    given = around(person, home, latest[-1] if latest else None)
    given |= {"items": shown(items, given["line"].name), "around": True, "view": _view(request)}
    given["seen"] = came if str(came) in {item.id for item in items} else None
    return render(request, "inbox/_messages.html", given)


def _thread(request: HttpRequest, pk: UUID, problem: str = "") -> HttpResponse:
    """The thread after an act; without scripts, its page."""
    if "HX-Request" not in request.headers:
        if problem:
            notices.error(request, problem)
        return redirect(_address(request, pk))
    given = whole(person_of(request), _home(request, pk))
    _handed(request, [pk])
    return render(request, "inbox/_thread.html", given | {"problem": problem, "view": _view(request)})


def _done(request: HttpRequest, pk: UUID) -> HttpResponse:
    return HttpResponse(status=204) if "HX-Request" in request.headers else redirect(_address(request, pk))


def _list(request: HttpRequest) -> dict[str, Any]:
    person = person_of(request)
    links = view_links(counts(person))
    given = _rows(request)
    current = next(each for each in links if each.view == given["view"])
    return given | {"views": links, "current": current, "screen": "inbox", "nameless": NAMELESS, "user": person}


def _rows(request: HttpRequest) -> dict[str, Any]:
    view = _view(request)
    after, at = _first(request.GET.get("after", "")), moment(request.GET.get("at", ""))
    page = rows_of(person_of(request), view=view, limit=ROWS_SHOWN, after=after, at=at)
    _handed(request, [row.id for row in page])
    last = page[-1] if len(page) == ROWS_SHOWN else None
    more = urlencode({"after": str(last.id), "at": last.last_at.isoformat()}) if last else ""
    return {"rows": rendered(page), "view": view, "next": more}


def _handed(request: HttpRequest, conversations: Iterable[UUID]) -> None:
    hand_out(_actor(request), list(conversations), right=Permission.CONVERSATION_READ, at=clock.now())


def _home(request: HttpRequest, pk: UUID) -> Conversation:
    try:
        return conversation_for(person_of(request), pk)
    except Conversation.DoesNotExist:
        raise Http404 from None


def _message(request: HttpRequest, pk: UUID, message: UUID) -> Message:
    try:
        held = message_for(person_of(request), message)
    except Message.DoesNotExist:
        raise Http404 from None
    if held.conversation_id != pk and held.conversation_id not in threads_of(_home(request, pk)):
        raise Http404
    return held


def _author(request: HttpRequest) -> Author:
    agent: Agent = person_of(request)
    return Author(_actor(request), agent)


def _actor(request: HttpRequest) -> str:
    return f"staff:{person_of(request).pk}"


def _view(request: HttpRequest) -> View:
    return view_of(request.GET.get("view") or request.POST.get("view"))


def _before(request: HttpRequest) -> UUID | None:
    return _first(request.GET.get("before", ""))


def _seen(request: HttpRequest) -> UUID | None:
    """The newest message that the page had shown."""
    return _first(request.POST.get("seen", ""))


def _first(text: str) -> UUID | None:
    return next(iter(uuids(text)), None)


def _address(request: HttpRequest, pk: UUID) -> str:
    return f"{reverse('inbox:conversation', args=[pk])}?view={_view(request)}"
