"""A customer's own page, for whoever has its link and shows by a code that the chat is theirs.

There is no cookie and no session: the answer to the right code is the page itself, and its forms carry a key that
ends after half an hour. Nothing personal stands in an address. Looking at a link changes nothing: WhatsApp looks too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from jawort.consent.purpose import CAMPAIGNS, CARE, Purpose
from jawort.consent.purposes import purposes
from jawort.core import clock
from jawort.ledger.handouts import hand_out
from jawort.legal.queries import links
from jawort.messaging.own_page import rules
from jawort.messaging.own_page.models import OwnPage
from jawort.messaging.own_page.prove import enter_code, is_open, send_code
from jawort.messaging.own_page.queries import found, standing
from jawort.messaging.own_page.rules import Condition
from jawort.messaging.own_page.say import Shut, TooMuch, Wish, ask_there, object_there
from jawort.messaging.own_page.stored import stored, words_of
from jawort.public.own_shown import shown, spoken
from jawort.public.own_words import NO_CODE
from jawort.public.views import GONE, UNKNOWN, quiet

#: So many of the newest messages stand on the page itself; the download has all of them.
WORDS_SHOWN: Final = 100
#: Once a form was no good, or its key or code.
UNFIT, CLOSED = 422, 403

Answer = Callable[[HttpRequest, str, OwnPage], HttpResponseBase]


def at_link(view: Answer) -> Callable[..., HttpResponseBase]:
    """Answer at a link that is open, or withheld: then only what asks for no identity goes."""

    @quiet
    def answered(request: HttpRequest, token: str) -> HttpResponseBase:
        page = found(token) if settings.CONFIG.side_door_url and links() else None
        if page is None:
            return _rendered(request, "public/own_shut.html", {"now": ""}, UNKNOWN)
        if standing(page, clock.now()) in {Condition.EXPIRED, Condition.WITHDRAWN}:
            return _shut(request, page)
        return view(request, token, page)

    return answered


@require_safe
@at_link
def start(request: HttpRequest, token: str, page: OwnPage) -> HttpResponseBase:
    """Whose page it is, the button that sends a code, and the ways to say no that need none."""
    return _first(request, token, page)


@csrf_exempt  # nothing here that a foreign page could act with: who posts has to know the token
@require_POST
@at_link
def code(request: HttpRequest, token: str, page: OwnPage) -> HttpResponseBase:
    """Send a code into the chat."""
    spoken = page.contact.language if page.contact.language in {"de", "en"} else get_language() or "de"
    why = send_code(page, lambda secret: _code_text(secret, spoken), clock.now())
    if why is not None:
        return _first(request, token, page, bad=str(NO_CODE[why]), status=409)
    return _first(request, token, page, good=gettext("A code is on its way into your chat with us."))


@csrf_exempt
@require_POST
@at_link
def enter(request: HttpRequest, token: str, page: OwnPage) -> HttpResponseBase:
    """The code: if it is right, the answer is the page."""
    given = "".join(request.POST.get("code", "").split())
    key = enter_code(page, given, clock.now())
    if key is None:
        text = gettext("That code does not open the page. Check it, or have a new one sent: each works for 10 minutes.")
        return _first(request, token, page, bad=text, status=UNFIT)
    return _whole(request, token, page, key)


@csrf_exempt
@require_POST
@at_link
def refuse(request: HttpRequest, token: str, page: OwnPage) -> HttpResponseBase:
    """No more of one purpose, of advertising, or no more at all. It asks for no code (Art. 7(3), 21(2) GDPR)."""
    wanted = Purpose(request.POST.get("wish", ""))
    words = _refusals().get(wanted)
    if words is None:
        return _back(request, token, page, bad=gettext("Please choose what you want no more of."), status=UNFIT)
    try:
        object_there(page, wanted, words.said, clock.now())
    except Shut:
        return _shut(request, page)
    return _back(request, token, page, good=words.told)


@csrf_exempt
@require_POST
@at_link
def correct(request: HttpRequest, token: str, page: OwnPage) -> HttpResponseBase:
    """Something is wrong: it comes to us as a message."""
    said = request.POST.get("words", "").strip()
    if not said or len(said) > rules.WORDS_CHARACTERS_MAX:
        text = gettext("Please write what is wrong and what is right, in at most 1,000 characters.")
        return _kept(request, token, page, bad=text, status=UNFIT)
    return _asked(request, token, page, Wish.CORRECTION, gettext("Please correct this: %(words)s") % {"words": said})


@csrf_exempt
@require_POST
@at_link
def erase(request: HttpRequest, token: str, page: OwnPage) -> HttpResponseBase:
    """Everything is to go: it comes to us as a message."""
    if request.POST.get("sure") != "yes":
        text = gettext("Please tick the box: what was erased does not come back.")
        return _kept(request, token, page, bad=text, status=UNFIT)
    return _asked(request, token, page, Wish.ERASURE, gettext("Please erase everything that you have stored of me."))


def key_of(request: HttpRequest) -> str:
    """What the forms of an open page carry."""
    return request.POST.get("key", "")


def ended(request: HttpRequest, token: str, page: OwnPage) -> HttpResponse:
    """The key is no more: back to the code."""
    text = gettext("The page was open for 30 minutes and is shut now. Have a new code sent to go on.")
    return _first(request, token, page, bad=text, status=CLOSED)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What the person says with a button, as their message, and what they are told."""

    said: str
    told: str


