"""The business's website, a page of another origin than the business's tools, and what its links into the chat open.

The page is as strict as a website can be: it lets in one script of one host and no styles at all.
"""

import html
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from jawort.simulator.page import LANGUAGES, STATIC, filled, spoken
from jawort.simulator.wire import WORLD, Trouble

_PAGE: Final = (STATIC / "website.html").read_text(encoding="utf-8")
_LINK: Final = (STATIC / "wa-me.html").read_text(encoding="utf-8")


def routes() -> list[web.RouteDef]:
    """Its paths."""
    return [web.get("/website", website), web.get("/wa.me/{number}", chat)]


async def website(request: web.Request) -> web.Response:
    """One page with the widget in its language, or in the only one that there is."""
    settings = request.app[WORLD].settings
    if not settings.widget_urls:
        raise Trouble(404, "This business has no website.")
    lang = spoken(request)
    widget = dict(zip(LANGUAGES, settings.widget_urls, strict=False)).get(lang, settings.widget_urls[0])
    response = filled(request, _PAGE, lang, {"widget": html.escape(widget)})
    response.headers["Content-Security-Policy"] = policy(widget, settings.allowed_origins)
    return response


def policy(widget: str, framers: tuple[str, ...]) -> str:
    """What the page lets in: scripts and calls of the widget's origin, and nothing else."""
    address = urlsplit(widget)
    origin = f"{address.scheme}://{address.netloc}"
    framed_by = " ".join(["'self'", *framers])
    return "; ".join(
        [
            "default-src 'none'",
            "style-src 'none'",
            f"script-src {origin}",
            f"connect-src {origin}",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {framed_by}",
        ]
    )


async def chat(request: web.Request) -> web.Response:
    """A link into the chat, as `https://wa.me/{number}?text=…` is one: its script brings the text to the phone."""
    return filled(request, _LINK, spoken(request), {})
