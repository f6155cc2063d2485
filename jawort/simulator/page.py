"""The phone page."""

from aiohttp import web


def routes() -> list[web.RouteDef]:
    """Its paths."""
    return []
