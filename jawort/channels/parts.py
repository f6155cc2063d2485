"""What a message can hold beside its text, whatever channel it came through or goes to.

Plain values that are sealed and committed to as they are, so a field may be added and none renamed. All of it is
personal data of customers. Texts of others are kept as they came; whoever shows them escapes them.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace


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


class Address(Struct, frozen=True, omit_defaults=True):
    """A postal address on a contact card. `label` is the sender's word for it, such as HOME."""

    street: str = ""
    zip: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    label: str = ""


class Page(Struct, frozen=True, omit_defaults=True):
    """A web address on a contact card, with the sender's word for it."""

    url: str
    label: str = ""


class Card(Struct, frozen=True, omit_defaults=True):
    """One person on a contact card. It is shown and never imported: whoever is on it has not agreed to anything.

    The labels are the sender's words for each telephone number and e-mail address, in their order, empty for one
    without; of a card of ours there are none. `birthday` is the platform's text.
    """

    name: str = ""
    organisation: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    department: str = ""
    title: str = ""
    birthday: str = ""
    phone_labels: tuple[str, ...] = ()
    email_labels: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    pages: tuple[Page, ...] = ()


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


class CallPermission(Struct, frozen=True, tag="call_permission", omit_defaults=True):
    """Whether the customer lets us call them over the platform: `until` when, None if it says no time.

    `permanent` if it holds until they take it back; `by_calling` if the platform gave it because they had called. The
    platform's own switch, for calls alone: nothing here takes it for a consent.
    """

    allowed: bool
    until: datetime | None = None
    permanent: bool = False
    by_calling: bool = False


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
    """The advertisement or post from which a customer wrote. The click's own id is not kept: it only serves ads.

    `greeting` is what the customer was greeted with before they wrote.
    """

    kind: str = ""
    headline: str = ""
    text: str = ""
    url: str = ""
    greeting: str = ""


class Product(Struct, frozen=True, omit_defaults=True):
    """The product of a catalogue that a message asks about: the platform's id of the catalogue, and our own number."""

    catalog: str = ""
    number: str = ""


#: As what a file stands above a text; empty where none does.
HeaderKind = Literal["", "image", "video", "document"]


class Button(Struct, frozen=True, omit_defaults=True):
    """A button below a message. `payload` comes back with the customer's choice, and is shown to nobody."""

    payload: str
    title: str


class Framed(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What stands above and below the text of a message with something to tap.

    Above it stands a text or a file; `header_kind` says of what kind the file is.
    """

    header: str = ""
    footer: str = ""
    header_file: Media | None = None
    header_kind: HeaderKind = ""


class Buttons(Framed, frozen=True, tag="buttons", omit_defaults=True):
    """A question of ours with its answers as buttons. The question is the message's text."""

    buttons: tuple[Button, ...]


class Row(Struct, frozen=True, omit_defaults=True):
    """One line of a list. `payload` comes back with the customer's choice, and is shown to nobody."""

    payload: str
    title: str
    description: str = ""


class Section(Struct, frozen=True, omit_defaults=True):
    """Lines of a list under one heading."""

    rows: tuple[Row, ...]
    title: str = ""


class Options(Framed, frozen=True, tag="options", omit_defaults=True):
    """A question of ours with its answers as a list, which `button` opens. The question is the message's text."""

    button: str
    sections: tuple[Section, ...]


class Link(Framed, frozen=True, tag="link", omit_defaults=True):
    """A message of ours with one button that opens a web page."""

    title: str
    url: str


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


class Wording(Struct, frozen=True, omit_defaults=True):
    """What the customer reads of a template around its text, filled in: each button with the address or code it has."""

    header: str = ""
    footer: str = ""
    buttons: tuple[str, ...] = ()


class Template(Struct, frozen=True, tag="template", omit_defaults=True):
    """A text that the platform has approved, and what its placeholders stand for.

    Amounts and dates are texts as well: the platform shows the fallback text of those parameters and nothing else.
    `header` is a text, a file (`header_kind` says of what kind) or a place, as the template has it. `wording` is set
    when it is sent, where we know what the template says: it may say something else next year.
    """

    name: str
    language: str
    header: Value | Media | Position | None = None
    header_kind: HeaderKind = ""
    body: tuple[Value, ...] = ()
    buttons: tuple[TemplateButton, ...] = ()
    wording: Wording | None = None


Part = (
    Media
    | Position
    | Cards
    | Choice
    | Form
    | CallPermission
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
    match part:
        case Media():
            return part
        case Template(header=Media() as header):
            return header
        case Framed():
            return part.header_file
        case _:
            return None


def with_media(part: Part | None, media: Media) -> Part:
    """The part with this file in the place of its own."""
    match part:
        case Template():
            return replace(part, header=media)
        case Buttons() | Options() | Link():
            return replace(part, header_file=media)
        case _:
            return media


def file_kind(part: Part | None) -> HeaderKind:
    """As what a part takes its file along that stands above it; empty where the file is the message itself."""
    return part.header_kind if isinstance(part, Template | Framed) else ""
