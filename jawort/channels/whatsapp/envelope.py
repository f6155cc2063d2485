"""Where an update lies in a webhook body, and the body that holds it alone."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from msgspec import Raw
from msgspec.json import encode

from jawort.channels.types import STANDBY
from jawort.channels.whatsapp.scan import elements, members, text

#: What holds several updates, or those of several customers: an update's original keeps its own part of them only.
SHARED = frozenset(
    {
        "messages",
        "statuses",
        "errors",
        "contacts",
        "calls",
        "message_echoes",
        "user_id_update",
        "user_preferences",
    }
)

#: The one member of an original that is not the platform's: two errors in the same words are told apart by it.
BESIDE = "beside"

_HASH = re.compile(r"[0-9a-f]{64}")
_REF = re.compile(r"[A-Za-z0-9_-]{1,64}")  # ids of numbers are digits; a simulator's may be words


@dataclass(frozen=True, slots=True)
class Place:
    """One `value` of one change of one entry, with everything around it.

    `standby` if Meta Business Agent had the chat; then `value` may be the member of that name, and `outer` is the
    change's own value, without what it shares among several updates.
    """

    envelope: dict[str, Raw]
    entry: dict[str, Raw]
    change: dict[str, Raw]
    value: dict[str, Raw]
    standby: bool = False
    outer: dict[str, Raw] | None = None

    @property
    def line_ref(self) -> str:
        """The platform's id of our number, or empty. The displayed number is no address: it comes in several forms."""
        for value in (self.value, self.outer or {}):
            found = text((members(value.get("metadata")) or {}).get("phone_number_id"))
            if found is not None and _REF.fullmatch(found):
                return found
        return ""

    @property
    def account_ref(self) -> str:
        """The platform's id of our business account, or empty."""
        found = text(self.entry.get("id"))
        return found if found is not None and _REF.fullmatch(found) else ""

    @property
    def beside(self) -> bytes:
        """The hash that `original` has kept of what an error came with, or nothing."""
        found = text(self.envelope.get(BESIDE)) or ""
        return bytes.fromhex(found) if _HASH.fullmatch(found) else b""

    def apart(self) -> Iterator["Place"]:
        """The value itself, and what stands in its member `standby`, each as a place of its own."""
        held = members(self.value.get(STANDBY))
        if held is None:
            yield self
            return
        rest = {name: raw for name, raw in self.value.items() if name != STANDBY}
        if not (SHARED - {"contacts"}).isdisjoint(rest):
            yield replace(self, value=rest)
        described = {"contacts": rest["contacts"]} if "contacts" in rest else {}
        outer = {name: raw for name, raw in self.value.items() if name not in SHARED}
        yield replace(self, value=described | held, standby=True, outer=outer)

    def only(self, own: dict[str, Raw]) -> "Place":
        """The same place with nothing but one update: `own` stands for what the value shares among several."""
        kept = {name: own.get(name, raw) for name, raw in self.value.items() if name in own or name not in SHARED}
        return replace(self, value=kept)

    def original(self, beside: bytes = b"") -> bytes:
        """A body with nothing but this place. `beside` is a hash of what came with it, which the body keeps."""
        value: dict[str, object] = dict(self.value)
        if self.outer is not None:
            value = {**self.outer, STANDBY: value}
        kept = {BESIDE: beside.hex()} if beside else {}
        return around({**self.envelope, **kept}, {**self.entry, "changes": [{**self.change, "value": value}]})


def around(envelope: Mapping[str, object], *entries: object) -> bytes:
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
