"""What a message can hold beside its text, whatever channel it came through or goes to.

Plain values that are sealed and committed to as they are, so a field may be added and none renamed. All of it is
personal data of customers. Texts of others are kept as they came; whoever shows them escapes them.
"""

from typing import Literal

from msgspec import Struct


class Media(Struct, frozen=True, tag="media", omit_defaults=True):
    """A file that lies with the platform until it is fetched. `sha256` has 32 bytes, or none if it is not named.

    `mime` and `filename` are the sender's claims; nothing is decided by them. Of what we send `provider_id` is empty:
    the platform names the file when it is given to it, right before the message leaves.
    """

    provider_id: str
    mime: str = ""
    sha256: bytes = b""
    filename: str = ""
    voice: bool = False
    animated: bool = False


class Position(Struct, frozen=True, tag="position", omit_defaults=True):
    """A place on the map: degrees, and what the sender calls it."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""
    url: str = ""


class Card(Struct, frozen=True, omit_defaults=True):
    """One person on a contact card. It is shown and never imported: whoever is on it has not agreed to anything."""

    name: str = ""
    organisation: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


class Cards(Struct, frozen=True, tag="cards", omit_defaults=True):
    """Contact cards. `asked_for` if it is the sender's own number, given because we asked for it.

    `own_number` is that number in digits, where the platform itself says whose it is; of any other card it is empty.
    """

    cards: tuple[Card, ...] = ()
    asked_for: bool = False
    own_number: str = ""


class Choice(Struct, frozen=True, tag="choice", omit_defaults=True):
    """A button or a line of a list that the customer chose. `payload` is what we gave along with it."""

    payload: str = ""
    title: str = ""
    description: str = ""


class Form(Struct, frozen=True, tag="form", omit_defaults=True):
    """Answers to a form, as the platform's own JSON text."""

    name: str = ""
    answers: str = ""


class Reaction(Struct, frozen=True, tag="reaction", omit_defaults=True):
    """An emoji on another message; without one an earlier reaction is taken back."""

    emoji: str = ""


class Item(Struct, frozen=True, omit_defaults=True):
    """One line of an order. Price and quantity are the platform's own digits: money is never a float."""

    product: str
    quantity: str = ""
    price: str = ""
    currency: str = ""


class Order(Struct, frozen=True, tag="order", omit_defaults=True):
    """A basket from our catalogue."""

    catalog: str = ""
    items: tuple[Item, ...] = ()


class Unsupported(Struct, frozen=True, tag="unsupported", omit_defaults=True):
    """Something that the platform does not pass on: its own word for it, and its error code (0 if it named none)."""

    what: str = ""
    code: int = 0


class Referral(Struct, frozen=True, omit_defaults=True):
    """The advertisement or post from which a customer wrote. The click's own id is not kept: it only serves ads."""

    kind: str = ""
    headline: str = ""
    text: str = ""
    url: str = ""


class Button(Struct, frozen=True, omit_defaults=True):
    """A button below a message. `payload` comes back with the customer's choice, and is shown to nobody."""

    payload: str
    title: str


class Buttons(Struct, frozen=True, tag="buttons", omit_defaults=True):
    """A question of ours with its answers as buttons. The question is the message's text."""

    buttons: tuple[Button, ...]
    header: str = ""
    footer: str = ""


class Row(Struct, frozen=True, omit_defaults=True):
    """One line of a list. `payload` comes back with the customer's choice, and is shown to nobody."""

    payload: str
    title: str
    description: str = ""


class Section(Struct, frozen=True, omit_defaults=True):
    """Lines of a list under one heading."""

    rows: tuple[Row, ...]
    title: str = ""


class Options(Struct, frozen=True, tag="options", omit_defaults=True):
    """A question of ours with its answers as a list, which `button` opens. The question is the message's text."""

    button: str
    sections: tuple[Section, ...]
    header: str = ""
    footer: str = ""


class Link(Struct, frozen=True, tag="link", omit_defaults=True):
    """A message of ours with one button that opens a web page."""

    title: str
    url: str
    header: str = ""
    footer: str = ""


class Ask(Struct, frozen=True, tag="ask", omit_defaults=True):
    """A button with which the customer may give what we ask for: where they are, or their number."""

    what: Literal["location", "contact"]


class Value(Struct, frozen=True, tag="value", omit_defaults=True):
    """What stands in for a placeholder of a template. `name` where its placeholders have names instead of numbers."""

    text: str
    name: str = ""


class TemplateButton(Struct, frozen=True, omit_defaults=True):
    """What a button of a template is given: a quick reply its payload, a link the end of its address, a code itself.

    `index` counts all buttons of the template from 0.
    """

    index: int
    kind: Literal["quick_reply", "url", "copy_code"]
    value: str


class Template(Struct, frozen=True, tag="template", omit_defaults=True):
    """A text that the platform has approved, and what its placeholders stand for.

    Amounts and dates are texts as well: the platform shows the fallback text of those parameters and nothing else.
    `header` is a text, a file (`header_kind` says of what kind) or a place, as the template has it.
    """

    name: str
    language: str
    header: Value | Media | Position | None = None
    header_kind: Literal["", "image", "video", "document"] = ""
    body: tuple[Value, ...] = ()
    buttons: tuple[TemplateButton, ...] = ()


Part = (
    Media
    | Position
    | Cards
    | Choice
    | Form
    | Reaction
    | Order
    | Unsupported
    | Buttons
    | Options
    | Link
    | Ask
    | Template
)


def media_of(part: Part | None) -> Media | None:
    """The file that a part brings along, if it does."""
    if isinstance(part, Template):
        part = part.header if isinstance(part.header, Media) else None
    return part if isinstance(part, Media) else None
