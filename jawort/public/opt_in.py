"""A page that asks for a consent in our own words, for links on the web: whoever ticks the box gets a slip.

It asks nobody who they are, sets no cookie and stores nothing. The yes comes over WhatsApp, from the number itself.
Where the administrator wants it, people may type that number first: then the slip is worth nothing to others.
"""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from jawort.channels.whatsapp.chat_link import chat_link
from jawort.consent.models import OptInLink, Text
from jawort.consent.opt_in import CODE, links_of
from jawort.consent.purpose import Purpose
from jawort.consent.replies import YES
from jawort.consent.slips import tear_off
from jawort.consent.texts import text_for
from jawort.consent.typed import Asks
from jawort.core import clock
from jawort.core.phone import Phone, dialled, parse
from jawort.core.qr import drawn
from jawort.legal.queries import links
from jawort.messaging.confirm_typed import confirm_soon
from jawort.public.often import Often
from jawort.public.views import UNKNOWN, quiet
from jawort.public.words import words

TICKED: Final = "yes"
#: Of what is no yes.
STATUS: Final = {"not_ticked": 422, "text_changed": 409, "no_number": 422}
#: So many numbers an hour one place may have asked.
OFTEN: Final = Often(5)
#: What is longer is no number, however it is written.
NUMBER_CHARACTERS_MAX: Final = 40


@csrf_exempt  # there is no session here that a foreign page could act with
@require_http_methods(["GET", "HEAD", "POST"])
@quiet
def page(request: HttpRequest, code: str) -> HttpResponseBase:
    """The question with its box, unticked; then, for who has ticked it, the way to WhatsApp."""
    link, text = asking(code)
    if link is None or text is None:
        return _shown(request, "public/no_opt_in.html", {}, UNKNOWN)
    sent = request.method == "POST"
    with override(text.language):  # it asks in one language: what stands around it is in the same
        given: dict[str, Any] = {
            "text": text,
            "yes": YES.to(text.language),
            "company": text.controller,
            "words": words(link.asks),
            "asks": link.asks,
            "number": _said_number(request, link),
            "most": NUMBER_CHARACTERS_MAX,
        }
        wrong = why_not(request, link, text) if sent else ""
        if sent and not wrong:
            return _shown(request, "public/slip.html", given | slip_for(request, link, text, clock.now()))
        return _shown(request, "public/opt_in.html", given | {"wrong": wrong}, STATUS[wrong] if wrong else 200)


def why_not(request: HttpRequest, link: OptInLink, text: Text) -> str:
    """Why what was posted is no yes to `text`: `not_ticked`; `text_changed`, or what else is asked for, since it was
    shown; `no_number` where one should stand. Empty if it is one."""
    if request.POST.get(TICKED) != TICKED:
        return "not_ticked"
    if (request.POST.get("text"), request.POST.get("asks", "")) != (text.pk, link.asks):
        return "text_changed"
    return "no_number" if _said_number(request, link) and _number(request, link) is None else ""


def _said_number(request: HttpRequest, link: OptInLink) -> str:
    return request.POST.get("number", "").strip()[: NUMBER_CHARACTERS_MAX + 1] if link.asks else ""


def _number(request: HttpRequest, link: OptInLink) -> Phone | None:
    """The number that was typed; None where none was, or what is no number."""
    said, home = _said_number(request, link), parse(link.line.display_number)
    return dialled(said, home.digits if home else "") if len(said) <= NUMBER_CHARACTERS_MAX else None


def asking(code: str) -> tuple[OptInLink | None, Text | None]:
    """The link of that code and the text that it asks in; None where there is none, or no host for customers."""
    link = links_of([code]).get(code) if CODE.fullmatch(code) and settings.CONFIG.side_door_url else None
    return link, text_for(Purpose(link.purpose), link.language) if link else None


def slip_for(request: HttpRequest, link: OptInLink, text: Text, at: datetime) -> dict[str, Any]:
    """What whoever has posted a yes sends: `message`, the `address` that opens WhatsApp with it, its `picture`.

    `also` where the number that they typed may be written to. It says the same whether that is so.
    """
    typed = _number(request, link)
    asks_there = typed is not None and link.asks is Asks.CONFIRMED
    if typed is not None and asks_there and OFTEN.admits(request.META.get("REMOTE_ADDR", ""), at):
        confirm_soon(link, typed, at)
    message = tear_off(link, text, at, typed)
    address = chat_link(link.line.display_number, message, settings.CONFIG.simulator_url)
    return {"message": message, "address": address, "picture": drawn(address), "also": asks_there}


def _shown(request: HttpRequest, name: str, given: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, name, {"company": settings.CONFIG.company, "legal": links()} | given, status=status)
    response["Content-Language"] = get_language() or ""
    return response
