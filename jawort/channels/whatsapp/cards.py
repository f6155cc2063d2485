"""Contact cards in a message of a customer's: who is on them, and whether one is the sender's own number."""

from collections.abc import Sequence
from typing import Final

from jawort.channels.parts import Address, Card, Cards, Page
from jawort.channels.whatsapp.scan import LIST_MAX, Fields, elements, members, string, text
from jawort.core.phone import parse as phone

#: Under which a card gives a number: as the platform has it, and as it is read.
_FORMS: Final = ("wa_id", "phone")
_NAMES: Final = ("prefix", "first_name", "middle_name", "last_name", "suffix")


def cards(message: Fields) -> Cards | None:
    """The cards of a message; None if it has no list of them."""
    listed = elements(message.get("contacts"))
    if listed is None:
        return None
    fields = [members(raw) or {} for raw in listed[:LIST_MAX]]
    asked_for = any(text(card.get("origin")) == "contact_request" for card in fields)
    own = _own_number(fields, text(message.get("from")) or "") if asked_for else ""
    return Cards(tuple(map(_card, fields)), asked_for, own)


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
    name, org = members(fields.get("name")) or {}, members(fields.get("org")) or {}
    phones = [one for one in _listed(fields, "phones") if string(one, "phone")]
    emails = [one for one in _listed(fields, "emails") if string(one, "email")]
    pages = [Page(string(one, "url"), string(one, "type")) for one in _listed(fields, "urls") if string(one, "url")]
    return Card(
        name=string(name, "formatted_name") or " ".join(filter(None, (string(name, key) for key in _NAMES))),
        organisation=string(org, "company"),
        phones=tuple(string(one, "phone") for one in phones),
        emails=tuple(string(one, "email") for one in emails),
        department=string(org, "department"),
        title=string(org, "title"),
        birthday=string(fields, "birthday"),
        phone_labels=_labels(phones),
        email_labels=_labels(emails),
        addresses=tuple(filter(_says_something, map(_address, _listed(fields, "addresses")))),
        pages=tuple(pages),
    )


def _listed(fields: Fields, name: str) -> list[Fields]:
    return [members(raw) or {} for raw in (elements(fields.get(name)) or ())[:LIST_MAX]]


def _labels(listed: Sequence[Fields]) -> tuple[str, ...]:
    """What each is called; nothing at all where none is called anything."""
    found = tuple(string(one, "type") for one in listed)
    return found if any(found) else ()


def _address(fields: Fields) -> Address:
    return Address(
        street=string(fields, "street"),
        zip=string(fields, "zip"),
        city=string(fields, "city"),
        state=string(fields, "state"),
        country=string(fields, "country") or string(fields, "country_code").upper(),
        label=string(fields, "type"),
    )


def _says_something(address: Address) -> bool:
    return any((address.street, address.zip, address.city, address.state, address.country))
