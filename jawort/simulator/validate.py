"""Whether a call to `/{number}/messages` is valid, in the platform's order: the first thing wrong is answered. Pure.

Whether recipient, template and files exist is not looked at here; admit.py does that.
"""

import re
from dataclasses import dataclass
from typing import Any

from jawort.core.phone import parse
from jawort.simulator import content
from jawort.simulator.errors import GraphError
from jawort.simulator.identity import BSUID
from jawort.simulator.world import Send

OPAQUE_CHARACTERS_MAX = 512  # of biz_opaque_callback_data
_TYPES_SHOWN = ", ".join(sorted(name.upper() for name in content.TYPES))
_NOT_DIALLED = re.compile(r"[^\d+\s().\-]")


@dataclass(frozen=True, slots=True)
class Read:
    """The business marks a message, and all before it, as read."""

    message_id: str
    typing: bool


def request(document: Any) -> Send | Read:
    """What a call asks for. Raises GraphError. Who the recipient is, is not looked at here."""
    if not isinstance(document, dict):
        raise GraphError(100, "The body must be a JSON object.")
    if "messaging_product" not in document:
        raise GraphError(100, "The parameter messaging_product is required.")
    if document["messaging_product"] != "whatsapp":
        raise GraphError(100, "Param messaging_product must be one of {WHATSAPP}.")
    return _read(document) if "status" in document else _send(document)


def marketing(document: Any) -> Send | Read:
    """What a call of the Marketing Messages API asks for: the same, and templates only. Raises GraphError."""
    if isinstance(document, dict):
        policy, sharing = document.get("product_policy"), document.get("message_activity_sharing")
        if policy not in {None, "CLOUD_API_FALLBACK", "STRICT"}:
            raise GraphError(131009, "product_policy: must be CLOUD_API_FALLBACK or STRICT.")
        if not isinstance(sharing, bool | None):
            raise GraphError(100, "Param message_activity_sharing must be a boolean.")
    send = request(document)
    if not isinstance(send, Send) or send.type != "template":
        raise GraphError(131055, "Only marketing templates can be sent here.")
    send.marketing_api = True
    return send


def _read(document: dict[str, Any]) -> Read:
    if document["status"] != "read":
        raise GraphError(131009, "status: must be read.")
    message_id = _string(document, "message_id")
    typing = document.get("typing_indicator")
    if typing is not None and typing != {"type": "text"}:
        raise GraphError(131009, "typing_indicator: type must be text.")
    return Read(message_id, typing is not None)


def _send(document: dict[str, Any]) -> Send:
    kind = _kind(document)
    said = document.get(kind)
    if said is None:
        raise GraphError(131008, f"{kind}: required for type {kind}.")
    content.TYPES[kind](said, kind)
    if document.get("recipient_type", "individual") != "individual":
        raise GraphError(131009, "recipient_type: must be individual.")
    opaque = document.get("biz_opaque_callback_data")
    if opaque is not None and (not isinstance(opaque, str) or len(opaque) > OPAQUE_CHARACTERS_MAX):
        raise GraphError(131009, f"biz_opaque_callback_data: a string of at most {OPAQUE_CHARACTERS_MAX} characters.")
    identity_hash = document.get("recipient_identity_key_hash")
    if identity_hash is not None and not isinstance(identity_hash, str):
        raise GraphError(100, "Param recipient_identity_key_hash must be a string.")
    reply_to = _context(document)
    given, digits, bsuid = _recipient(document)
    words = content.words(kind, said)
    return Send(given, digits, bsuid, kind, said, words, opaque, reply_to, identity_hash)


def _kind(document: dict[str, Any]) -> str:
    """The type. Where a call names none, as some of the platform's own examples, what it carries tells."""
    if document.get("type") is None and (there := [kind for kind in content.TYPES if kind in document]):
        return there[0]
    kind = _string(document, "type").lower()
    if kind not in content.TYPES:
        raise GraphError(100, f"Param type must be one of {{{_TYPES_SHOWN}}} - got “{kind[:40]}”.")
    return kind


def _recipient(document: dict[str, Any]) -> tuple[str, str | None, str | None]:
    """As written, then digits or business-scoped user id. `to` wins where both are given."""
    if document.get("to"):
        given = _string(document, "to")
        number = None if _NOT_DIALLED.search(given) else parse(given)
        if number is None:
            raise GraphError(131009, "to: not a phone number in international form.")
        return given, number.digits, None
    if document.get("recipient"):
        given = _string(document, "recipient")
        if not BSUID.fullmatch(given):
            raise GraphError(131009, "recipient: not a business-scoped user ID.")
        return given, None, given
    raise GraphError(100, "The parameter to is required, or the parameter recipient.")


def _context(document: dict[str, Any]) -> str | None:
    context = document.get("context")
    if context is None:
        return None
    if not isinstance(context, dict):
        raise GraphError(100, "Param context must be a JSON object.")
    return _string(context, "message_id", "context.")


def _string(holder: dict[str, Any], name: str, path: str = "") -> str:
    value = holder.get(name)
    if value is None or value == "":
        raise GraphError(131008, f"{path}{name}: required.")
    if not isinstance(value, str):
        raise GraphError(100, f"Param {path}{name} must be a string.")
    return value
