"""Lists in pages: cursors, `limit`, and cutting objects to the `fields` of a call."""

import base64
import binascii
from typing import Any

from aiohttp import web

from jawort.simulator.errors import GraphError
from jawort.simulator.wire import answer

LIMIT, LIMIT_MAX = 25, 1_000


def wanted(request: web.Request) -> set[str]:
    """The fields that a call names. What stands in braces or parentheses behind a field's name is left out."""
    names, depth, name = set(), 0, ""
    for character in request.query.get("fields", "") + ",":
        if character in "{(":
            depth += 1
        elif character in "})":
            depth -= 1
        elif character == "," and not depth:
            names.add(name.partition(".")[0].strip())
            name = ""
        elif not depth:
            name += character
    return names - {""}


def cut(whole: dict[str, Any], fields: set[str], usual: set[str]) -> dict[str, Any]:
    """The object with these fields, or the usual ones where the call names none, and always its id."""
    shown = (fields or usual) | {"id"}
    return {name: value for name, value in whole.items() if name in shown}


def page(
    request: web.Request, items: list[dict[str, Any]], keys: list[str], summary: dict[str, Any] | None = None
) -> web.Response:
    """One page of `items`; `keys` name them in cursors. Raises GraphError for a cursor that leads nowhere.

    A call that asks for a `summary` gets what it names of ours.
    """
    asked = {name.strip() for name in request.query.get("summary", "").strip("[]").split(",")} & set(summary or ())
    summed = {"summary": {name: value for name, value in (summary or {}).items() if name in asked}} if asked else {}
    limit = _limit(request)
    first = 0
    if after := request.query.get("after"):
        first = _place(after, keys) + 1
    elif before := request.query.get("before"):
        first = max(0, _place(before, keys) - limit)
    chosen = items[first : first + limit]
    if not chosen:
        return answer({"data": [], **summed})
    cursors = {"before": _cursor(keys[first]), "after": _cursor(keys[first + len(chosen) - 1])}
    paging: dict[str, Any] = {"cursors": cursors}
    base = f"{request.scheme}://{request.host}"
    if first + len(chosen) < len(items):
        paging["next"] = base + str(request.rel_url.update_query(after=cursors["after"]).without_query_params("before"))
    if first:
        paging["previous"] = base + str(
            request.rel_url.update_query(before=cursors["before"]).without_query_params("after")
        )
    return answer({"data": chosen, "paging": paging, **summed})


def _limit(request: web.Request) -> int:
    text = request.query.get("limit", "")
    if not text:
        return LIMIT
    if not text.isascii() or not text.isdecimal() or not int(text[:10]) >= 1:
        raise GraphError(100, "Param limit must be a positive integer.")
    return min(int(text[:10]), LIMIT_MAX)


def _cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode("ascii")


def _place(cursor: str, keys: list[str]) -> int:
    try:
        return keys.index(base64.urlsafe_b64decode(cursor.encode()).decode())
    except (ValueError, binascii.Error):
        raise GraphError(131059, "The paging cursor is not valid, or not any more.") from None
