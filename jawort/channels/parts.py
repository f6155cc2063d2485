"""What a message can hold beside its text, whatever channel it came through or goes to.

Plain values that are sealed and committed to as they are, so a field may be added and none renamed. All of it is
personal data of customers. Texts of others are kept as they came; whoever shows them escapes them.
"""

from msgspec import Struct


class Media(Struct, frozen=True, tag="media", omit_defaults=True):
    """A file that lies with the platform until it is fetched. `sha256` has 32 bytes, or none if it is not named.

    `mime` and `filename` are the sender's claims; nothing is decided by them.
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


Part = Media | Position | Cards | Choice | Form | Reaction | Order | Unsupported
