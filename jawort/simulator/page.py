"""The phone page: one HTML file filled with words, and the files it needs. Nothing in it is inline."""

import html
import json
import re
from importlib.resources import files
from typing import Any

from aiohttp import web

from jawort.simulator.wire import WORLD, Trouble, answer

LANGUAGES = ("de", "en")
_STATIC = files("jawort.simulator") / "static"
#: The desk's typeface lies in the package once; it is read as a file, no code of the desk comes with it.
_TYPEFACE = files("jawort") / "web" / "static" / "vendor" / "inter.woff2"
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}
#: Read once: they are part of the program.
_FILES = {
    entry.name: (entry.read_bytes(), _KINDS[entry.name.rpartition(".")[2]])
    for entry in [*_STATIC.iterdir(), _TYPEFACE]
    if entry.name.rpartition(".")[2] in _KINDS
}
_TEXTS: dict[str, dict[str, str]] = json.loads((_STATIC / "texts.json").read_text(encoding="utf-8"))
_PAGE = (_STATIC / "phone.html").read_text(encoding="utf-8")
_HOLE = re.compile(r"\{\{(\w+)\}\}")


def routes() -> list[web.RouteDef]:
    """Its paths."""
    return [
        web.get("/", enter),
        web.get("/phone", phone),
        web.get("/phone/static/{name}", static),
        web.get("/phone/texts/{lang}.json", texts),
    ]


async def enter(_request: web.Request) -> web.StreamResponse:
    """Whoever opens the address in a browser wants the phone."""
    raise web.HTTPFound("/phone")


async def phone(request: web.Request) -> web.Response:
    """The page in German, or in English with `?lang=en`; `user` names the phone that it opens."""
    lang = request.query.get("lang", "de")
    if lang not in LANGUAGES:
        lang = "de"
    marks = {f"current_{one}": 'aria-current="true"' if one == lang else "" for one in LANGUAGES}
    words = _TEXTS[lang] | {"business_name": request.app[WORLD].settings.business_name}

    def fill(hole: re.Match[str]) -> str:
        name = hole.group(1)
        return marks[name] if name in marks else html.escape(words[name])

    return web.Response(text=_HOLE.sub(fill, _PAGE), content_type="text/html", headers={"Content-Language": lang})


async def static(request: web.Request) -> web.Response:
    """A file of the page."""
    found = _FILES.get(request.match_info["name"])
    if found is None:
        raise Trouble(404, "There is no such file.")
    body, kind = found
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=body, content_type=kind, charset=charset, headers={"Cache-Control": "no-cache"})


async def texts(request: web.Request) -> web.Response:
    """The page's words in one language."""
    found: Any = _TEXTS.get(request.match_info["lang"])
    if found is None:
        raise Trouble(404, "There are words in de and en.")
    return answer(found)
