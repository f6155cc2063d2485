"""Resumable uploads: samples for templates and profile pictures become handles, not files that can be sent."""

import secrets

from aiohttp import web

from jawort.simulator.errors import GraphError
from jawort.simulator.graph import door
from jawort.simulator.media import FILE_BYTES_MAX
from jawort.simulator.wire import answer

_CHUNK = 65_536


async def begin(request: web.Request) -> web.StreamResponse:
    """A session for one file: `file_name`, `file_length`, `file_type`."""
    world = door.entered(request)
    length = request.query.get("file_length", "")
    if not length.isascii() or not length.isdecimal() or not 0 < int(length[:12]) <= FILE_BYTES_MAX:
        raise GraphError(100, f"Param file_length must be 1 to {FILE_BYTES_MAX}.")
    session = secrets.token_urlsafe(24)
    world.uploads[session] = 0
    return answer({"id": f"upload:{session}"})


async def go_on(request: web.Request) -> web.StreamResponse:
    """The bytes. They are counted and not kept."""
    world = door.entered(request)
    session = _session(request)
    async for chunk in request.content.iter_chunked(_CHUNK):
        world.uploads[session] += len(chunk)
    return answer({"h": f"4::{session}"})


async def show(request: web.Request) -> web.StreamResponse:
    """How far a session is."""
    world = door.entered(request)
    session = _session(request)
    return answer({"id": f"upload:{session}", "file_offset": world.uploads[session]})


def _session(request: web.Request) -> str:
    world = door.entered(request)
    session = request.match_info["session"]
    if session not in world.uploads:
        raise GraphError(100, "Param id is not an upload session.")
    return session
