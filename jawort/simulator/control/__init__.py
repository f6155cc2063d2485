"""The control API below `/__sim/`: what customers do, what the platform tells, clock, faults, and what happened."""

from aiohttp import web

from jawort.simulator.control import machine, messages, number, people, templates

PREFIX = "/__sim"


def routes() -> list[web.RouteDef]:
    """All paths."""
    paths = [*people.PATHS, *messages.PATHS, *machine.PATHS, *number.PATHS, *templates.PATHS]
    return [web.RouteDef(method, PREFIX + path, handler, {}) for method, path, handler in paths]
