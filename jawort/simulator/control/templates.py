"""Control calls about templates: what the platform decides about them."""

from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.simulator import account, review
from jawort.simulator.control import door
from jawort.simulator.templates import Template
from jawort.simulator.wire import WORLD, Trouble, answer, fields

QUALITIES = ("GREEN", "YELLOW", "RED", "UNKNOWN")
#: The usual surprise first.
_CATEGORIES = ("MARKETING", "UTILITY", "AUTHENTICATION")


async def index(request: web.Request) -> web.Response:
    """Every template, newest first."""
    return answer({"items": [_view(one) for one in request.app[WORLD].templates.all()]})


async def decide(request: web.Request) -> web.Response:
    """`{"decision": "REJECTED"}`: an event of the platform, or what it is called: FIRST_PAUSE, DISABLED, UNPAUSE.

    `value` lays keys over the webhook, such as a `reason`.
    """
    template = _template(request)
    wanted = await fields(request, takes="decision value")
    variant, more = wanted.get("decision", "APPROVED"), wanted.get("value", {})
    if not isinstance(variant, str) or not isinstance(more, dict):
        raise Trouble(400, "“decision” is a name, and “value” an object.")
    try:
        review.decide(request.app[WORLD], template, variant, more)
    except account.NoSuchEvent as problem:
        raise Trouble(400, str(problem)) from None
    return answer(_view(template))


async def rate(request: web.Request) -> web.Response:
    """`{"quality": "YELLOW"}`: customers like it less."""
    template = _template(request)
    review.rate(
        request.app[WORLD], template, door.choice(await fields(request, takes="quality"), "quality", *QUALITIES)
    )
    return answer(_view(template))


async def recategorise(request: web.Request) -> web.Response:
    """`{"category": "MARKETING"}`: the platform finds that it belongs there."""
    template = _template(request)
    category = door.choice(await fields(request, takes="category"), "category", *_CATEGORIES)
    review.recategorise(request.app[WORLD], template, category)
    return answer(_view(template))


def _template(request: web.Request) -> Template:
    template = request.app[WORLD].templates.get(request.match_info["template"])
    if template is None:
        raise Trouble(404, "There is no template with this ID; GET templates lists them.")
    return template


def _view(template: Template) -> dict[str, Any]:
    return template.view(clock.now().timestamp())


PATHS = [
    ("GET", "/templates", index),
    ("POST", "/templates/{template}/decision", decide),
    ("POST", "/templates/{template}/quality", rate),
    ("POST", "/templates/{template}/category", recategorise),
]
