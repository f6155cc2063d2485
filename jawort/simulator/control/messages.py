"""Control calls about a customer's messages: writing of every kind, tapping, correcting, deleting, reading, files.

And calling, which stands among them on the phone.
"""

from typing import Any

from aiohttp import web

from jawort.core import clock
from jawort.simulator import answers, handset, inbound, kinds, samples
from jawort.simulator.control import door
from jawort.simulator.media import FILE_BYTES_MAX
from jawort.simulator.users import Bubble, Chat
from jawort.simulator.wire import WORLD, Trouble, answer, fields, origin

TEXT_CHARACTERS_MAX = 65_536  # of a customer's message
_RESERVED = {"from", "from_user_id", "from_parent_user_id", "id", "timestamp"}


async def thread(request: web.Request) -> web.Response:
    """What is on this phone, oldest first."""
    return answer({"items": [bubble.view() for bubble in door.chat(request).thread]})


async def write(request: web.Request) -> web.Response:
    """The customer writes: `{"type": "text", "text": "…"}`; other types carry their object under their own name.

    A file is named by the `id` that POST files gave, or drawn here: `{"type": "image", "image": {"sample": "hills"}}`.
    `reply_to` quotes, `forwarded` and `frequently_forwarded` pass on, `referral` (true for a made-up one) comes from an
    ad; everything else goes into the webhook as it is.
    """
    chat = _awake(request)
    wanted = await fields(request)
    kind = wanted.setdefault("type", "text")
    if not isinstance(kind, str) or not kind or len(kind) > door.NAME_CHARACTERS_MAX:
        raise Trouble(400, "“type” names the kind of message, such as text.")
    if kind == "text":
        wanted["text"] = _text(wanted)
    if not isinstance(wanted.get("reply_to", ""), str):
        raise Trouble(400, "“reply_to” is the ID of a message.")
    if reserved := _RESERVED & set(wanted):
        raise Trouble(400, f"“{min(reserved)}” is the simulator's to set.")
    if kind in kinds.MEDIA and isinstance(wanted.get(kind), dict):
        wanted[kind] = _file(request, kind, wanted[kind])
    return _written(request, chat, wanted)


async def call(request: web.Request) -> web.Response:
    """The customer calls, nobody takes the call, and it ends: two webhooks."""
    chat = _awake(request)
    try:
        return answer(inbound.call(request.app[WORLD], chat).view())
    except inbound.NotPossible as problem:
        raise Trouble(409, str(problem)) from None


async def tap(request: web.Request) -> web.Response:
    """`{"choice": 0}`: the customer taps the first button, row or request of a message of the business."""
    chat, bubble = _found(request)
    choice = (await fields(request, takes="choice")).get("choice", 0)
    if isinstance(choice, bool) or not isinstance(choice, int):
        raise Trouble(400, "“choice” is a whole number, from 0.")
    if bubble.mine:
        raise Trouble(409, "Only messages of the business can be tapped.")
    user = chat.user
    card = {
        "name": {"formatted_name": user.name or f"+{user.digits}", "first_name": user.name},
        "phones": [{"phone": f"+{user.digits}", "wa_id": user.digits, "type": "CELL"}],
    }
    try:
        given = answers.tap(bubble.type, bubble.content, choice, card, int(clock.now().timestamp()))
    except answers.NothingToTap as problem:
        raise Trouble(409, str(problem)) from None
    return _written(request, chat, {**given, "reply_to": bubble.id})


async def react(request: web.Request) -> web.Response:
    """`{"emoji": "👍"}`; without an emoji the customer takes the reaction back."""
    chat, bubble = _found(request)
    emoji = (await fields(request, takes="emoji")).get("emoji") or ""
    if not isinstance(emoji, str) or len(emoji) > door.NAME_CHARACTERS_MAX:
        raise Trouble(400, "“emoji” is one emoji.")
    if (clock.now() - bubble.at).total_seconds() > inbound.REACTION_S_MAX:
        raise Trouble(409, "One can react to messages of the last 30 days.")
    reaction = {"message_id": bubble.id, **({"emoji": emoji} if emoji else {})}
    inbound.write(request.app[WORLD], chat, {"type": "reaction", "reaction": reaction})
    return answer(bubble.view())


async def change(request: web.Request) -> web.Response:
    """`{"text": "…"}`: the customer corrects a text, within 15 minutes."""
    chat, bubble = _found(request)
    text = _text(await fields(request, takes="text"))
    try:
        inbound.change(request.app[WORLD], chat, bubble, text)
    except inbound.NotPossible as problem:
        raise Trouble(409, str(problem)) from None
    return answer(bubble.view())