def _refusals() -> dict[Purpose, _Refusal]:
    language = get_language() or "de"
    names = {key: {"name": one.name(language)} for key, one in purposes().items()}
    others = {
        key: _Refusal(
            gettext("I take back my consent: “%(name)s”.") % name,
            gettext("“%(name)s”: you get nothing of it any more. This holds from now on.") % name,
        )
        for key, name in names.items()
    }
    return others | {
        CAMPAIGNS: _Refusal(
            gettext("I want no more advertising from you."),
            gettext("You get no more advertising from us. This holds from now on."),
        ),
        CARE: _Refusal(
            gettext("I want no more messages from you at all."),
            gettext("You get no more messages from us. This holds from now on, for advertising too."),
        ),
    }


def _asked(request: HttpRequest, token: str, page: OwnPage, wish: Wish, words: str) -> HttpResponse:
    if not is_open(page, key_of(request), clock.now()):
        return ended(request, token, page)
    try:
        ask_there(page, wish, words, clock.now())
    except Shut:
        return _shut(request, page)
    except TooMuch:
        much = gettext("Too much came in by this link. Please write to us in the chat.")
        return _whole(request, token, page, key_of(request), bad=much, status=429)
    text = gettext("This has arrived and stands in your chat with us. You get an answer within a month at the latest.")
    return _whole(request, token, page, key_of(request), good=text)


def _kept(request: HttpRequest, token: str, page: OwnPage, *, bad: str, status: int) -> HttpResponse:
    if not is_open(page, key_of(request), clock.now()):
        return ended(request, token, page)
    return _whole(request, token, page, key_of(request), bad=bad, status=status)


def _back(request: HttpRequest, token: str, page: OwnPage, **more: Any) -> HttpResponse:
    """To where it was said: the open page, or the one before the code."""
    if is_open(page, key_of(request), clock.now()):
        return _whole(request, token, page, key_of(request), **more)
    return _first(request, token, page, **more)


def _shut(request: HttpRequest, page: OwnPage) -> HttpResponse:
    now = Condition.WITHDRAWN if page.withdrawn_at else Condition.EXPIRED
    return _rendered(request, "public/own_shut.html", {"now": str(now), "page": page}, GONE)


def _first(
    request: HttpRequest, token: str, page: OwnPage, *, good: str = "", bad: str = "", status: int = 200
) -> HttpResponse:
    withheld = standing(page, clock.now()) is Condition.WITHHELD
    given = {"token": token, "page": page, "good": good, "bad": bad, "withheld": withheld}
    return _rendered(request, "public/own_first.html", given, status)


def _whole(
    request: HttpRequest, token: str, page: OwnPage, key: str, *, good: str = "", bad: str = "", status: int = 200
) -> HttpResponse:
    at = clock.now()
    hand_out(f"customer:{page.contact_id}", [page.contact_id], right="own_page", at=at)
    held = stored(page.contact_id, at)
    words = list(islice(words_of(held.known, at), WORDS_SHOWN + 1))
    given = shown(held) | {
        "token": token,
        "key": key,
        "good": good,
        "bad": bad,
        "at": at,
        "words": [spoken(word) for word in words[:WORDS_SHOWN]],
        "more": len(words) > WORDS_SHOWN,
        "days": rules.MESSAGES_FOR.days,
        "words_max": rules.WORDS_CHARACTERS_MAX,
    }
    return _rendered(request, "public/own_page.html", given, status)


def _code_text(secret: str, language: str) -> str:
    with override(language):
        return gettext(
            "Your code for your own page: %(code)s\n\nIt works for 10 minutes. Enter it on the page only, and tell it "
            "nobody: we never ask for it."
        ) % {"code": secret}


def _rendered(request: HttpRequest, name: str, given: dict[str, Any], status: int) -> HttpResponse:
    return render(request, name, given | {"company": settings.CONFIG.company, "legal": links()}, status=status)
