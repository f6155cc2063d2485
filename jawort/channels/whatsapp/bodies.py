"""The bodies of requests to the platform.

Shapes: DOC/messages/<type>-messages and the OpenAPI file. Nothing is checked here; what breaks a limit was refused
before it was stored (limits.py).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from jawort.channels.parts import (
    Ask,
    Buttons,
    Card,
    Cards,
    Framed,
    Link,
    Media,
    Options,
    Part,
    Position,
    Reaction,
    Section,
    Template,
    TemplateButton,
    Value,
)
from jawort.channels.types import Outgoing

Json = str | bool | int | float | Sequence["Json"] | Mapping[str, "Json"]
Body = dict[str, Json]

#: What a request for something is called, as its type and as the name of its action.
_ASKED: Final = {
    "location": ("location_request_message", "send_location"),
    "contact": ("request_contact_info", "request_contact_info"),
}


def message(outgoing: Outgoing) -> Body:
    """One message. With user id and number both known the id is used, for a one-time password the number, because the
    platform sends it to no id; a number goes as E.164 with its plus, because without it the platform puts its own
    country code before it.

    Raises ValueError if there is no address, or if a kind has no part.
    """
    body: Body = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    if goes_to_id(outgoing):
        body["recipient"] = outgoing.to_bsuid or ""
    elif outgoing.to_phone:
        body["to"] = "+" + outgoing.to_phone.removeprefix("+")
    else:
        raise ValueError("A message needs an address.")
    if outgoing.reply_to and not isinstance(outgoing.part, Reaction):
        body["context"] = {"message_id": outgoing.reply_to}
    kind, said = _said(outgoing)
    body["type"] = kind
    body[kind] = said
    body["biz_opaque_callback_data"] = outgoing.own_id
    return body


def goes_to_id(outgoing: Outgoing) -> bool:
    """Whether it is addressed by the user id, and so tells the platform no number."""
    return bool(outgoing.to_bsuid) and not (outgoing.to_phone and _one_time(outgoing.part))


def read(provider_id: str, *, typing: bool = False) -> Body:
    """Marks the customer's message and everything before it as read: a statement to the customer, so only on an act
    of an agent. `typing` shows for 25 s that somebody writes; the platform has no way to say that alone."""
    body: Body = {"messaging_product": "whatsapp", "status": "read", "message_id": provider_id}
    return body | {"typing_indicator": {"type": "text"}} if typing else body


def block(phone: str | None, bsuid: str | None) -> Body:
    """Names somebody whom we block, or do so no more: by the number (digits) where it is known, else by the id."""
    named: Json = {"user": f"+{phone}"} if phone else {"user_id": bsuid or ""}
    return {"messaging_product": "whatsapp", "block_users": [named]}


def _said(outgoing: Outgoing) -> tuple[str, Json]:
    """The platform's type, and what stands under it."""
    text, part = outgoing.text, outgoing.part
    match part:
        case None if outgoing.kind == "text":
            # No preview: the platform would fetch the first link of the text.
            return "text", {"body": text, "preview_url": False}
        case Media():
            return outgoing.kind, _media(outgoing.kind, text, part)
        case Position():
            return "location", _place(part)
        case Cards(cards):
            return "contacts", [_card(card) for card in cards]
        case Reaction(emoji):
            return "reaction", {"message_id": outgoing.reply_to or "", "emoji": emoji}
        case Template():
            return "template", _template(part)
        case Buttons() | Options() | Link() | Ask():
            return "interactive", _interactive(part, text)
        case _:
            raise ValueError(f"A message of kind {outgoing.kind} cannot be sent like this.")


def _media(kind: str, caption: str, part: Media) -> Body:
    fields: Body = {"id": part.provider_id}
    if caption:
        fields["caption"] = caption
    if kind == "document" and part.filename:
        fields["filename"] = part.filename
    if part.voice:
        fields["voice"] = True
    return fields


def _place(part: Position) -> Body:
    named = {key: value for key, value in (("name", part.name), ("address", part.address)) if value}
    return {"latitude": part.latitude, "longitude": part.longitude, **named}


def _card(card: Card) -> Body:
    """The platform wants a part of the name beside the whole; we keep names whole, so it is said twice."""
    fields: Body = {"name": {"formatted_name": card.name, "first_name": card.name}}
    if card.organisation:
        fields["org"] = {"company": card.organisation}
    if card.phones:
        fields["phones"] = [{"phone": phone} for phone in card.phones]
    if card.emails:
        fields["emails"] = [{"email": email} for email in card.emails]
    return fields


def _interactive(part: Part, text: str) -> Body:
    fields: Body = {"body": {"text": text}}
    if isinstance(part, Framed):
        fields |= _frame(part)
    match part:
        case Buttons(buttons):
            replies: Json = [{"type": "reply", "reply": {"id": one.payload, "title": one.title}} for one in buttons]
            return fields | {"type": "button", "action": {"buttons": replies}}
        case Options(button, sections):
            return fields | {"type": "list", "action": {"button": button, "sections": [_section(s) for s in sections]}}
        case Link(title, url):
            action: Json = {"name": "cta_url", "parameters": {"display_text": title, "url": url}}
            return fields | {"type": "cta_url", "action": action}
        case Ask(what):
            kind, action_name = _ASKED[what]
            return fields | {"type": kind, "action": {"name": action_name}}
        case _:
            raise ValueError("This part is no interactive message.")


def _frame(part: Framed) -> Body:
    fields: Body = {}
    if part.header:
        fields["header"] = {"type": "text", "text": part.header}
    elif part.header_file is not None:
        fields["header"] = _header(part.header_file, part.header_kind)
    if part.footer:
        fields["footer"] = {"text": part.footer}
    return fields


def _section(section: Section) -> Body:
    rows: list[Json] = []
    for row in section.rows:
        described = {"description": row.description} if row.description else {}
        rows.append({"id": row.payload, "title": row.title, **described})
    return {"title": section.title, "rows": rows} if section.title else {"rows": rows}


def _one_time(part: Part | None) -> bool:
    """Whether this may be a template with a one-time password: a button brings the body's one value once more, which is
    how the platform wants passwords sent. A coupon's code beside another text is none.

    Source: WhatsApp Business Platform, Authentication templates.
    """
    if not isinstance(part, Template) or len(part.body) != 1:
        return False
    return any(b.kind in ("copy_code", "url") and b.value == part.body[0].text for b in part.buttons)


def _template(part: Template) -> Body:
    components: list[Json] = []
    if part.header is not None:
        components.append({"type": "header", "parameters": [_header(part.header, part.header_kind)]})
    if part.body:
        components.append({"type": "body", "parameters": [_value(value) for value in part.body]})
    components.extend(_button(button) for button in part.buttons)
    fields: Body = {"name": part.name, "language": {"code": part.language, "policy": "deterministic"}}
    return fields | {"components": components} if components else fields


def _header(header: Value | Media | Position, kind: str) -> Body:
    match header:
        case Value():
            return _value(header)
        case Media():
            return {"type": kind, kind: _media(kind, "", header)}
        case Position():
            return {"type": "location", "location": _place(header)}


def _value(value: Value) -> Body:
    named = {"parameter_name": value.name} if value.name else {}
    return {"type": "text", **named, "text": value.text}


#: How the platform calls the one parameter of a template's button.
_PARAMETER: Final = {"quick_reply": "payload", "url": "text", "copy_code": "coupon_code"}


def _button(button: TemplateButton) -> Body:
    word = _PARAMETER[button.kind]
    parameters = [{"type": word, word: button.value}]
    return {"type": "button", "sub_type": button.kind, "index": str(button.index), "parameters": parameters}
