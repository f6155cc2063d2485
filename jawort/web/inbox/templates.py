"""Templates at the desk: chosen from a list, filled in, seen as the customer will, and sent by the one door."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jawort.channels.parts import Template
from jawort.core import clock
from jawort.lines.template_list import Offered, offered, offered_as, template_list
from jawort.lines.templates import want_listing
from jawort.messaging.compose import reply
from jawort.messaging.contents import whats_of
from jawort.messaging.gate import Recipient, answers
from jawort.messaging.models import Conversation
from jawort.messaging.rows import rows_of
from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import handed, home_of, message_of, unfit
from jawort.web.inbox.asked import asked, query
from jawort.web.inbox.before import Held, hold, question, seen_by
from jawort.web.inbox.present import NAMELESS
from jawort.web.inbox.sends import said
from jawort.web.inbox.template_forms import ACCEPT, SentForm, draft, fields, look, values_of
from jawort.web.inbox.template_words import ANY, against, category, category_key, language, trouble, unusable

TEMPLATES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """One template of the list, with its text as people read it. `why_not` says why it cannot be sent to this person

    now, empty if it can."""

    one: Offered
    language: str
    category: str
    body: SafeString
    why_not: str


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONVERSATION_WRITE)
def index(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The templates of the conversation's account, those that can be sent first.

    What is searched for comes by POST: names are typed here as well, and no address keeps them.
    """
    return _index(request, home_of(request, pk))


@require_GET
@requires(Permission.CONVERSATION_WRITE)
def form(request: HttpRequest, pk: UUID, template: UUID) -> HttpResponse:
    """One template, to be filled in."""
    home = home_of(request, pk)
    return _form(request, home, _offered(home, template), {})


