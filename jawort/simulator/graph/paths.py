"""All paths of the Graph API, each with a version and without."""

from aiohttp import web

from jawort.simulator.graph import account, media, messages, objects, templates
from jawort.simulator.media import PATH

_VERSION = r"/v{version:\d+}.{minor:\d+}"


def routes() -> list[web.RouteDef]:
    """Every path; `{object}` stands for an id, which is digits."""
    paths = [
        web.get("/{object}", objects.show),
        web.post("/{object}", objects.change),
        web.delete("/{object}", objects.delete),
        web.post("/{object}/messages", messages.send),
        web.post("/{object}/media", media.upload),
        web.get("/{object}/phone_numbers", account.phone_numbers),
        web.get("/{object}/message_templates", templates.index),
        web.post("/{object}/message_templates", templates.create),
        web.delete("/{object}/message_templates", templates.delete),
        web.post("/{object}/unpause", templates.unpause),
        web.get("/{object}/subscribed_apps", account.subscriptions),
        web.post("/{object}/subscribed_apps", account.subscribe),
        web.delete("/{object}/subscribed_apps", account.unsubscribe),
    ]
    both = [*paths, *(web.RouteDef(p.method, _VERSION + p.path, p.handler, p.kwargs) for p in paths)]
    objects_only = [
        web.RouteDef(p.method, p.path.replace("{object}", r"{object:\d+}"), p.handler, p.kwargs) for p in both
    ]
    return [*objects_only, web.get(PATH, media.fetch)]
