"""A customer's number or id changes, and how the business hears of it: at once, after the next message, or never."""

from functools import partial
from typing import Any, Literal

from jawort.core import clock
from jawort.simulator.inbound import message_id
from jawort.simulator.payload import Update
from jawort.simulator.users import Chat, User
from jawort.simulator.world import World

Announce = Literal["before", "after", "never"]
"""Whether the business is told before the customer's next message, after it, or never."""


def change_number(world: World, user: User, digits: str, *, announce: Announce) -> None:
    """A new number, and so a new id."""
    former = _Former(world, user)
    world.directory.move(user, digits)
    _announce(world, user, former, announce, number=True)
    world.hub.tell("resync", dict)


def change_bsuid(world: World, user: User, bsuid: str | None, *, announce: Announce) -> None:
    """A new id behind the same number."""
    former = _Former(world, user)
    world.directory.renew(user, bsuid)
    _announce(world, user, former, announce, number=False)
    world.tell_user(user)


def change_device(world: World, user: User) -> None:
    """The same person on a new phone: the keys change, number and id stay."""
    at = clock.now().timestamp()
    stamp = str(int(at))
    user.devices += 1
    identity = {"acknowledged": True, "created_timestamp": stamp, "hash": user.identity_hash}
    system: dict[str, Any] = {"type": "customer_identity_changed", "body": f"{user.name} may have changed the phone"}
    for chat in _begun(world, user):
        visible = chat.number_visible(at, contact_book=world.settings.contact_book)
        seen = {"wa_id": user.digits} if visible else {}
        item = _item(world, chat, user.digits if visible else "", user.bsuid, system | seen | {"user_id": user.bsuid})
        world.sender.put(user.key, Update("messages", item | {"identity": identity}, business=chat.number.business))


def _begun(world: World, user: User) -> list[Chat]:
    """The chats in which there is something already: their numbers hear of a change, or else the first number."""
    return [one for one in user.chats.values() if one.wrote_at or one.thread] or [user.chat(world.first)]


class _Former:
    """Who somebody was before a change."""

    def __init__(self, world: World, user: User) -> None:
        self.digits, self.bsuid, self.parent = user.digits, user.bsuid, user.parent_bsuid
        at, book = clock.now().timestamp(), world.settings.contact_book
        #: The chats whose numbers see the person's own number.
        self.seen = {one for one in _begun(world, user) if one.number_visible(at, contact_book=book)}


def _announce(world: World, user: User, former: _Former, announce: Announce, *, number: bool) -> None:
    """`number` says whether the number has changed, and not the id alone."""
    if announce == "before" and world.chaos.strikes("late_change"):
        announce = "after"
    for chat in _begun(world, user):
        tell = partial(_tell, world, chat, former, number=number and chat in former.seen)
        if announce == "after":
            chat.unannounced.append(tell)
        elif announce == "before":
            tell()


def _tell(world: World, chat: Chat, former: _Former, *, number: bool) -> None:
    """The system message, and in the older form the field of its own that says which id became which.

    `number` says whether the business may see the numbers.
    """
    user = chat.user
    old_form = world.settings.rotation == "user_id_update"
    change = f"{former.digits} to {user.digits}" if number else f"{former.bsuid} to {user.bsuid}"
    system = {
        "type": "user_changed_number" if number else "user_changed_user_id",
        "body": f"User {user.name} changed from {change}",
        **({"wa_id": user.digits} if number else {}),
        "user_id": user.bsuid,
    }
    if user.parent_bsuid:
        system["parent_user_id"] = user.parent_bsuid
    if not old_form:
        system["previous_user_id"] = former.bsuid
        if former.parent:
            system["previous_parent_user_id"] = former.parent
    item = _item(world, chat, former.digits if number else "", former.bsuid if number else "", system)
    world.sender.put(user.key, Update("messages", item, business=chat.number.business))
    if old_form:
        _tell_update(world, chat, former, number=number)


def _item(world: World, chat: Chat, digits: str, bsuid: str, system: dict[str, Any]) -> dict[str, Any]:
    """A system message; `digits` and `bsuid` name whom it comes from, empty where it does not say."""
    return {
        **({"from": digits} if digits else {}),
        **({"from_user_id": bsuid} if bsuid else {}),
        "id": message_id(world, chat, visible=bool(digits)),
        "timestamp": str(int(clock.now().timestamp())),
        "type": "system",
        "system": system,
    }


def _tell_update(world: World, chat: Chat, former: _Former, *, number: bool) -> None:
    user = chat.user
    at = clock.now().timestamp()
    update: dict[str, Any] = {"wa_id": user.digits} if number else {}
    update |= {
        "detail": f"User {user.name} changed",
        "user_id": {"previous": former.bsuid, "current": user.bsuid},
        "timestamp": str(int(at)),
    }
    if user.parent_bsuid:
        update["parent_user_id"] = {"previous": former.parent, "current": user.parent_bsuid}
    contact = world.contact(chat, at)
    told = Update("user_id_update", update, contact, field="user_id_update", business=chat.number.business)
    world.sender.put(user.key, told)
