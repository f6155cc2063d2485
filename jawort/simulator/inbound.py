"""What customers do towards the business: write, call, react, change and take back what they wrote, stop marketing."""

import secrets
from typing import Any

from jawort.core import clock
from jawort.simulator import identity, kinds
from jawort.simulator.number import Number
from jawort.simulator.payload import Update
from jawort.simulator.users import Bubble, Chat
from jawort.simulator.world import World

EDIT_S_MAX = 15 * 60
REVOKE_S_MAX = 2 * 24 * 3_600
REACTION_S_MAX = 30 * 24 * 3_600
#: What a phone offers for the connection, at its shortest.
_OFFER = "v=0\r\no=- 7669997803033704573 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
_DETAILS = {
    "stop": "User requested to stop marketing messages",
    "resume": "User requested to resume marketing messages",
    "signup": "User signed up for marketing messages",
}


class NotPossible(ValueError):
    """The phone does not let the customer do that. The text is one sentence that says why."""


def write(world: World, chat: Chat, given: dict[str, Any]) -> Bubble:
    """The customer sends a message: `given` has a type, and its content under `text` or the type's own key."""
    moment = clock.now()
    kind = str(given["type"])
    item = said(world, chat, kind)
    if context := kinds.context(given, chat.number.digits):
        item["context"] = context
    item |= kinds.fields(kind, given)
    content = item.get(kind)
    bubble = Bubble(item["id"], True, kind, kinds.line(kind, content), moment, "sent", given.get("reply_to"))
    bubble.content = None if kind == "text" else content
    bubble.forwarded = bool(given.get("forwarded") or given.get("frequently_forwarded"))
    if kind not in kinds.NO_BUBBLE:
        chat.thread.append(bubble)
        world.tell_message(chat, bubble)
    if kind == "reaction":
        _react(world, chat, content)
    _put(world, chat, item, bubble)
    world.tell_user(chat.user)
    for announce in chat.unannounced:
        announce()
    chat.unannounced.clear()
    return bubble


def call(world: World, chat: Chat) -> Bubble:
    """The customer calls, nobody takes the call, and it ends. Raises NotPossible."""
    number = chat.number
    if not number.can_be_called:
        raise NotPossible("This number takes no calls; switch them on with POST number and calling.")
    moment = clock.now()
    at = moment.timestamp()
    item = said(world, chat, kinds.CALL)
    del item["type"]
    item |= {"id": identity.wacid(item["id"]), "to": number.digits, "direction": "USER_INITIATED"}
    bubble = Bubble(item["id"], True, kinds.CALL, "", moment, "sent")
    chat.thread.append(bubble)
    world.tell_message(chat, bubble)
    if _is_blocked(chat):
        return bubble
    number.rates.heard(at)
    contact = world.contact(chat, at)
    events: tuple[dict[str, Any], ...] = (
        {"event": "connect", "session": {"sdp_type": "offer", "sdp": _OFFER}},
        {"event": "terminate", "status": "FAILED"},
    )
    for event in events:
        update = Update("calls", item | event, contact, field="calls", business=number.business)
        world.sender.put(chat.user.key, update)
    world.tell_user(chat.user)
    return bubble


def said(world: World, chat: Chat, kind: str) -> dict[str, Any]:
    """The beginning of an item: who says something now, as far as the business may see it."""
    at = clock.now().timestamp()
    if kind not in kinds.OPENS_NO_WINDOW and not _is_blocked(chat):
        chat.wrote_at = int(at)
    visible = chat.number_visible(at, contact_book=world.settings.contact_book)
    if visible:
        chat.use_number(at)
    parent = {"from_parent_user_id": chat.user.parent_bsuid} if chat.user.parent_bsuid else {}
    return {
        **({"from": chat.user.digits} if visible else {}),
        "from_user_id": chat.user.bsuid,
        **parent,
        "id": message_id(world, chat, visible=visible),
        "timestamp": str(int(at)),
        "type": kind,
    }


