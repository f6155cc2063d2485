"""The inbox. Reads show and record that content was handed out; writes call one verb each and show the result."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from jawort.core import clock
from jawort.messaging.assign import CannotAssign
from jawort.messaging.assign import assign as assign_to
from jawort.messaging.contact_book import NothingToDelete, delete_from_contact_book
from jawort.messaging.live import notify
from jawort.messaging.mentions.mention import looked
from jawort.messaging.queries import counts
from jawort.messaging.queries import page as page_of
from jawort.messaging.read import mark_read, mark_unread, typing
from jawort.messaging.resolve import CannotReopen, CannotResolve
from jawort.messaging.resolve import reopen as reopen_conversation
from jawort.messaging.resolve import resolve as resolve_conversation
from jawort.messaging.snooze import CannotSnooze
from jawort.messaging.snooze import snooze as snooze_conversation
from jawort.messaging.snooze import wake as wake_conversation
from jawort.messaging.thread import items_by_id, missing
from jawort.staff.access import actor_of, person_of, requires
from jawort.staff.permissions import Permission
from jawort.vault.seal import Unreadable
from jawort.web.inbox.acted import RESOLVED, SNOOZED, assigned, offered
from jawort.web.inbox.answers import done, handed, home_of, items_shown, message_of, someone, thread_shown
from jawort.web.inbox.asked import asked, more, place, query
from jawort.web.inbox.forms import first_id, uuids
from jawort.web.inbox.live import rendered
from jawort.web.inbox.narrow import above, choices
from jawort.web.inbox.present import NAMELESS, view_links, whole
from jawort.web.inbox.saved_views import beside
from jawort.web.inbox.sides import sides
from jawort.web.inbox.snoozes import NO_TIME, SnoozeForm
from jawort.web.inbox.stops import STOPS

ROWS_SHOWN = 50
#: A list that was scrolled comes anew as long as it was, up to here: more take the server and the browser too long.
ROWS_MAX = 500
#: Of how many rows are shown; more digits are no number of rows.
DIGITS_MAX = 4


@require_GET
@requires(Permission.CONVERSATION_READ)
def index(request: HttpRequest) -> HttpResponse:
    """The list, nothing opened."""
    return render(request, "inbox/index.html", listed(request))


@require_GET
@requires(Permission.CONVERSATION_READ)
def rows(request: HttpRequest) -> HttpResponse:
    """The next rows of the list, or its first ones anew: as many as the page has shown, if that was more."""
    shown = request.GET.get("shown", "")
    many = min(int(shown), ROWS_MAX) if shown.isascii() and shown.isdecimal() and len(shown) <= DIGITS_MAX else 0
    return render(request, "inbox/_rows.html", _rows(request, many))


@require_GET
@requires(Permission.CONVERSATION_READ)
def conversation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One conversation: as a fragment beside the list, or as a page with it."""
    home = home_of(request, pk)
    given = whole(person_of(request), home, before=_before(request), at=first_id(request.GET.get("at", "")))
    handed(request, [home.pk])
    if "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers:
        return render(request, "inbox/_thread_page.html", given | {"query": query(asked(request))})
    return render(request, "inbox/index.html", given | listed(request) | {"thread": True})


