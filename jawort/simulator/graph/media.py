"""Files: uploading, finding out where they are, fetching, deleting."""

from typing import Any

from aiohttp import BodyPartReader, MultipartReader, web

from jawort.core import clock
from jawort.simulator.errors import GraphError, unknown_object
from jawort.simulator.graph import door
from jawort.simulator.graph.strike import strike
from jawort.simulator.media import FILE_BYTES_MAX, File
from jawort.simulator.wire import answer
from jawort.simulator.world import World

FIELD_BYTES_MAX = 1_000
_CHUNK = 65_536


async def upload(request: web.Request) -> web.StreamResponse:
    """Keep a file of the business's: a multipart form with `messaging_product`, `file` and, if wanted, `type`."""
    world, number = door.number(request)
    if (fault := world.faults.take("before", "upload")) and (struck := await strike(request, fault)):
        return struck
    fields, body, mime = await _form(request)
    if fields.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required.")
    if body is None:
        raise GraphError(100, "The parameter file is required.")
    file = world.media.upload(body, fields.get("type") or mime, clock.now().timestamp(), number.id)
    if (fault := world.faults.take("after", "upload")) and (struck := await strike(request, fault)):
        return struck
    return answer({"id": file.id})


async def show(request: web.Request, world: World, file: File) -> web.StreamResponse:
    """Where the file is, for the next five minutes. Raises GraphError for a `phone_number_id` that is another's."""
    _check_number(request, world, file)
    if (fault := world.faults.take("before", "resolve")) and (struck := await strike(request, fault)):
        return struck
    origin = f"{request.scheme}://{request.host}"
    found: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "url": world.media.address(file, clock.now().timestamp(), origin),
        "mime_type": file.mime,
        "sha256": file.digest.hex(),
        "file_size": len(file.body),
        "id": file.id,
    }
    return answer(found)


def delete(request: web.Request, world: World, file: File) -> web.Response:
    """Forget the file. Raises GraphError for a `phone_number_id` that is another's."""
    _check_number(request, world, file)
    world.media.drop(file.id)
    return answer({"success": True})


async def fetch(request: web.Request) -> web.StreamResponse:
    """The bytes behind an address. A dead or foreign address is 404: ask for a new one."""
    world = door.entered(request)
    if (fault := world.faults.take("before", "download")) and (struck := await strike(request, fault)):
        return struck
    file_id, expires, signature = (request.query.get(name, "") for name in ("mid", "ext", "hash"))
    file = world.media.opened(file_id, expires, signature, clock.now().timestamp())
    if file is None:
        raise GraphError(100, "This address is not valid, or not any more.", http=404)
    return web.Response(body=file.body, headers={"Content-Type": file.mime})


async def _form(request: web.Request) -> tuple[dict[str, str], bytes | None, str]:
    """The form's short fields, the file, and the type that its part names. Raises GraphError."""
    if request.content_type != "multipart/form-data":
        raise GraphError(100, "The body must be a form: multipart/form-data with messaging_product and file.")
    fields: dict[str, str] = {}
    body, mime = None, ""
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if isinstance(part, MultipartReader) or part.name is None:
                raise GraphError(100, "The form must consist of named parts.")
            if part.name == "file":
                body = await _read(part, FILE_BYTES_MAX)
                mime = part.headers.get("Content-Type", "")
            else:
                fields[part.name] = (await _read(part, FIELD_BYTES_MAX)).decode(errors="replace").strip()
    except ValueError:
        raise GraphError(100, "The form cannot be read.") from None
    return fields, body, mime


async def _read(part: BodyPartReader, most: int) -> bytes:
    """A part, piece by piece. What is too large is read to its end, else the caller would not hear the refusal."""
    body, size = bytearray(), 0
    while chunk := await part.read_chunk(_CHUNK):
        size += len(chunk)
        if size <= most:
            body += chunk
    if size > most:
        raise GraphError(131053, f"{part.name}: at most {most} bytes, this one has {size}.")
    return bytes(body)


def _check_number(request: web.Request, world: World, file: File) -> None:
    given = request.query.get("phone_number_id")
    if given is not None and (given not in world.numbers or file.number not in {"", given}):
        raise GraphError(100, "Param phone_number_id is not a valid whatsapp business phone number id ID.")


def found(world: World, object_id: str) -> File:
    """The file with this id. Raises GraphError where there is none, or none any more."""
    file = world.media.get(object_id, clock.now().timestamp())
    if file is None:
        raise unknown_object(object_id)
    return file
