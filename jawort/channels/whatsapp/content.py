"""What one message of a customer says: its text and the part that its type brings along.

Written against DOC/webhooks/reference/messages and what has been seen beside it. Nothing is refused here: a type that
is unknown, or whose content makes no sense, is an unsupported message, and its original is kept whole.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec import Raw

from jawort.channels.parts import (
    Card,
    Cards,
    Choice,
    Form,
    Item,
    Media,
    Order,
    Part,
    Position,
    Reaction,
    Referral,
    Unsupported,
)
from jawort.channels.types import Kind
from jawort.channels.whatsapp.scan import decimal, elements, members, number, text, word
from jawort.core.phone import parse as phone

TEXT_CHARS_MAX: Final = 65_536  # far above any limit of the platform's; what is longer is cut, the original keeps it
LIST_MAX: Final = 100  # cards, phones, lines of an order
SHA256_BYTES: Final = 32

Fields = dict[str, Raw]


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says. `about` is the provider's id of the message that it answers, or reacts to, or changes."""

    kind: Kind
    text: str = ""
    part: Part | None = None
    about: str | None = None
    forwarded: bool = False
    referral: Referral | None = None


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
        any(bytes(context.get(name, b"")) == b"true" for name in ("forwarded", "frequently_forwarded")),
        _referral(message.get("referral")),
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
            mime=_string(fields, "mime_type"),
            sha256=digest(_string(fields, "sha256")),
            filename=_string(fields, "filename"),
            voice=_is_true(fields, "voice"),
            animated=_is_true(fields, "animated"),
        )
        return Said(kind, _string(fields, "caption"), part)

    return read


def _location(message: Fields) -> Said | None:
    fields = members(message.get("location")) or {}
    latitude, longitude = decimal(fields.get("latitude")), decimal(fields.get("longitude"))
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    name, address, url = (_string(fields, key) for key in ("name", "address", "url"))
    return Said("location", name or address, Position(float(latitude), float(longitude), name, address, url))


def _contacts(message: Fields) -> Said | None:
    listed = elements(message.get("contacts"))
    if listed is None:
        return None
    fields = [members(raw) or {} for raw in listed[:LIST_MAX]]
    cards = tuple(map(_card, fields))
    asked_for = any(text(card.get("origin")) == "contact_request" for card in fields)
    own = _own_number(fields, text(message.get("from")) or "") if asked_for else ""
    return Said("contacts", ", ".join(card.name for card in cards if card.name), Cards(cards, asked_for, own))


#: Under which a card gives a number: as the platform has it, and as it is read.
_FORMS: Final = ("wa_id", "phone")


def _own_number(cards: Sequence[Fields], sender: str) -> str:
    """The number that the sender gave as their own when asked, in digits; empty if anything about it is odd.

    One card, made for the answer, one number on it, the same in both forms, and the sender's where that is shown.
    """
    if len(cards) != 1 or text(cards[0].get("origin")) != "contact_request":
        return ""
    numbers = [members(raw) or {} for raw in elements(cards[0].get("phones")) or ()]
    if len(numbers) != 1:
        return ""
    own, written, shown = (phone(given) for given in (*(text(numbers[0].get(k)) or "" for k in _FORMS), sender))
    agree = own is not None and own == written and (shown is None or shown == own)
    return own.digits if own is not None and agree else ""


def _card(fields: Fields) -> Card:
    name = members(fields.get("name")) or {}
    parts = (_string(name, "first_name"), _string(name, "last_name"))
    return Card(
        name=_string(name, "formatted_name") or " ".join(filter(None, parts)),
        organisation=_string(members(fields.get("org")) or {}, "company"),
        phones=tuple(_strings(fields, "phones", "phone")),
        emails=tuple(_strings(fields, "emails", "email")),
    )


def _interactive(message: Fields) -> Said | None:
    fields = members(message.get("interactive")) or {}
    for name in ("button_reply", "list_reply"):
        if chosen := members(fields.get(name)):
            choice = Choice(_string(chosen, "id"), _string(chosen, "title"), _string(chosen, "description"))
            return Said("choice", choice.title, choice)
    if form := members(fields.get("nfm_reply")):
        return Said("form", _string(form, "body"), Form(_string(form, "name"), _string(form, "response_json")))
    return None


def _button(message: Fields) -> Said | None:
    fields = members(message.get("button"))
    if fields is None:
        return None
    return Said("choice", _string(fields, "text"), Choice(_string(fields, "payload"), _string(fields, "text")))


def _reaction(message: Fields) -> Said | None:
    fields = members(message.get("reaction")) or {}
    target = text(fields.get("message_id"))
    emoji = _string(fields, "emoji")
    return Said("reaction", emoji, Reaction(emoji), target) if target else None


def _order(message: Fields) -> Said | None:
    fields = members(message.get("order"))
    if fields is None:
        return None
    items = tuple(_item(members(raw) or {}) for raw in (elements(fields.get("product_items")) or ())[:LIST_MAX])
    return Said("order", _string(fields, "text"), Order(_string(fields, "catalog_id"), items))


def _item(fields: Fields) -> Item:
    return Item(
        product=_string(fields, "product_retailer_id"),
        quantity=_digits(fields, "quantity"),
        price=_digits(fields, "item_price"),
        currency=_string(fields, "currency"),
    )


def _edit(message: Fields) -> Said | None:
    fields = members(message.get("edit")) or {}
    target, changed = text(fields.get("original_message_id")), members(fields.get("message")) or {}
    inner = said(word(text(changed.get("type"))), changed) if target and "edit" not in changed else None
    return Said("edit", inner.text, None, target) if inner is not None and target else None


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
    return Referral(*(_string(fields, key) for key in ("source_type", "headline", "body", "source_url")))


def _string(fields: Fields, key: str) -> str:
    return (text(fields.get(key)) or "")[:TEXT_CHARS_MAX]


def _strings(fields: Fields, listed: str, key: str) -> Iterator[str]:
    for raw in (elements(fields.get(listed)) or ())[:LIST_MAX]:
        if found := _string(members(raw) or {}, key):
            yield found


def _digits(fields: Fields, key: str) -> str:
    found = decimal(fields.get(key))
    return "" if found is None else format(found, "f")


def _is_true(fields: Fields, key: str) -> bool:
    return bytes(fields.get(key, b"")) == b"true"


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