@require_GET
@requires(Permission.CONVERSATION_READ)
def messages(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Messages of a conversation: those named, those before one, or the newest; with what stands around them."""
    home, person = home_of(request, pk), person_of(request)
    if "ids" in request.GET:
        ids = uuids(request.GET["ids"])
        return items_shown(request, home, items_by_id(home, ids), gone=missing(ids))
    handed(request, [home.pk])
    given = whole(person, home, before=_before(request))
    return render(request, "inbox/_messages.html", given | {"around": "before" not in request.GET})


@require_GET
@requires(Permission.CONVERSATION_READ)
def data(request: HttpRequest, pk: UUID, message: UUID) -> HttpResponse:
    """What WhatsApp saw of a message, and what lies here. Its hand-out is noted for the message itself as well."""
    held = message_of(request, pk, message)
    try:
        both = sides(held)
    except Unreadable:
        return render(request, "inbox/data_shut.html", {"message": held, "screen": "inbox"})
    handed(request, [pk, held.pk])
    return render(request, "inbox/data.html", {"sides": both, "message": held, "screen": "inbox"})


@require_POST
@requires(Permission.CONVERSATION_ASSIGN)
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the conversation to somebody, or back to all."""
    home, problem = home_of(request, pk), ""
    before = home.assignee_id
    try:
        assign_to(home, someone(request), actor=actor_of(request), at=clock.now())
    except CannotAssign:
        problem = gettext("This conversation is resolved: reopen it first.")
    return thread_shown(request, pk, problem, assigned(before))


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def resolve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The conversation is done, unless something came in that its page had not shown yet."""
    problem = ""
    try:
        resolve_conversation(home_of(request, pk), actor=actor_of(request), at=clock.now(), seen=_seen(request))
    except CannotResolve:
        problem = gettext("Something came in meanwhile. Please read it, then resolve again.")
    return thread_shown(request, pk, problem, RESOLVED)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The conversation goes on."""
    problem = ""
    try:
        reopen_conversation(home_of(request, pk), actor=actor_of(request), at=clock.now())
    except CannotReopen:
        problem = gettext(
            "This conversation cannot be reopened: it was resolved more than seven days ago, "
            "or another one with this person is open."
        )
    return thread_shown(request, pk, problem)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def snooze(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put it aside until later, unless something came in that its page had not shown yet."""
    home, form, at, problem = home_of(request, pk), SnoozeForm(request.POST), clock.now(), ""
    if not form.is_valid():
        return thread_shown(request, pk, str(NO_TIME))
    try:
        snooze_conversation(home, form.time(at), actor=actor_of(request), at=at, seen=_seen(request))
    except CannotSnooze:
        problem = gettext(
            "This conversation stays in sight: something came in meanwhile, it is resolved, "
            "or the time is past or more than a year away."
        )
    return thread_shown(request, pk, problem, SNOOZED)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def wake(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take it back into sight."""
    wake_conversation(home_of(request, pk), actor=actor_of(request), at=clock.now())
    return thread_shown(request, pk)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The person said no, or took it back: nothing that waits leaves any more, or sending goes on."""
    word, home = STOPS.get(request.POST.get("word", "")), home_of(request, pk)
    if word is None:
        return HttpResponse(status=400)
    word(home.contact_id, actor=actor_of(request), at=clock.now())
    notify([home.pk])
    return thread_shown(request, pk)


@require_POST
@requires(Permission.CONTACT_BOOK_DELETE)
def delete_from_book(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Meta is to forget which number belongs to this person."""
    home, problem = home_of(request, pk), ""
    try:
        delete_from_contact_book(home.contact_id, home.line, actor=actor_of(request), at=clock.now())
    except NothingToDelete:
        problem = gettext("Of this person no WhatsApp id is known, so no entry of Meta’s contact book can be named.")
    return thread_shown(request, pk, problem)


@require_POST
@requires(Permission.CONVERSATION_READ)
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody has seen what came in, and what a note wants of them."""
    home = home_of(request, pk)
    person = person_of(request)
    mark_read(home, actor=actor_of(request), at=clock.now(), seen=_seen(request), tells=person.tells_reading)
    looked(home, person, first_id(request.POST.get("shown", "")))
    return done(request, pk)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def writes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody is writing an answer; who does not want customers to know says nothing."""
    home = home_of(request, pk)
    if person_of(request).tells_reading:
        typing(home, clock.now())
    return done(request, pk)


@require_POST
@requires(Permission.CONVERSATION_READ)
def unread(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let it stand out again."""
    mark_unread(home_of(request, pk), actor=actor_of(request), at=clock.now())
    return done(request, pk)


def listed(request: HttpRequest) -> dict[str, Any]:
    """What the page around the list is given."""
    person, listing = person_of(request), asked(request)
    links = view_links(listing, counts(person))
    current = next(each for each in links if each.view == listing.view)
    given = {"views": links, "current": current, "screen": "inbox", "nameless": NAMELESS, "user": person}
    given["did"] = offered(request)
    return _rows(request) | above(listing) | choices() | beside(person, listing) | given


def _rows(request: HttpRequest, many: int = 0) -> dict[str, Any]:
    listing, limit = asked(request), max(ROWS_SHOWN, many)
    page, behind = page_of(person_of(request), listing, clock.now(), limit=limit, after=place(request))
    handed(request, [row.id for row in page])
    last = page[-1] if behind else None
    return {"rows": rendered(page), "view": listing.view, "query": query(listing), "last": last, "next": more(behind)}


def _before(request: HttpRequest) -> UUID | None:
    return first_id(request.GET.get("before", ""))


def _seen(request: HttpRequest) -> UUID | None:
    """The newest message that the page had shown."""
    return first_id(request.POST.get("seen", ""))