def change(world: World, chat: Chat, bubble: Bubble, text: str) -> None:
    """The customer corrects a text. A number without the Business app hears only that something it cannot show came.

    Raises NotPossible.
    """
    moment = clock.now()
    if not bubble.mine or bubble.type != "text" or bubble.mark == "revoked":
        raise NotPossible("Only texts that this customer wrote and did not delete can be corrected.")
    if (moment - bubble.at).total_seconds() > EDIT_S_MAX:
        raise NotPossible("A message can be corrected for 15 minutes.")
    bubble.text, bubble.mark = text, "edited"
    world.tell_message(chat, bubble)
    if world.settings.coexistence:
        changed = {"type": "text", "text": {"body": text}}
        _put(world, chat, said(world, chat, "edit") | {"edit": {"original_message_id": bubble.id, "message": changed}})
    else:
        unknown = kinds.fields("unsupported", {"unsupported": {"type": "edit"}})
        _put(world, chat, said(world, chat, "unsupported") | unknown)


def take_back(world: World, chat: Chat, bubble: Bubble) -> None:
    """The customer deletes a message for everybody. A number without the Business app hears nothing of it.

    Raises NotPossible.
    """
    if not bubble.mine or bubble.mark == "revoked":
        raise NotPossible("Only messages that this customer wrote and did not delete can be deleted.")
    if (clock.now() - bubble.at).total_seconds() > REVOKE_S_MAX:
        raise NotPossible("A message can be deleted for everybody for two days.")
    bubble.text, bubble.content, bubble.mark = "", None, "revoked"
    world.tell_message(chat, bubble)
    if world.settings.coexistence:
        _put(world, chat, said(world, chat, "revoke") | {"revoke": {"original_message_id": bubble.id}})


def switch_marketing(world: World, chat: Chat, value: str) -> None:
    """The customer stops or resumes marketing messages in the app, or signs up by a link."""
    at = clock.now().timestamp()
    chat.marketing = value != "stop"
    visible = {"wa_id": chat.user.digits} if chat.number_visible(at, contact_book=world.settings.contact_book) else {}
    item: dict[str, Any] = {**visible, "user_id": chat.user.bsuid, "category": "marketing_messages", "value": value}
    item |= {"detail": _DETAILS[value], "timestamp": int(at)}
    if value == "signup":
        item["signup_id"] = str(world.random.randrange(10**14, 10**15))
    contact = world.contact(chat, at)
    update = Update("user_preferences", item, contact, field="user_preferences", business=chat.number.business)
    world.sender.put(chat.user.key, update)
    world.tell_user(chat.user)


def mark_read(world: World, number: Number, wamid: str, *, typing_s: float) -> Chat | None:
    """`number` has read the thread up to this message, and may be typing; None if the id is unknown to it."""
    chat = world.inbound.get(wamid)
    if chat is None or chat.number is not number:
        return None
    for bubble in chat.thread:
        if bubble.mine and bubble.state != "read":
            bubble.state = "read"
            world.tell_message(chat, bubble)
        if bubble.id == wamid:
            break
    chat.typing_until = clock.now().timestamp() + typing_s if typing_s else 0.0
    world.tell_user(chat.user)
    return chat


def message_id(world: World, chat: Chat, *, visible: bool) -> str:
    """A new id of a message to the business; it contains the number unless the business may not see it."""
    digits = chat.user.digits if visible else str(world.random.randrange(10**12, 10**13))
    return identity.wamid(digits, secrets.token_bytes(16), outbound=False)


def _react(world: World, chat: Chat, content: Any) -> None:
    target = chat.bubble(str(content.get("message_id"))) if isinstance(content, dict) else None
    if target is not None:
        target.mood = str(content.get("emoji") or "")
        world.tell_message(chat, target)


def _put(world: World, chat: Chat, item: dict[str, Any], bubble: Bubble | None = None) -> None:
    if _is_blocked(chat):
        return  # it stays on the phone
    at = clock.now().timestamp()
    chat.number.rates.heard(at)
    world.remember_inbound(item["id"], chat)
    if "referral" in item:
        chat.number.billing.came_by_ad(chat.user.key, at)
    contact = None if item["type"] == "system" else world.contact(chat, at)
    taken = (lambda: _taken(world, chat, bubble)) if bubble is not None else None
    update = Update("messages", item, contact, business=chat.number.business)
    world.sender.put(chat.user.key, update, taken)


def _is_blocked(chat: Chat) -> bool:
    """Whether the business wants nothing of this person."""
    return chat.user.key in chat.number.blocked


def _taken(world: World, chat: Chat, bubble: Bubble) -> None:
    """The callback took the webhook: the customer sees two ticks."""
    if bubble.state == "sent":
        bubble.state = "delivered"
        if bubble.type not in kinds.NO_BUBBLE:
            world.tell_message(chat, bubble)
