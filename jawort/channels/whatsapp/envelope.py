"""Where an update lies in a webhook body, and the body that holds it alone."""

import re
from dataclasses import dataclass

from msgspec import Raw
from msgspec.json import encode

from jawort.channels.whatsapp.scan import elements, members, text

#: What holds updates of several customers: an update's original keeps its own part of them only.
SHARED = frozenset({"messages", "statuses", "contacts", "user_id_update", "user_preferences"})

_REF = re.compile(r"[A-Za-z0-9_-]{1,64}")  # ids of numbers are digits; a simulator's may be words


@dataclass(frozen=True, slots=True)
class Place:
    """One `value` of one change of one entry, with everything around it."""

    envelope: dict[str, Raw]
    entry: dict[str, Raw]
    change: dict[str, Raw]
    value: dict[str, Raw]

    @property
    def line_ref(self) -> str:
        """The platform's id of our number, or empty. The displayed number is no address: it comes in several forms."""
        found = text((members(self.value.get("metadata")) or {}).get("phone_number_id"))
        return found if found is not None and _REF.fullmatch(found) else ""

    @property
    def account_ref(self) -> str:
        """The platform's id of our business account, or empty."""
        found = text(self.entry.get("id"))
        return found if found is not None and _REF.fullmatch(found) else ""

    def original(self, own: dict[str, object] | None = None) -> bytes:
        """A body with nothing but this update: `own` stands for what the value shares among several.

        Without `own` it is the whole change.
        """
        value: dict[str, object] = dict(self.value)
        if own is not None:
            value = {name: own.get(name, raw) for name, raw in self.value.items() if name in own or name not in SHARED}
        return around(self.envelope, {**self.entry, "changes": [{**self.change, "value": value}]})


def around(envelope: dict[str, Raw], *entries: object) -> bytes:
    """A body with these entries."""
    return encode({**envelope, "entry": entries})


@dataclass(frozen=True, slots=True)
class Contact:
    """One of `value.contacts[]`: a person whom the messages or receipts beside it are about."""

    raw: Raw
    fields: dict[str, Raw]

    @property
    def name(self) -> str | None:
        """What the person calls themselves at present; nothing to know them by."""
        return self._profile("name")

    @property
    def username(self) -> str | None:
        """Their WhatsApp username without the @, where they have one. It may change with every message, too."""
        return (self._profile("username") or "").removeprefix("@") or None

    def _profile(self, key: str) -> str | None:
        found = text((members(self.fields.get("profile")) or {}).get(key))
        return found.strip()[:NAME_CHARS_MAX] or None if found else None


NAME_CHARS_MAX = 256  # the platform allows 25; what is longer is cut, the original keeps it


class Contacts:
    """The contacts of one value, found by id. Their order means nothing: they are not parallel to the messages."""

    def __init__(self, value: dict[str, Raw]) -> None:
        self.all = [Contact(raw, members(raw) or {}) for raw in elements(value.get("contacts")) or ()]
        self._by_id: dict[str, Contact] = {}
        for contact in self.all:
            for name in ("user_id", "wa_id", "parent_user_id"):
                found = text(contact.fields.get(name))
                if found:
                    self._by_id.setdefault(found, contact)

    def of(self, *ids: str | None) -> Contact | None:
        """The contact that has one of these ids; the first id that finds one decides."""
        return next((self._by_id[one] for one in ids if one is not None and one in self._by_id), None)
