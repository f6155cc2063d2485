"""Every address that there is."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver

from jawort.api.v1 import api


def walk(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route below `patterns`, with its view."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield route, pattern


def api_calls() -> dict[tuple[str, str], Any]:
    """Every call of the API, with its view."""
    return {
        (method, path): operation.view_func
        for _, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }
