"""The same question on pages of others, which the administrator has named: one script tag.

The script brings all words along, so that nothing is asked for before somebody acts. It is the same for everybody.
"""

import json
from importlib.resources import files
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from jawort.consent.models import OptInLink, Text
from jawort.consent.replies import YES
from jawort.core import clock
from jawort.public.opt_in import NUMBER_CHARACTERS_MAX, STATUS, asking, slip_for, why_not
from jawort.public.views import UNKNOWN
from jawort.public.words import words

SCRIPT: Final = files("jawort.public").joinpath("widget.js").read_text("utf-8")
#: So many purposes may be asked for on one page.
CODES_MAX: Final = 5
#: So long an ended link is still shown where somebody has looked at the page before.
SECONDS: Final = 300


@require_safe
def script(request: HttpRequest, code: str) -> HttpResponseBase:
    """The widget of a link as a script; for a link that is not in use one that does nothing.

    Of several codes with commas between, the widgets one below the other, each with a box of its own: a yes is to one
    purpose.
    """
    asked = [asking(each) for each in code.split(",")[:CODES_MAX]]
    # Each puts itself right behind the script.
    body = "".join(_around(link, text) for link, text in reversed(asked) if link is not None and text is not None)
    status = 200 if body else UNKNOWN
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8", status=status)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    return response


@csrf_exempt  # there is no session, and whoever may ask is named
@require_POST
def slip(request: HttpRequest, code: str) -> HttpResponseBase:
    """A slip for the ticked box, to the pages that the administrator has named for this link and to no others."""
    link, text = asking(code)
    if link is None or text is None:
        return _to_all(JsonResponse({"error": "unknown_link"}, status=UNKNOWN))
    origin = request.headers.get("Origin", "")
    if origin not in link.origins.split():
        return _to_all(JsonResponse({"error": "unknown_origin"}, status=403))
    if wrong := why_not(request, link, text):
        response = JsonResponse({"error": wrong}, status=STATUS[wrong])
    else:
        given = slip_for(request, link, text, clock.now())
        response = JsonResponse(given | {"picture": {"size": given["picture"].size, "path": given["picture"].path}})
    response["Access-Control-Allow-Origin"] = origin
    return _to_all(response)


def _to_all(response: HttpResponse) -> HttpResponse:
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ("Origin",))
    return response


def _around(link: OptInLink, text: Text) -> str:
    host = settings.CONFIG.side_door_url
    with override(text.language):
        asked: dict[str, Any] = {
            "link": link.code,
            "language": text.language,
            "text": text.pk,
            "asks": link.asks,
            "most": NUMBER_CHARACTERS_MAX,
            "question": text.body,
            "notice": text.notice,
            "yes": YES.to(text.language),
            "withdrawal": text.withdrawal,
            "slip": f"{host}{reverse('public:opt-in-slip', args=[link.code])}",
            "page": f"{host}{reverse('public:opt-in', args=[link.code])}",
        } | words(link.asks)
    # No markup can stand in a script file, and `<` not even in its strings, wherever somebody may put them.
    said = json.dumps(asked).replace("<", "\\u003c")
    return f"(() => {{\nconst asked = {said};\n{SCRIPT}}})();\n"
