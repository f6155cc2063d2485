"""What one message of a customer says: its text and the part that its type brings along.

Written against DOC/webhooks/reference/messages and what has been seen beside it. Nothing is refused here: a type that
is unknown, or whose content makes no sense, is an unsupported message, and its original is kept whole.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from msgspec import Raw

from jawort.channels.parts import (
    CallPermission,
    Choice,
    Form,
    Item,
    Media,
    Order,
    Part,
    Position,
    Product,
    Reaction,
    Referral,
    Unsupported,
)
from jawort.channels.types import Kind
from jawort.channels.whatsapp.cards import cards
from jawort.channels.whatsapp.scan import (
    LIST_MAX,
    TEXT_CHARS_MAX,
    Fields,
    decimal,
    elements,
    is_true,
    members,
    moment,
    number,
    string,
    text,
    word,
)

SHA256_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says. `about` is the provider's id of the message that it answers, or reacts to, or changes."""

    kind: Kind
    text: str = ""
    part: Part | None = None
    about: str | None = None
    forwarded: bool = False
    referral: Referral | None = None
    product: Product | None = None
    often: bool = False


#: What was said to several, of which nothing is shown.
UNSHOWN: Final = Said("unsupported", part=Unsupported("group"))


def said(kind: str, message: Fields) -> Said | None:
    """What the message of this type says; None for a text message without text."""
    context = members(message.get("context")) or {}
    found = _READERS.get(kind, _unsupported)(message)
    if found is None and kind == "text":
        return None
    found = found or _unsupported(message)
    return Said(
        found.kind,
        found.text[:TEXT_CHARS_MAX],
        found.part,
        found.about or text(context.get("id")),
        is_true(context, "forwarded") or is_true(context, "frequently_forwarded"),
        _referral(message.get("referral")),
        _product(context.get("referred_product")),
        is_true(context, "frequently_forwarded"),
    )


def _text(message: Fields) -> Said | None:
    body = text((members(message.get("text")) or {}).get("body"))
    return None if body is None else Said("text", body)


def _media(kind: Kind) -> Callable[[Fields], Said | None]:
    def read(message: Fields) -> Said | None:
        fields = members(message.get(kind)) or {}
        provider_id = text(fields.get("id"))
        if not provider_id:
            return None
        part = Media(
            provider_id=provider_id,
            mime=string(fields, "mime_type"),
            sha256=digest(string(fields, "sha256")),
            filename=string(fields, "filename"),
            voice=is_true(fields, "voice"),
            animated=is_true(fields, "animated"),
        )
        return Said(kind, string(fields, "caption"), part)

    return read


def _location(message: Fields) -> Said | None:
    fields = members(message.get("location")) or {}
    latitude, longitude = decimal(fields.get("latitude")), decimal(fields.get("longitude"))
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    name, address, url = (string(fields, key) for key in ("name", "address", "url"))
    return Said("location", name or address, Position(float(latitude), float(longitude), name, address, url))


def _contacts(message: Fields) -> Said | None:
    found = cards(message)
    return None if found is None else Said("contacts", ", ".join(one.name for one in found.cards if one.name), found)


def _interactive(message: Fields) -> Said | None:
    fields = members(message.get("interactive")) or {}
    for name in ("button_reply", "list_reply"):
        if chosen := members(fields.get(name)):
            choice = Choice(string(chosen, "id"), string(chosen, "title"), string(chosen, "description"))
            return Said("choice", choice.title, choice)
    if form := members(fields.get("nfm_reply")):
        return Said("form", string(form, "body"), Form(string(form, "name"), string(form, "response_json")))
    permission = _permission(members(fields.get("call_permission_reply")) or {})
    return Said("call_permission", part=permission) if permission is not None else None


