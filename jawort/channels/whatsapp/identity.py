"""Which of our words an identifier of the platform is, and the platform's reports that one changed.

Phone numbers may be missing since 2026, and a key that used to hold a number has been seen with a user id in it: the
value is classified, the key only says what an unknown form is taken for.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from msgspec import Raw

from jawort.channels.types import IdentityChange, Notice, Unreadable
from jawort.channels.whatsapp.envelope import Place
from jawort.channels.whatsapp.notices import notice
from jawort.channels.whatsapp.scan import members, moment, text, word
from jawort.core.phone import parse as phone

ID_CHARS_MAX = 160  # the documented form has at most 135

_USER = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
_PARENT = re.compile(r"[A-Z]{2}\.ENT\.[A-Za-z0-9]{1,128}")
_CHANGES = frozenset({"user_changed_number", "customer_changed_number", "user_changed_user_id"})


@dataclass(frozen=True, slots=True)
class Ids:
    """Phone (digits), user id and parent user id of one person, as far as known."""

    phone: str | None = None
    user: str | None = None
    parent: str | None = None

    def __bool__(self) -> bool:
        return bool(self.phone or self.user or self.parent)

    def without(self, other: "Ids") -> "Ids":
        """What is not the same on the other side."""
        return Ids(
            None if self.phone == other.phone else self.phone,
            None if self.user == other.user else self.user,
            None if self.parent == other.parent else self.parent,
        )


def ids(*, phones: tuple[Raw | None, ...], users: tuple[Raw | None, ...], parents: tuple[Raw | None, ...] = ()) -> Ids:
    """The ids in these values, which stood under keys of these meanings. The first of each kind counts."""
    found: dict[str, str] = {}
    for key, values in (("user", users), ("parent", parents), ("phone", phones)):
        for raw in values:
            kind, value = _classified(text(raw), key)
            if value:
                found.setdefault(kind, value)
    return Ids(found.get("phone"), found.get("user"), found.get("parent"))


def _classified(value: str | None, key: str) -> tuple[str, str | None]:
    value = (value or "").strip()
    if not value or len(value) > ID_CHARS_MAX:
        return key, None
    if _PARENT.fullmatch(value):
        return "parent", value
    if _USER.fullmatch(value):
        return "user", value
    number = phone(value)
    if number is not None:
        return "phone", number.digits
    return key, None if key == "phone" else value  # an unknown form of user id is kept, of a number not


def from_system(place: Place, message: dict[str, Raw], original: bytes) -> IdentityChange | Notice | Unreadable:
    """A `system` message: who changed from what to what. Sentences in it are never read for ids: they are prose."""
    system = members(message.get("system")) or {}
    kind = text(system.get("type")) or ""
    line, at, provider_id = place.line_ref, moment(message.get("timestamp")), text(message.get("id"))
    if kind not in _CHANGES:
        return notice(place, f"system.{word(kind)}", original)
    new = ids(
        phones=(system.get("wa_id"), system.get("new_wa_id")),
        users=(system.get("user_id"),),
        parents=(system.get("parent_user_id"),),
    )
    old = ids(
        phones=(message.get("from"), system.get("customer")),
        users=(system.get("previous_user_id"), message.get("from_user_id")),
        parents=(system.get("previous_parent_user_id"), message.get("from_parent_user_id")),
    )
    if not line or at is None or not provider_id or not new:
        return Unreadable(line, "identity change without number, time, id or new identity", original)
    return _change(line, provider_id, old.without(new), new, at, original)


def from_update(place: Place, raw: Raw, original: bytes) -> IdentityChange | Unreadable:
    """One of `user_id_update[]`, a field that the platform has documented, withdrawn and may still send."""
    fields = members(raw) or {}
    user, parent = members(fields.get("user_id")) or {}, members(fields.get("parent_user_id")) or {}
    new = ids(phones=(fields.get("wa_id"),), users=(user.get("current"),), parents=(parent.get("current"),))
    old = ids(phones=(), users=(user.get("previous"),), parents=(parent.get("previous"),))
    line, at = place.line_ref, moment(fields.get("timestamp"))
    if not line or at is None or not new:
        return Unreadable(line, "identity change without number, time or new identity", original)
    # It has no id of its own; the update's own bytes are the same in every redelivery.
    return _change(line, f"user_id_update.{sha256(bytes(raw)).hexdigest()}", old.without(new), new, at, original)


def _change(line: str, provider_id: str, old: Ids, new: Ids, at: datetime, original: bytes) -> IdentityChange:
    return IdentityChange(
        line_ref=line,
        provider_id=provider_id,
        old_phone=old.phone,
        old_bsuid=old.user,
        old_parent_bsuid=old.parent,
        new_phone=new.phone,
        new_bsuid=new.user,
        new_parent_bsuid=new.parent,
        at=at,
        original=original,
    )
