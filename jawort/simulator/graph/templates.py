"""Managing message templates."""

from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.simulator import review
from jawort.simulator.errors import GraphError
from jawort.simulator.graph import door, paging
from jawort.simulator.templates import Template
from jawort.simulator.wire import answer
from jawort.simulator.world import World

USUAL = {"name", "parameter_format", "components", "language", "status", "category", "id"}
_EXACT = ("status", "category", "language", "name")


async def create(request: web.Request) -> web.StreamResponse:
    """Hand a template in for review."""
    world = door.account(request)
    template = world.templates.create(await door.document(request), clock.now().timestamp())
    review.submitted(world, template)
    return answer({"id": template.id, "status": template.status, "category": template.category})


async def index(request: web.Request) -> web.StreamResponse:
    """The templates, newest first, as far as they fit the call's filters."""
    world = door.account(request)
    found = [one for one in world.templates.all() if _fits(one, request)]
    fields, at = paging.wanted(request), clock.now().timestamp()
    items = [paging.cut(one.view(at), fields, USUAL) for one in found]
    count, most = len(world.templates.all()), world.settings.templates_max
    summary = {
        "total_count": len(found),
        "message_template_count": count,
        "message_template_limit": most,
        "are_translations_complete": True,
    }
    return paging.page(request, items, [one.id for one in found], summary)


def show(request: web.Request, template: Template) -> web.Response:
    """One template."""
    return answer(paging.cut(template.view(clock.now().timestamp()), paging.wanted(request), USUAL))


async def edit(request: web.Request, world: World, template: Template) -> web.Response:
    """Replace a template's components."""
    world.templates.edit(template, await door.document(request), clock.now().timestamp())
    review.submitted(world, template)
    return answer({"success": True, "id": template.id, "name": template.name, "category": template.category})


async def delete(request: web.Request) -> web.StreamResponse:
    """Delete by name, all languages; with `hsm_id` only that one."""
    world = door.account(request)
    name = request.query.get("name", "")
    if not name:
        raise GraphError(100, "The parameter name is required.")
    world.templates.delete(name, request.query.get("hsm_id", ""), clock.now().timestamp())
    return answer({"success": True})


async def unpause(request: web.Request) -> web.StreamResponse:
    """Take a pause back that customers' complaints have brought."""
    world = door.entered(request)
    template = world.templates.get(door.object_id(request))
    if template is None or template.status != "PAUSED":
        raise GraphError(100, "Param template must be a paused template.")
    review.decide(world, template, "UNPAUSE")
    return answer({"success": True})


def _fits(template: Template, request: web.Request) -> bool:
    """Whether a template is what the call's filters ask for."""
    view = template.view(0.0)
    known = {name: str(view[name]) for name in _EXACT} | {"quality_score": template.quality}
    for name, value in known.items():
        asked = {one.strip('[]" ').lower() for text in request.query.getall(name, []) for one in text.split(",")}
        if asked - {""} and value.lower() not in asked:
            return False
    words = _words(template)
    within = {"name_or_content": f"{template.name} {words}", "content": words}
    return all(request.query.get(name, "").lower() in text for name, text in within.items())


def _words(template: Template) -> str:
    texts: list[Any] = [one.get("text") or "" for one in template.components]
    return " ".join(texts).lower()
