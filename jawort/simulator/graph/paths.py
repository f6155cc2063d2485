"""All paths of the Graph API, each with a version and without, with a slash at the end and without."""

from aiohttp import web
from aiohttp.typedefs import Handler

from jawort.simulator.graph import (
    account,
    history,
    media,
    messages,
    objects,
    people,
    profile,
    registration,
    templates,
    tokens,
    uploads,
)
from jawort.simulator.graph.strike import strike
from jawort.simulator.media import PATH
from jawort.simulator.wire import WORLD

_VERSION = r"/v{version:\d+}.{minor:\d+}"
_OBJECT = r"/{object:\d+}"
#: What hangs on an object, by its name; an empty one is the object itself. They are tried in this order.
_EDGES: dict[str, dict[str, Handler]] = {
    "/messages": {"POST": messages.send},
    "": {"GET": objects.show, "POST": objects.change, "DELETE": objects.delete},
    "/marketing_messages": {"POST": messages.send_marketing},
    "/message_history": {"GET": history.messages},
    "/events": {"GET": history.events},
    "/media": {"POST": media.upload},
    "/register": {"POST": registration.register},
    "/deregister": {"POST": registration.deregister},
    "/request_code": {"POST": registration.request_code},
    "/verify_code": {"POST": registration.verify_code},
    "/settings": {"GET": registration.show_settings, "POST": registration.change_settings},
    "/whatsapp_business_profile": {"GET": profile.show, "POST": profile.change},
    "/conversational_automation": {"GET": profile.show_automation, "POST": profile.automate},
    "/username": {"GET": profile.show_username, "POST": profile.set_username, "DELETE": profile.delete_username},
    "/username_suggestions": {"GET": profile.suggest_usernames},
    "/message_qrdls": {"GET": profile.links, "POST": profile.put_link},
    "/message_qrdls/{code}": {"GET": profile.show_link, "DELETE": profile.delete_link},
    "/block_users": {"GET": people.blocked, "POST": people.block, "DELETE": people.unblock},
    "/contact_book": {"DELETE": people.forget},
    "/phone_numbers": {"GET": account.phone_numbers, "POST": account.add_phone_number},
    "/message_templates": {"GET": templates.index, "POST": templates.create, "DELETE": templates.delete},
    "/unpause": {"POST": templates.unpause},
    "/subscribed_apps": {
        "GET": account.subscriptions,
        "POST": account.subscribe,
        "DELETE": account.unsubscribe,
    },
    "/uploads": {"POST": uploads.begin},
}
_UPLOAD: dict[str, Handler] = {"GET": uploads.show, "POST": uploads.go_on}
#: What faults `on` manage strike: what the business asks of numbers, account and token.
_MANAGED = frozenset(
    {"/register", "/deregister", "/settings", "/whatsapp_business_profile", "/phone_numbers", "/subscribed_apps"}
)


def routes() -> list[web.RouteDef]:
    """Every path."""
    paths = {_OBJECT + edge: _struck(edge, handlers) for edge, handlers in _EDGES.items()}
    paths |= {"/upload:{session}": _UPLOAD, "/debug_token": {"GET": _managed(tokens.show)}}
    return [
        *(
            web.RouteDef(method, version + path + "{slash:/?}", handler, {})
            for version in (_VERSION, "")
            for path, handlers in paths.items()
            for method, handler in handlers.items()
        ),
        web.get(PATH, media.fetch),
        web.get(r"/lookaside/qr/{code}.{kind:svg|png}", profile.image),
    ]


def _struck(edge: str, handlers: dict[str, Handler]) -> dict[str, Handler]:
    return {method: _managed(each) for method, each in handlers.items()} if edge in _MANAGED else handlers


def _managed(handler: Handler) -> Handler:
    """The handler, where faults strike before it or after it."""

    async def struck(request: web.Request) -> web.StreamResponse:
        faults = request.app[WORLD].faults
        if (fault := faults.take("before", "manage")) and (answered := await strike(request, fault)):
            return answered
        answer = await handler(request)
        if (fault := faults.take("after", "manage")) and (answered := await strike(request, fault)):
            return answered
        return answer

    return struck