def _permission(fields: Fields) -> CallPermission | None:
    response = text(fields.get("response"))
    if response not in {"accept", "reject"}:
        return None
    return CallPermission(
        allowed=response == "accept",
        until=moment(fields.get("expiration_timestamp")),
        permanent=is_true(fields, "is_permanent"),
        by_calling=text(fields.get("response_source")) == "automatic",
    )


def _button(message: Fields) -> Said | None:
    fields = members(message.get("button"))
    if fields is None:
        return None
    return Said("choice", string(fields, "text"), Choice(string(fields, "payload"), string(fields, "text")))


def _reaction(message: Fields) -> Said | None:
    fields = members(message.get("reaction")) or {}
    target = text(fields.get("message_id"))
    emoji = string(fields, "emoji")
    return Said("reaction", emoji, Reaction(emoji), target) if target else None


def _order(message: Fields) -> Said | None:
    fields = members(message.get("order"))
    if fields is None:
        return None
    items = tuple(_item(members(raw) or {}) for raw in (elements(fields.get("product_items")) or ())[:LIST_MAX])
    return Said("order", string(fields, "text"), Order(string(fields, "catalog_id"), items))


def _item(fields: Fields) -> Item:
    return Item(
        product=string(fields, "product_retailer_id"),
        quantity=_digits(fields, "quantity"),
        price=_digits(fields, "item_price"),
        currency=string(fields, "currency"),
    )


def _edit(message: Fields) -> Said | None:
    fields = members(message.get("edit")) or {}
    target, changed = text(fields.get("original_message_id")), members(fields.get("message")) or {}
    kind = word(text(changed.get("type")))
    inner = said(kind, changed) if target and "edit" not in changed else None
    if inner is None or not target:
        return None
    words = inner.text
    if isinstance(inner.part, Unsupported):  # also of a file that is not named: its new caption is what changed
        words = string(members(changed.get(kind)) or {}, "caption")
    is_shown = isinstance(inner.part, Media) or (isinstance(inner.part, Unsupported) and not words)
    return Said("edit", words, inner.part if is_shown else None, target)


def _revoke(message: Fields) -> Said | None:
    target = text((members(message.get("revoke")) or {}).get("original_message_id"))
    return Said("revoke", about=target) if target else None


def _unsupported(message: Fields) -> Said:
    named = text((members(message.get("unsupported")) or {}).get("type")) or text(message.get("type"))
    error = next((members(raw) or {} for raw in elements(message.get("errors")) or ()), {})
    return Said("unsupported", part=Unsupported(word(named), number(error.get("code")) or 0))


def _referral(raw: Raw | None) -> Referral | None:
    fields = members(raw)
    if not fields:
        return None
    return Referral(
        kind=string(fields, "source_type"),
        headline=string(fields, "headline"),
        text=string(fields, "body"),
        url=string(fields, "source_url"),
        greeting=string(members(fields.get("welcome_message")) or {}, "text"),
    )


def _product(raw: Raw | None) -> Product | None:
    fields = members(raw) or {}
    catalog, ours = string(fields, "catalog_id"), string(fields, "product_retailer_id")
    return Product(catalog, ours) if catalog or ours else None


def _digits(fields: Fields, key: str) -> str:
    found = decimal(fields.get(key))
    return "" if found is None else format(found, "f")


def digest(named: str) -> bytes:
    """A SHA-256 as base64, as webhooks give it, or as hex, which has been seen in answers; empty for anything else."""
    try:
        found = bytes.fromhex(named) if len(named) == 2 * SHA256_BYTES else b64decode(named, validate=True)
    except (ValueError, NotBase64):
        return b""
    return found if len(found) == SHA256_BYTES else b""


_READERS: Final[dict[str, Callable[[Fields], Said | None]]] = {
    "text": _text,
    "image": _media("image"),
    "video": _media("video"),
    "audio": _media("audio"),
    "document": _media("document"),
    "sticker": _media("sticker"),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": _button,
    "reaction": _reaction,
    "order": _order,
    "edit": _edit,
    "revoke": _revoke,
}
