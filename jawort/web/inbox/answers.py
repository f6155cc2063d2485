"""How a request at the inbox is answered: through the doors, with content handed out, as a fragment or as a page."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.messaging.access import conversation_for, message_for, threads_of
from jawort.messaging.models import Conversation, Message
from jawort.messaging.send import Author
from jawort.messaging.thread import Item, last_in, thread
from jawort.staff.access import actor_of, person_of
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission
from jawort.staff.queries import who_may
from jawort.web.inbox.acted import Acted, undoes
from jawort.web.inbox.asked import asked, query
from jawort.web.inbox.present import around, shown, whole


def unfit(request: HttpRequest, pk: UUID, sentence: str, status: int = 422) -> HttpResponse:
    """422 and 409 keep the text where it was typed; without scripts the page says it above the thread."""
    if "HX-Request" in request.headers:
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    notices.error(request, sentence)
    return redirect(address_of(request, pk))


def items_shown(
    request: HttpRequest, home: Conversation, items: list[Item], *, gone: Sequence[UUID] = (), said: bool = False
) -> HttpResponse:
    """These items, and what stands around them. An answer to a POST hands content out like any other.

    `gone` are messages that were undone, `said` that the person has just written the item.
    """
    person, came = person_of(request), last_in(home)
    handed(request, [home.pk])
    latest = [item for item in thread(home, limit=1) if item.direction != "event"]
    given = around(person, home, latest[-1] if latest else None)
    given |= {"items": shown(items, given["line"].name), "around": True, "query": query(asked(request))}
    given |= {"gone": gone, "undoable": items[0] if said and items and items[0].leaves_at else None}
    given["seen"] = came if str(came) in {item.id for item in items} else None
    return render(request, "inbox/_messages.html", given)


def thread_shown(request: HttpRequest, pk: UUID, problem: str = "", acted: Acted | None = None) -> HttpResponse:
    """The thread after an act, with a way to take it back unless there was a problem; without scripts, its page."""
    if "HX-Request" not in request.headers or (problem and undoes(request)):
        return unfit(request, pk, problem, 409) if problem else redirect(address_of(request, pk))
    given = whole(person_of(request), home_of(request, pk))
    handed(request, [pk])
    given |= {"problem": problem, "query": query(asked(request))}
    return render(request, "inbox/_acted.html", given | {"acted": None if problem or undoes(request) else acted})


def done(request: HttpRequest, pk: UUID) -> HttpResponse:
    return HttpResponse(status=204) if "HX-Request" in request.headers else redirect(address_of(request, pk))


def handed(request: HttpRequest, conversations: Iterable[UUID]) -> None:
    hand_out(actor_of(request), list(conversations), right=Permission.CONVERSATION_READ, at=clock.now())


def home_of(request: HttpRequest, pk: UUID) -> Conversation:
    try:
        return conversation_for(person_of(request), pk)
    except Conversation.DoesNotExist:
        raise Http404 from None


def message_of(request: HttpRequest, pk: UUID, message: UUID) -> Message:
    try:
        held = message_for(person_of(request), message)
    except Message.DoesNotExist:
        raise Http404 from None
    if held.conversation_id != pk and held.conversation_id not in threads_of(home_of(request, pk)):
        raise Http404
    return held


def someone(request: HttpRequest) -> Agent | None:
    """Whom the form names to look after conversations; None for nobody. 404 for whoever may not."""
    wanted = request.POST.get("agent", "")
    found = next((one for one in who_may(Permission.CONVERSATION_WRITE) if str(one.pk) == wanted), None)
    if wanted and found is None:
        raise Http404
    return found


def author_of(request: HttpRequest) -> Author:
    agent: Agent = person_of(request)
    return Author(actor_of(request), agent)


def address_of(request: HttpRequest, pk: UUID) -> str:
    return f"{reverse('inbox:conversation', args=[pk])}?{query(asked(request))}"
