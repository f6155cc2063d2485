"""What customers do towards the business: write, and change their number or id."""

import secrets
from typing import Any

from jawort.core import clock
from jawort.simulator import identity
from jawort.simulator.payload import Update
from jawort.simulator.users import Bubble, User
from jawort.simulator.world import World

#: Types that are no message of the customer's, or of which the documentation does not say that they open the window.
OPENS_NO_WINDOW = frozenset({"system", "reaction", "unsupported"})
#: Keys of a control call that are not passed on as they are.
_OURS = frozenset({"type", "text", "reply_to"})
_NOT_KNOWN = "Message type unknown"


def write(world: World, user: User, given: dict[str, Any]) -> Bubble:
    """The customer sends a message: `given` has a type, and its content under `text` or the type's own key."""
    moment = clock.now()
    at = moment.timestamp()
    kind = str(given["type"])
    if kind not in OPENS_NO_WINDOW:
        user.wrote_at = int(at)
    visible = user.number_visible(at, contact_book=world.settings.contact_book)
    if visible:
        user.number_used_at = at
    item: dict[str, Any] = {"from": user.digits} if visible else {}
    item |= {
        "from_user_id": user.bsuid,
        "id": _message_id(world, user, visible=visible),
        "timestamp": str(int(at)),
        "type": kind,
    }
    if reply_to := given.get("reply_to"):
        item["context"] = {"from": world.settings.own_digits, "id": reply_to}
    text = given.get("text", "")
    if kind == "text":
        item["text"] = {"body": text}
    item |= {key: value for key, value in given.items() if key not in _OURS}
    if kind == "unsupported" and "errors" not in item:
        details = {"details": "Message type is currently not supported."}
        item["errors"] = [{"code": 131051, "title": _NOT_KNOWN, "message": _NOT_KNOWN, "error_data": details}]
    world.rates.heard(at)
    world.remember_inbound(item["id"], user)
    bubble = Bubble(item["id"], True, kind, text if kind == "text" else "", moment, "sent", reply_to)
    user.thread.append(bubble)
    _tell(world, user, bubble)
    contact = user.contact(at, contact_book=world.settings.contact_book)
    world.sender.put(user.key, Update("messages", item, contact), lambda: _taken(world, user, bubble))
    world.tell_user(user)
    return bubble


def mark_read(world: World, wamid: str, *, typing_s: float) -> User | None:
    """The business has read the thread up to this message, and may be typing; None if the id is unknown."""
    user = world.inbound.get(wamid)
    if user is None:
        return None
    for bubble in user.thread:
        if bubble.mine and bubble.state != "read":
            bubble.state = "read"
            _tell(world, user, bubble)
        if bubble.id == wamid:
            break
    user.typing_until = clock.now().timestamp() + typing_s if typing_s else 0.0
    world.tell_user(user)
    return user


def change_number(world: World, user: User, digits: str, *, announce: bool) -> None:
    """A new number, and so a new id. `announce=False` is the world in which nobody tells the business."""
    at = clock.now().timestamp()
    visible = user.number_visible(at, contact_book=world.settings.contact_book)
    former = (user.digits, user.bsuid)
    world.directory.move(user, digits)
    if announce:
        _announce(world, user, former, number=visible)
    world.hub.tell("resync", dict)


def change_bsuid(world: World, user: User, bsuid: str | None, *, announce: bool) -> None:
    """A new id behind the same number."""
    former = (user.digits, user.bsuid)
    world.directory.renew(user, bsuid)
    if announce:
        _announce(world, user, former, number=False)
    world.tell_user(user)


def _announce(world: World, user: User, former: tuple[str, str], *, number: bool) -> None:
    """The system message. `number` says whether the business may see the numbers."""
    digits, bsuid = former
    at = clock.now().timestamp()
    old_form = world.settings.rotation == "user_id_update"
    kind = "user_changed_number" if number else "user_changed_user_id"
    change = f"{digits} to {user.digits}" if number else f"{bsuid} to {user.bsuid}"
    system = {"type": kind, "body": f"User {user.name} changed from {change}", "user_id": user.bsuid}
    if number:
        system["wa_id"] = user.digits
    if not old_form:
        system["previous_user_id"] = bsuid
    item: dict[str, Any] = {"from": digits, "from_user_id": bsuid} if number else {}
    item |= {
        "id": _message_id(world, user, visible=number),
        "timestamp": str(int(at)),
        "type": "system",
        "system": system,
    }
    world.sender.put(user.key, Update("messages", item))
    if old_form:
        update = {
            "detail": f"User {user.name} changed",
            "user_id": {"previous": bsuid, "current": user.bsuid},
            "timestamp": str(int(at)),
        }
        visible = {"wa_id": user.digits} if number else {}
        contact = user.contact(at, contact_book=world.settings.contact_book)
        world.sender.put(user.key, Update("user_id_update", visible | update, contact, field="user_id_update"))


def _message_id(world: World, user: User, *, visible: bool) -> str:
    digits = user.digits if visible else str(world.random.randrange(10**12, 10**13))
    return identity.wamid(digits, secrets.token_bytes(16), outbound=False)


def _taken(world: World, user: User, bubble: Bubble) -> None:
    """The callback took the webhook: the customer sees two ticks."""
    if bubble.state == "sent":
        bubble.state = "delivered"
        _tell(world, user, bubble)


def _tell(world: World, user: User, bubble: Bubble) -> None:
    world.hub.tell("message", lambda: {"phone": f"+{user.digits}", **bubble.view()})
