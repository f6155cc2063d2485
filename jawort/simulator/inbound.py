"""What customers do towards the business: write, react, change and take back what they wrote, switch marketing off."""

import secrets
from typing import Any

from jawort.core import clock
from jawort.simulator import identity, kinds
from jawort.simulator.payload import Update
from jawort.simulator.users import Bubble, User
from jawort.simulator.world import World

EDIT_S_MAX = 15 * 60
REVOKE_S_MAX = 2 * 24 * 3_600
REACTION_S_MAX = 30 * 24 * 3_600
_DETAILS = {
    "stop": "User requested to stop marketing messages",
    "resume": "User requested to resume marketing messages",
    "signup": "User signed up for marketing messages",
}


class NotPossible(ValueError):
    """The phone does not let the customer do that. The text is one sentence that says why."""


def write(world: World, user: User, given: dict[str, Any]) -> Bubble:
    """The customer sends a message: `given` has a type, and its content under `text` or the type's own key."""
    moment = clock.now()
    kind = str(given["type"])
    item = said(world, user, kind)
    if context := kinds.context(given, world.settings.own_digits):
        item["context"] = context
    item |= kinds.fields(kind, given)
    content = item.get(kind)
    bubble = Bubble(item["id"], True, kind, kinds.line(kind, content), moment, "sent", given.get("reply_to"))
    bubble.content = None if kind == "text" else content
    bubble.forwarded = bool(given.get("forwarded") or given.get("frequently_forwarded"))
    if kind not in kinds.NO_BUBBLE:
        user.thread.append(bubble)
        _tell(world, user, bubble)
    if kind == "reaction":
        _react(world, user, content)
    _put(world, user, item, bubble)
    world.tell_user(user)
    for announce in user.unannounced:
        announce()
    user.unannounced.clear()
    return bubble


def said(world: World, user: User, kind: str) -> dict[str, Any]:
    """The beginning of an item: who says something now, as far as the business may see it."""
    at = clock.now().timestamp()
    if kind not in kinds.OPENS_NO_WINDOW:
        user.wrote_at = int(at)
    visible = user.number_visible(at, contact_book=world.settings.contact_book)
    if visible:
        user.number_used_at = at
    parent = {"from_parent_user_id": user.parent_bsuid} if user.parent_bsuid else {}
    return {
        **({"from": user.digits} if visible else {}),
        "from_user_id": user.bsuid,
        **parent,
        "id": message_id(world, user, visible=visible),
        "timestamp": str(int(at)),
        "type": kind,
    }


def change(world: World, user: User, bubble: Bubble, text: str) -> None:
    """The customer corrects a text. A number without the Business app hears only that something it cannot show came.

    Raises NotPossible.
    """
    moment = clock.now()
    if not bubble.mine or bubble.type != "text" or bubble.mark == "revoked":
        raise NotPossible("Only texts that this customer wrote and did not delete can be corrected.")
    if (moment - bubble.at).total_seconds() > EDIT_S_MAX:
        raise NotPossible("A message can be corrected for 15 minutes.")
    bubble.text, bubble.mark = text, "edited"
    _tell(world, user, bubble)
    if world.settings.coexistence:
        changed = {"type": "text", "text": {"body": text}}
        _put(world, user, said(world, user, "edit") | {"edit": {"original_message_id": bubble.id, "message": changed}})
    else:
        unknown = kinds.fields("unsupported", {"unsupported": {"type": "edit"}})
        _put(world, user, said(world, user, "unsupported") | unknown)


def take_back(world: World, user: User, bubble: Bubble) -> None:
    """The customer deletes a message for everybody. A number without the Business app hears nothing of it.

    Raises NotPossible.
    """
    if not bubble.mine or bubble.mark == "revoked":
        raise NotPossible("Only messages that this customer wrote and did not delete can be deleted.")
    if (clock.now() - bubble.at).total_seconds() > REVOKE_S_MAX:
        raise NotPossible("A message can be deleted for everybody for two days.")
    bubble.text, bubble.content, bubble.mark = "", None, "revoked"
    _tell(world, user, bubble)
    if world.settings.coexistence:
        _put(world, user, said(world, user, "revoke") | {"revoke": {"original_message_id": bubble.id}})


def switch_marketing(world: World, user: User, value: str) -> None:
    """The customer stops or resumes marketing messages in the app, or signs up by a link."""
    at = clock.now().timestamp()
    user.marketing = value != "stop"
    visible = {"wa_id": user.digits} if user.number_visible(at, contact_book=world.settings.contact_book) else {}
    item: dict[str, Any] = {**visible, "user_id": user.bsuid, "category": "marketing_messages", "value": value}
    item |= {"detail": _DETAILS[value], "timestamp": int(at)}
    if value == "signup":
        item["signup_id"] = str(world.random.randrange(10**14, 10**15))
    contact = world.contact(user, at)
    world.sender.put(user.key, Update("user_preferences", item, contact, field="user_preferences"))
    world.tell_user(user)


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


def message_id(world: World, user: User, *, visible: bool) -> str:
    """A new id of a message to the business; it contains the number unless the business may not see it."""
    digits = user.digits if visible else str(world.random.randrange(10**12, 10**13))
    return identity.wamid(digits, secrets.token_bytes(16), outbound=False)


def _react(world: World, user: User, content: Any) -> None:
    target = user.bubble(str(content.get("message_id"))) if isinstance(content, dict) else None
    if target is not None:
        target.mood = str(content.get("emoji") or "")
        _tell(world, user, target)


def _put(world: World, user: User, item: dict[str, Any], bubble: Bubble | None = None) -> None:
    at = clock.now().timestamp()
    world.rates.heard(at)
    world.remember_inbound(item["id"], user)
    if "referral" in item:
        world.billing.came_by_ad(user.key, at)
    contact = None if item["type"] == "system" else world.contact(user, at)
    taken = (lambda: _taken(world, user, bubble)) if bubble is not None else None
    world.sender.put(user.key, Update("messages", item, contact), taken)


def _taken(world: World, user: User, bubble: Bubble) -> None:
    """The callback took the webhook: the customer sees two ticks."""
    if bubble.state == "sent":
        bubble.state = "delivered"
        if bubble.type not in kinds.NO_BUBBLE:
            _tell(world, user, bubble)


def _tell(world: World, user: User, bubble: Bubble) -> None:
    world.hub.tell("message", lambda: {"phone": f"+{user.digits}", **bubble.view()})
