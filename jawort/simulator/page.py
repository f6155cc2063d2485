"""The phone page: one HTML file filled with words, and the files it needs. Nothing in it is inline."""

import html
import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.simulator import samples
from jawort.simulator.wire import WORLD, Trouble, answer

#: Types that a browser shows and never runs.
_SHOWN = frozenset(
    {"image/jpeg", "image/png", "image/webp", "video/mp4", "video/3gpp", "audio/aac", "audio/amr", "audio/mpeg"}
    | {"audio/mp4", "audio/ogg"}
)
LANGUAGES = ("de", "en")
STATIC = files("jawort.simulator") / "static"
#: The desk's typeface lies in the package once; it is read as a file, no code of the desk comes with it.
_TYPEFACE = files("jawort") / "web" / "static" / "vendor" / "inter.woff2"
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}
#: Read once: they are part of the program.
_FILES = {
    entry.name: (entry.read_bytes(), _KINDS[entry.name.rpartition(".")[2]])
    for entry in [*STATIC.iterdir(), _TYPEFACE]
    if entry.name.rpartition(".")[2] in _KINDS
}
_TEXTS: dict[str, dict[str, str]] = json.loads((STATIC / "texts.json").read_text(encoding="utf-8"))
_PAGE = (STATIC / "phone.html").read_text(encoding="utf-8")
_HOLE = re.compile(r"\{\{(\w+)\}\}")


def routes() -> list[web.RouteDef]:
    """Its paths."""
    return [
        web.get("/", enter),
        web.get("/phone", phone),
        web.get("/phone/static/{name}", static),
        web.get("/phone/texts/{lang}.json", texts),
        web.get("/phone/media/{id}", file),
        web.get("/phone/samples/{name}", sample),
    ]


async def enter(_request: web.Request) -> web.StreamResponse:
    """Whoever opens the address in a browser wants the phone."""
    raise web.HTTPFound("/phone")


async def phone(request: web.Request) -> web.Response:
    """The page in German, or in English with `?lang=en`; `user` names the phone that it opens."""
    lang = spoken(request)
    marks = {f"current_{one}": 'aria-current="true"' if one == lang else "" for one in LANGUAGES}
    marks["without_website"] = "" if request.app[WORLD].settings.widget_urls else "hidden"
    return filled(request, _PAGE, lang, marks)


def spoken(request: web.Request) -> str:
    """The language that is asked for, or German."""
    lang = request.query.get("lang", "")
    return lang if lang in LANGUAGES else LANGUAGES[0]


def filled(request: web.Request, page: str, lang: str, marks: Mapping[str, str]) -> web.Response:
    """A page with its holes filled: with `marks` as they are, with words in this language, and the business's name."""
    words = _TEXTS[lang] | {"business_name": request.app[WORLD].settings.business_name}

    def fill(hole: re.Match[str]) -> str:
        name = hole.group(1)
        return marks[name] if name in marks else html.escape(words[name])

    return web.Response(text=_HOLE.sub(fill, page), content_type="text/html", headers={"Content-Language": lang})


async def static(request: web.Request) -> web.Response:
    """A file of the page."""
    found = _FILES.get(request.match_info["name"])
    if found is None:
        raise Trouble(404, "There is no such file.")
    body, kind = found
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=body, content_type=kind, charset=charset, headers={"Cache-Control": "no-cache"})


async def file(request: web.Request) -> web.Response:
    """A file that was sent, by either side. What could run in a browser is only ever downloaded."""
    found = request.app[WORLD].media.get(request.match_info["id"], clock.now().timestamp())
    if found is None:
        raise Trouble(404, "There is no such file, or not any more.")
    shown = found.mime.partition(";")[0] in _SHOWN
    about = {"Content-Type": found.mime if shown else "application/octet-stream", "Accept-Ranges": "bytes"}
    about |= {} if shown else {"Content-Disposition": "attachment"}
    return _part(request, found.body, about)


def _part(request: web.Request, body: bytes, headers: dict[str, str]) -> web.Response:
    """All of it, or the range that a player asks for: without ranges it cannot tell how long a recording is."""
    try:
        first, end, _ = request.http_range.indices(len(body))
    except ValueError:
        first, end = 0, len(body)
    if first >= end or end - first == len(body):
        return web.Response(body=body, headers=headers)
    span = {"Content-Range": f"bytes {first}-{end - 1}/{len(body)}"}
    return web.Response(status=206, body=body[first:end], headers=headers | span)


async def sample(request: web.Request) -> web.Response:
    """A file that the simulator can draw."""
    name = request.match_info["name"]
    if name not in samples.NAMES:
        raise Trouble(404, "There is no such sample.")
    drawn = samples.draw(name)
    return web.Response(body=drawn.body, headers={"Content-Type": drawn.mime, "Cache-Control": "max-age=3600"})


async def texts(request: web.Request) -> web.Response:
    """The page's words in one language."""
    found: Any = _TEXTS.get(request.match_info["lang"])
    if found is None:
        raise Trouble(404, "There are words in de and en.")
    return answer(found)