async def take_back(request: web.Request) -> web.Response:
    """The customer deletes a message for everybody, within two days."""
    chat, bubble = _found(request)
    try:
        inbound.take_back(request.app[WORLD], chat, bubble)
    except inbound.NotPossible as problem:
        raise Trouble(409, str(problem)) from None
    return answer(bubble.view())


async def read(request: web.Request) -> web.Response:
    """The customer opens the chat: all messages become read."""
    chat = door.chat(request)
    if not chat.user.online:
        raise Trouble(409, "This phone is offline; switch it online first.")
    return answer({"read": handset.read(request.app[WORLD], chat)})


async def play(request: web.Request) -> web.Response:
    """The customer listens to a voice message for the first time."""
    chat, bubble = _found(request)
    if not handset.play(request.app[WORLD], chat, bubble.id):
        raise Trouble(409, "Only a voice message of the business that has arrived can be played.")
    return answer(bubble.view())


async def put_file(request: web.Request) -> web.Response:
    """Keep the body as a file of a customer's; its `Content-Type` is the file's. Answers what webhooks say of it."""
    body, size = bytearray(), 0
    while chunk := await request.content.readany():
        size += len(chunk)
        if size <= FILE_BYTES_MAX:
            body += chunk
    if not 0 < size <= FILE_BYTES_MAX:
        raise Trouble(413 if size else 400, f"A file has 1 to {FILE_BYTES_MAX} bytes.")
    return answer(_kept(request, bytes(body), request.headers.get("Content-Type", "application/octet-stream")))


def _written(request: web.Request, chat: Chat, given: dict[str, Any]) -> web.Response:
    bubble = inbound.write(request.app[WORLD], chat, given)
    return answer({**bubble.view(), "timestamp": str(chat.wrote_at or int(bubble.at.timestamp()))})


def _kept(request: web.Request, body: bytes, mime: str) -> dict[str, Any]:
    media, at = request.app[WORLD].media, clock.now().timestamp()
    return media.webhook(media.receive(body, mime, at), at, origin(request))


def _file(request: web.Request, kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """What the webhook says of a file. Raises Trouble where the call names one that is not there."""
    given = dict(given)
    world, at = request.app[WORLD], clock.now().timestamp()
    name = given.pop("sample", None)
    if name is not None:
        if name not in samples.NAMES:
            raise Trouble(400, f"“sample” is one of {', '.join(samples.NAMES)}.")
        sample = samples.draw(name)
        about = _kept(request, sample.body, sample.mime)
    elif "mime_type" in given or "sha256" in given:
        return given  # the call says all by itself
    else:
        file = world.media.get(str(given.get("id")), at)
        if file is None:
            raise Trouble(404, f"There is no file “{str(given.get('id'))[:40]}”; POST it to files first.")
        about = world.media.webhook(file, at, origin(request))
    if kind == "document" and name is not None:
        given.setdefault("filename", sample.filename)
    if kind == "sticker":
        given.setdefault("animated", False)
    if kind == "audio":
        given.setdefault("voice", True)
    return {**given, **about}


def _awake(request: web.Request) -> Chat:
    """The person's chat, if the phone can send to that number. Raises Trouble."""
    chat = door.chat(request)
    if not chat.user.online:
        raise Trouble(409, "This phone is offline; switch it online first.")
    if chat.blocked:
        raise Trouble(409, "This customer has blocked the business; unblock first.")
    if not chat.number.registered:
        raise Trouble(409, "This number of the business is not on WhatsApp; register it first.")
    return chat


def _found(request: web.Request) -> tuple[Chat, Bubble]:
    chat = _awake(request)
    bubble = chat.bubble(request.match_info["id"])
    if bubble is None or bubble.type == kinds.CALL:
        raise Trouble(404, "There is no such message on this phone.")
    return chat, bubble


def _text(wanted: dict[str, Any]) -> str:
    text = wanted.get("text")
    text = text.get("body") if isinstance(text, dict) else text
    if not isinstance(text, str) or not text.strip() or len(text) > TEXT_CHARACTERS_MAX:
        raise Trouble(400, f"“text” is a text of 1 to {TEXT_CHARACTERS_MAX} characters.")
    return text


PATHS = [
    ("GET", "/users/{phone}/messages", thread),
    ("POST", "/users/{phone}/messages", write),
    ("POST", "/users/{phone}/calls", call),
    ("POST", "/users/{phone}/messages/{id}/tap", tap),
    ("POST", "/users/{phone}/messages/{id}/react", react),
    ("POST", "/users/{phone}/messages/{id}/edit", change),
    ("POST", "/users/{phone}/messages/{id}/revoke", take_back),
    ("POST", "/users/{phone}/messages/{id}/play", play),
    ("POST", "/users/{phone}/read", read),
    ("POST", "/files", put_file),
]
