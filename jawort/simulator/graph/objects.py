"""Objects by their id: the number, the account, a template, a file."""

from typing import Any

from aiohttp import web

from jawort.simulator.errors import unknown_object
from jawort.simulator.graph import account, door, history, media, number, paging, templates
from jawort.simulator.wire import answer


async def show(request: web.Request) -> web.StreamResponse:
    """An object, cut to `fields` where the call names some."""
    world, object_id = door.entered(request), door.object_id(request)
    everything: dict[str, Any] = {}
    if (found := world.numbers.get(object_id)) is not None:
        everything = number.view(world, found)
    elif object_id == world.settings.waba_id:
        everything = account.view(world) | history.analytics(request, world)
    if everything:
        return answer(paging.cut(everything, paging.wanted(request), set(everything) - number.ASKED_FOR))
    if (template := world.templates.get(object_id)) is not None:
        return templates.show(request, template)
    return await media.show(request, world, media.found(world, object_id))


async def change(request: web.Request) -> web.StreamResponse:
    """Change an object."""
    world, object_id = door.entered(request), door.object_id(request)
    if (found := world.numbers.get(object_id)) is not None:
        return await number.change(request, world, found)
    if (template := world.templates.get(object_id)) is not None:
        return await templates.edit(request, world, template)
    raise unknown_object(object_id)


async def delete(request: web.Request) -> web.StreamResponse:
    """Delete a file; nothing else can be deleted by its id alone."""
    world = door.entered(request)
    return media.delete(request, world, media.found(world, door.object_id(request)))