@require_GET
@requires(Permission.CONVERSATION_WRITE)
def again(request: HttpRequest, pk: UUID, message: UUID) -> HttpResponse:
    """The template that a message consists of, filled in as it was; the list, where there is none any more."""
    home, held = home_of(request, pk), message_of(request, pk, message)
    what = whats_of([held]).get(held.pk)
    part = what.part if what else None
    if not isinstance(part, Template):
        return _index(request, home)
    handed(request, [home.pk])
    one = offered_as(home.line.waba_id, part.name, part.language, clock.now())
    return _form(request, home, one, values_of(one.pattern, part)) if one else _index(request, home)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def send(request: HttpRequest, pk: UUID, template: UUID) -> HttpResponse:
    """Send it as it is filled in; or show how it looks, where no script does."""
    home = home_of(request, pk)
    one = _offered(home, template)
    values, given = request.POST.dict(), SentForm(request.POST)
    if request.POST.get("act") == "look":
        return _form(request, home, one, values)
    refuse = partial(_refused, request, home, one, values)
    if why_not := unusable(one):
        return refuse(why_not)
    show = partial(_show_held, request, home, one, values)
    if held := hold(request.POST, "\n".join(values[name] for name in values if "." in name)):
        return show(held)
    more = given.cleaned_data if given.is_valid() else {"client_id": None, "file": None}
    wanted, person, seen = draft(one, values, more["file"]), person_of(request), seen_by(request)
    beside = partial(reply, keeps_draft=True, client_id=more["client_id"], seen=seen)
    verb = partial(beside, home, wanted, person, clock.now())
    return said(request, pk, verb, refuse, show)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def refresh(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask WhatsApp for the list now; it is here a moment later."""
    home = home_of(request, pk)
    with transaction.atomic():
        want_listing({home.line.waba_id}, clock.now())
    if "HX-Request" not in request.headers:
        return redirect(reverse("inbox:templates", args=[pk]))
    return _index(request, home, asked=True)


def _index(request: HttpRequest, home: Conversation, *, asked: bool = False) -> HttpResponse:
    at = clock.now()
    found = template_list(home.line.waba_id, at)
    words = request.POST.get("q", "").strip().casefold()
    spoken, counted = request.POST.get("language", ""), request.POST.get("category", "")
    fitting = [one for one in found.templates if _fits(one, words, spoken, counted)]
    usable_first = sorted(fitting, key=lambda one: bool(unusable(one)))
    choices = sorted(_choices(home, usable_first[:TEMPLATES_SHOWN]), key=lambda choice: bool(choice.why_not))
    given = _around(request, home) | {
        "choices": choices,
        "more": len(fitting) - len(choices),
        "total": len(found.templates),
        "languages": sorted({(one.language, language(one.language)) for one in found.templates}),
        "categories": sorted(
            (str(category(key).name), key) for key in {category_key(t.category) for t in found.templates}
        ),
        "hint": category(counted).hint if counted else ANY,
        "q": request.POST.get("q", ""),
        "language": spoken,
        "category": counted,
        "listed_at": found.listed_at,
        "trouble": trouble(found.trouble),
        "asked": asked,
    }
    return _shown(request, home, "templates", given)


def _choices(home: Conversation, templates: list[Offered]) -> list[Choice]:
    """Each with the gate's word on it, in constant many queries."""
    asked = {one.id: Recipient(home.contact_id, home.line_id, template=(one.name, one.language)) for one in templates}
    verdicts = {recipient: found.verdict for recipient, found in answers(asked.values(), clock.now()).items()}
    return [
        Choice(
            one,
            language(one.language),
            str(category(one.category).name),
            look(one.pattern, {}).body,
            unusable(one) or against(verdicts[asked[one.id]]),
        )
        for one in templates
    ]


def _fits(one: Offered, words: str, spoken: str, counted: str) -> bool:
    text = f"{one.name} {one.name.replace('_', ' ')} {one.pattern.header} {one.pattern.body}".casefold()
    return words in text and spoken in {"", one.language} and counted in {"", category_key(one.category)}


def _form(
    request: HttpRequest,
    home: Conversation,
    one: Offered,
    values: Mapping[str, str],
    problem: str = "",
    confirms: str = "",
) -> HttpResponse:
    (choice,) = _choices(home, [one])
    given = _around(request, home) | {
        "choice": choice,
        "one": one,
        "hint": category(one.category).hint,
        "fields": fields(one.pattern, values),
        "look": look(one.pattern, values),
        "accept": ACCEPT.get(one.pattern.header_kind, ""),
        "problem": problem,
        "confirms": confirms,
        "shown": seen_by(request, confirms) or home.last_message_id,
    }
    return _shown(request, home, "template", given, 422 if problem else 200)


def _refused(
    request: HttpRequest, home: Conversation, one: Offered, values: Mapping[str, str], sentence: str, status: int = 422
) -> HttpResponse:
    """A page keeps what was typed in its fields; a script keeps it itself."""
    if "HX-Request" in request.headers:
        return unfit(request, home.pk, sentence, status)
    return _form(request, home, one, values, sentence)


def _show_held(
    request: HttpRequest, home: Conversation, one: Offered, values: Mapping[str, str], held: Held
) -> HttpResponse:
    """The question; a page keeps what was typed in its fields."""
    if "HX-Request" in request.headers:
        return question(request, home, held)
    return _form(request, home, one, values, " ".join(held.sentences), held.confirms)


def _offered(home: Conversation, template: UUID) -> Offered:
    one = offered(home.line.waba_id, template, clock.now())
    if one is None:
        raise Http404
    return one


def _around(request: HttpRequest, home: Conversation) -> dict[str, Any]:
    person = person_of(request)
    return {
        "line": rows_of([home.pk])[0],
        "nameless": NAMELESS,
        "query": query(asked(request)),
        "screen": "inbox",
        "user": person,
    }


def _shown(
    request: HttpRequest, home: Conversation, name: str, given: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """As a fragment of the composer, or as a page that names the person."""
    if "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers:
        return render(request, f"inbox/_{name}.html", given, status=status)
    handed(request, [home.pk])
    return render(request, f"inbox/{name}.html", given, status=status)
