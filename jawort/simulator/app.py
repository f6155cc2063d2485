"""The application: Graph paths, control API and phone page on one port."""

from collections.abc import AsyncIterator

from aiohttp import web

from jawort.simulator import control, page, website
from jawort.simulator.graph import paths
from jawort.simulator.guard import guard, headers
from jawort.simulator.settings import BODY_BYTES_MAX, Settings
from jawort.simulator.wire import WORLD, answer
from jawort.simulator.world import World


def application(settings: Settings) -> web.Application:
    """A simulator of its own, not listening yet."""
    app = web.Application(middlewares=[guard(settings)], client_max_size=BODY_BYTES_MAX)
    app[WORLD] = World(settings)
    app.on_response_prepare.append(headers(settings))
    app.cleanup_ctx.append(_running)
    app.router.add_get("/health", health)
    app.add_routes([*control.routes(), *page.routes(), *website.routes(), *paths.routes()])
    return app


async def health(_request: web.Request) -> web.Response:
    """The simulator runs."""
    return answer({"status": "ok"})


async def _running(app: web.Application) -> AsyncIterator[None]:
    await app[WORLD].sender.start()
    yield
    await app[WORLD].stop_work()
    await app[WORLD].sender.stop()
