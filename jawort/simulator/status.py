"""What a status says: who is described, and by what, follows the rules for withheld numbers."""

import secrets
from typing import Any

from jawort.simulator.users import State
from jawort.simulator.world import Entry, World


def status(
    world: World, entry: Entry, state: State, at: float, errors: list[dict[str, Any]] | None, *, priced: bool
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """A status and the contact beside it; `priced` ones say what the message costs."""
    item: dict[str, Any] = {"id": entry.wamid, "status": state, "timestamp": str(int(at))}
    if entry.send.opaque is not None:
        item["biz_opaque_callback_data"] = entry.send.opaque
    if errors is not None:
        item["errors"] = errors
    elif priced:
        item |= _conversation(world, entry, state, at)
        item["pricing"] = entry.pricing
    chat = entry.chat if state != "failed" else None
    contact = world.contact(chat, at, username=state != "sent") if chat is not None else None
    return item | _recipient(world, entry, state, at), contact


def _recipient(world: World, entry: Entry, state: State, at: float) -> dict[str, Any]:
    """Who the status is about."""
    chat, send = entry.chat, entry.send
    if chat is None:
        # No id is made up for somebody whom this simulator does not know: the business may know another one.
        return {"recipient_id": send.to} if send.to is not None else {"recipient_user_id": send.bsuid}
    user = chat.user
    visible = chat.number_visible(at, contact_book=world.settings.contact_book)
    found: dict[str, Any] = {"recipient_id": user.digits} if visible else {}
    if state == "failed":
        return found if send.to is not None else found | {"recipient_user_id": user.bsuid}
    if user.parent_bsuid:
        found["recipient_parent_user_id"] = user.parent_bsuid
    if entry.number.identity_check:
        found["recipient_identity_key_hash"] = user.identity_hash
    return found | {"recipient_user_id": user.bsuid}


def _conversation(world: World, entry: Entry, state: State, at: float) -> dict[str, Any]:
    """The conversation that prices once hung on: since version 24 only for who came by an advertisement."""
    free_until = entry.number.billing.free_until(entry.key, at)
    if free_until is None and world.settings.webhook_version >= 24:
        return {}
    if not entry.conversation:
        entry.conversation = secrets.token_hex(16)
    origin = "referral_conversion" if free_until is not None else entry.pricing["category"]
    conversation: dict[str, Any] = {"id": entry.conversation, "origin": {"type": origin}}
    if state == "sent":
        conversation["expiration_timestamp"] = str(int(free_until or at + 24 * 3_600))
    return {"conversation": conversation}
