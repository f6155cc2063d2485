"""A webhook body, read: every entry, change, message and status in it, in its order.

Written against what the platform sends, not only what it documents: contacts are matched by id and never by position,
messages and receipts may share a value, `from` may be missing or hold a user id, times are numbers, strings or
milliseconds. What is not understood is kept: an unknown type as an unsupported message, an unknown field as a notice,
an update without sense as unreadable. Only a body that is no envelope at all is refused.

Every update's `original` is a body of its own with this update alone: `parse(update.original) == [update]`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, Literal

from msgspec import Raw
from msgspec.json import encode

from jawort.channels.types import (
    STANDBY,
    Failure,
    Inbound,
    Malformed,
    Preference,
    Receipt,
    SenderRef,
    Unreadable,
    Update,
)
from jawort.channels.whatsapp.content import UNSHOWN, said
from jawort.channels.whatsapp.envelope import Contact, Contacts, Place, around
from jawort.channels.whatsapp.identity import Ids, from_system, from_update, ids
from jawort.channels.whatsapp.notices import notice
from jawort.channels.whatsapp.scan import Fields, elements, members, moment, number, text, word

#: Beyond this a body is no webhook with an odd element in it: it parks whole, or 3 MB would become a million rows.
UNREADABLE_AT_MOST = 100
PROVIDER_ID_CHARS_MAX = 512
CALLBACK_DATA_CHARS_MAX = 512  # the platform's own limit

_LINK: Final = re.compile(r"[A-Za-z0-9_.]{1,64}")
#: Whether the platform opens the service window for these is not stated, so for us they do not.
_OPENS_NO_WINDOW: Final = frozenset({"reaction", "system", "unsupported", "edit", "revoke"})
#: The same of what goes by another name there: nobody need have written it, a call of the customer's can bring it.
_KIND_OPENS_NO_WINDOW: Final = "call_permission"
_STATES: Final[dict[str, Literal["sent", "delivered", "read", "played", "failed"]]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "played",
    "failed": "failed",
}


def parse(body: bytes) -> list[Update]:
    """Everything in one webhook. Raises Malformed, never returns half."""
    envelope = members(body.strip())
    if envelope is None:
        raise Malformed("no JSON object")
    entries = elements(envelope.get("entry"))
    if entries is None:
        raise Malformed("no list of entries")
    updates: list[Update] = []
    unreadable = 0
    for update in (update for entry in entries for update in _entry(envelope, entry)):
        unreadable += isinstance(update, Unreadable)
        if unreadable > UNREADABLE_AT_MOST:
            raise Malformed("mostly unreadable")
        updates.append(update)
    return updates


def _entry(envelope: dict[str, Raw], raw: Raw) -> Iterator[Update]:
    entry = members(raw)
    changes = elements(entry.get("changes")) if entry is not None else None
    if entry is None or changes is None:
        yield Unreadable("", "entry without changes", around(envelope, raw))
        return
    for raw_change in changes:
        change = members(raw_change)
        value = members(change.get("value")) if change is not None else None
        if change is None or value is None:
            yield Unreadable("", "change without value", around(envelope, {**entry, "changes": [raw_change]}))
        else:
            yield from _change(Place(envelope, entry, change, value))


def _change(place: Place) -> Iterator[Update]:
    # Two of the platform's own examples have `field` in the wrong place.
    field = text(place.change.get("field") or place.value.get("field") or place.entry.get("field")) or ""
    if field == "user_id_update":
        yield from _lists(place, {"user_id_update": _identity_update, "errors": _error}, field)
    elif field == "user_preferences":
        yield from _lists(place, {"user_preferences": _preference, "errors": _error}, field)
    elif field in _FIELDS or (not field and not (_READERS.keys() | {STANDBY}).isdisjoint(place.value)):
        parts = list(replace(place, standby=field == STANDBY).apart())
        for part in parts:
            yield from _lists(part, _READERS, field, shares=len(parts) > 1)
    else:
        yield notice(place, word(field), place.original())


def _lists(place: Place, readers: dict[str, "_Reader"], otherwise: str, *, shares: bool = False) -> Iterator[Update]:
    """The items of the lists that `readers` know, in the value's own order; without any, one notice `otherwise`.

    `shares` if the contacts may be those of what stands beside the place, too.
    """
    contacts = Contacts(place.value)
    lists = [
        (name, raw, elements(raw)) for name, raw in place.value.items() if name in readers and bytes(raw) != b"null"
    ]
    counts = {name: 1 if items is None else len(items) for name, _, items in lists}
    alone = not shares and sum(counts.values()) - counts.get("errors", 0) == 1  # an error is about no person
    beside = (_beside(lists) or place.beside) if counts.get("errors") else b""
    for name, raw, items in lists:
        if items is None:
            whole = {"contacts": place.value["contacts"]} if "contacts" in place.value else {}
            yield Unreadable(place.line_ref, f"{name} is no list", place.only({name: raw, **whole}).original())
            continue
        for item in items:
            yield readers[name](_Item(place, contacts, name, item, alone, beside))
    if not any(counts.values()):
        yield notice(place, word(otherwise), place.original())


def _beside(lists: Iterable[tuple[str, Raw, object]]) -> bytes:
    """A hash of what errors came with; empty if they came alone."""
    others = b"".join(bytes(raw) for name, raw, _ in lists if name != "errors")
    return sha256(others).digest() if others else b""


@dataclass(frozen=True, slots=True)
class _Item:
    """One element of one of the lists that the readers know."""

    place: Place
    contacts: Contacts
    name: str
    raw: Raw
    alone: bool
    beside: bytes

    def original(self, contact: Contact | None) -> bytes:
        own = {self.name: _list_of(self.raw)}
        if self.alone and "contacts" in self.place.value:
            own["contacts"] = self.place.value["contacts"]  # nobody else's, whether its ids match or not
        elif contact is not None:
            own["contacts"] = _list_of(contact.raw)
        return self.place.only(own).original()

    def unreadable(self, reason: str, contact: Contact | None = None) -> Unreadable:
        return Unreadable(self.place.line_ref, reason, self.original(contact))


_Reader = Callable[[_Item], Update]


def _list_of(raw: Raw) -> Raw:
    return Raw(b"[" + bytes(raw) + b"]")


def _message(item: _Item) -> Update:
    message = members(item.raw)
    if message is None:
        return item.unreadable("message is no object")
    contact = _contact_of(item, message)
    kind = word(text(message.get("type")))
    if kind == "system":
        return from_system(item.place, message, item.original(contact))
    sender = _ids_of(message, contact)
    provider_id, sent_at = _provider_id(message), moment(message.get("timestamp"))
    group = "group_id" in message  # an answer would go to one person what was said to several
    content = UNSHOWN if group else said(kind, message)
    if not item.place.line_ref or provider_id is None or sent_at is None or not sender or content is None:
        return item.unreadable("message without number, id, time, sender or text", contact)
    return Inbound(
        line_ref=item.place.line_ref,
        provider_id=provider_id,
        sender=_sender(sender, contact),
        sent_at=sent_at,
        kind=content.kind,
        text=content.text,
        provider_kind="group" if group else kind,
        opens_window=not group and kind not in _OPENS_NO_WINDOW and content.kind != _KIND_OPENS_NO_WINDOW,
        original=item.original(contact),
        part=content.part,
        about=content.about,
        forwarded=content.forwarded,
        referral=content.referral,
        product=content.product,
        often=content.often,
        standby=item.place.standby,
    )


def _call(item: _Item) -> Update:
    """A customer calls. Its end is the same call told once more: whichever comes first, the other adds nothing.

    All that is told of calls of ours are notices, and so is an end that names nobody. What a phone offers for the
    connection is not kept: it names its addresses in the internet, and nobody here takes the call (Art. 5(1)(c) GDPR).
    """
    call = members(item.raw)
    if call is None:
        return item.unreadable("call is no object")
    if call.pop("session", None) is not None:
        item = replace(item, raw=Raw(encode(call)))
    contact = _contact_of(item, call)
    sender, event, direction = _ids_of(call, contact), text(call.get("event")), text(call.get("direction"))
    is_theirs = direction == "USER_INITIATED" and (event == "connect" or (event == "terminate" and bool(sender)))
    if not is_theirs:
        told = notice(item.place, "calls", item.original(contact))
        return replace(told, event=word(event), words=(("direction", word(direction)),))
    provider_id, sent_at = _provider_id(call), moment(call.get("start_time")) or moment(call.get("timestamp"))
    if not item.place.line_ref or provider_id is None or sent_at is None or not sender:
        return item.unreadable("call without number, id, time or sender", contact)
    return Inbound(
        line_ref=item.place.line_ref,
        provider_id=provider_id,
        sender=_sender(sender, contact),
        sent_at=sent_at,
        kind="call",
        text="",
        provider_kind="call",
        opens_window=True,
        original=item.original(contact),
        standby=item.place.standby,
    )


def _contact_of(item: _Item, fields: Fields) -> Contact | None:
    user, from_, parent = (text(fields.get(key)) for key in ("from_user_id", "from", "from_parent_user_id"))
    return item.contacts.of(user, from_, parent)


def _ids_of(fields: Fields, contact: Contact | None) -> Ids:
    """Who wrote or called, by the item itself, then by the contact beside it."""
    known = contact.fields if contact is not None else {}
    return ids(
        phones=(fields.get("from"), known.get("wa_id")),
        users=(fields.get("from_user_id"), known.get("user_id")),
        parents=(fields.get("from_parent_user_id"), known.get("parent_user_id")),
    )


def _sender(found: Ids, contact: Contact | None) -> SenderRef:
    if contact is None:
        return SenderRef(found.phone, found.user, found.parent, None)
    return SenderRef(found.phone, found.user, found.parent, contact.name, contact.username)


def _status(item: _Item) -> Update:
    status = members(item.raw)
    if status is None:
        return item.unreadable("status is no object")
    contact = item.contacts.of(text(status.get("recipient_user_id")), text(status.get("recipient_id")))
    named = text(status.get("status")) or ""
    state = _STATES.get(named)
    if text(status.get("type")) == "call":
        return replace(notice(item.place, "calls", item.original(contact)), event=word(named))
    if state is None:
        return notice(item.place, f"status.{word(named)}", item.original(contact))
    provider_id, at = _provider_id(status), moment(status.get("timestamp"))
    if not item.place.line_ref or provider_id is None or at is None:
        return item.unreadable("status without number, id or time", contact)
    own_id = text(status.get("biz_opaque_callback_data"))
    return Receipt(
        line_ref=item.place.line_ref,
        provider_id=provider_id,
        own_id=own_id if own_id and len(own_id) <= CALLBACK_DATA_CHARS_MAX else None,
        state=state,
        at=at,
        failure=_failure(status.get("errors")) if state == "failed" else None,
        original=item.original(contact),
        billed=_billed(status.get("pricing")),
        standby=item.place.standby,
    )


def _error(item: _Item) -> Update:
    """An error that stands in the value itself, alone or beside messages: of the account, or of what did not come."""
    place = item.place.only({"errors": _list_of(item.raw)})
    if members(item.raw) is None:
        return Unreadable(place.line_ref, "error is no object", place.original())
    return replace(notice(place, "errors", place.original(beside=item.beside)), beside=item.beside)


def _echo(item: _Item) -> Update:
    """What another one wrote to a customer through our number: Meta Business Agent, or the Business app."""
    echo = members(item.raw)
    if echo is None:
        return item.unreadable("echo is no object")
    contact = item.contacts.of(text(echo.get("to_user_id")), text(echo.get("to")))
    return notice(item.place, STANDBY if item.place.standby else "smb_message_echoes", item.original(contact))


def _billed(raw: Raw | None) -> tuple[str, str] | None:
    fields = members(raw) or {}
    category, kind = text(fields.get("category")), text(fields.get("type"))
    return (_dashed(category), _dashed(kind)) if category else None


def _dashed(found: str | None) -> str:
    """A word that may hold a dash, such as authentication-international; empty if the platform named none."""
    return word(found.replace("-", "_")) if found else ""


def _link(named: str | None, sender: Ids) -> str:
    """The platform's id of a link of ours, which may be all digits, or "unknown"; empty if it named none.

    It is stored in clear, so it must be nothing that names the person.
    """
    if not named:
        return ""
    names_somebody = named in {sender.phone, sender.user, sender.parent}
    return named if _LINK.fullmatch(named) and not names_somebody else "unknown"


def _identity_update(item: _Item) -> Update:
    fields = members(item.raw) or {}
    current = members(fields.get("user_id")) or {}
    contact = item.contacts.of(text(current.get("current")), text(fields.get("wa_id")))
    return from_update(item.place, item.raw, item.original(contact))


def _preference(item: _Item) -> Update:
    fields = members(item.raw) or {}
    contact = item.contacts.of(text(fields.get("user_id")), text(fields.get("wa_id")))
    if contact is None and item.alone and len(item.contacts.all) == 1:
        contact = item.contacts.all[0]  # of nobody else
    known = contact.fields if contact is not None else {}
    sender = ids(
        phones=(fields.get("wa_id"), known.get("wa_id")),
        users=(fields.get("user_id"), known.get("user_id")),
        parents=(fields.get("parent_user_id"), known.get("parent_user_id")),
    )
    at, wish = moment(fields.get("timestamp")), text(fields.get("value"))
    if not item.place.line_ref or at is None or not wish or not sender:
        return item.unreadable("preference without number, person, wish or time", contact)
    return Preference(
        line_ref=item.place.line_ref,
        provider_id=f"preference.{sha256(bytes(item.raw)).hexdigest()}",  # it has no id; its bytes are always the same
        sender=_sender(sender, contact),
        subject=word(text(fields.get("category"))),
        wish=word(wish),
        signup_ref=_link(text(fields.get("signup_id")), sender),
        at=at,
        original=item.original(contact),
    )


def _failure(raw: Raw | None) -> Failure:
    for error in elements(raw) or ():
        fields = members(error) or {}
        code = number(fields.get("code"))
        if code is not None:
            title = text(fields.get("title")) or text(fields.get("message")) or ""
            data = members(fields.get("error_data")) or fields  # older bodies have the details beside the code
            return Failure(code, title, text(data.get("details")) or "")
    return Failure(0, "", "")


def _provider_id(fields: dict[str, Raw]) -> str | None:
    found = text(fields.get("id"))
    return found if found and len(found) <= PROVIDER_ID_CHARS_MAX else None


_READERS: Final[dict[str, _Reader]] = {
    "messages": _message,
    "statuses": _status,
    "calls": _call,
    "message_echoes": _echo,
    "errors": _error,
}
#: The fields that these lists come in.
_FIELDS: Final = frozenset({"messages", "calls", STANDBY})
