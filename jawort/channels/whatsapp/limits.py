"""What the platform takes of each kind of message, checked before anything is stored. Pure.

Source: DOC/messages/<type>-messages; where two pages of theirs disagree, the smaller number. Lengths are code points.
The platform would answer 131009 or 100 without a word about which field; every breach here names its field, the limit
and what to do.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Final
from unicodedata import category

from jawort.channels.parts import (
    Ask,
    Button,
    Buttons,
    Cards,
    Framed,
    Link,
    Media,
    Options,
    Part,
    Position,
    Reaction,
    Row,
    Section,
)
from jawort.channels.parts import Template as TemplatePart
from jawort.channels.types import Kind
from jawort.channels.whatsapp.breaches import Breach, Name, few, header_file, many, same, unfit, written
from jawort.channels.whatsapp.limits_templates import template

TEXT_MAX: Final = 4_096
BODY_MAX: Final = 1_024  # also captions
HEADER_MAX: Final = 60
FOOTER_MAX: Final = 60
BUTTONS_MAX: Final = 3
BUTTON_TITLE_MAX: Final = 20
BUTTON_PAYLOAD_MAX: Final = 256
SECTIONS_MAX: Final = 10
SECTION_TITLE_MAX: Final = 24
ROWS_MAX: Final = 10  # of all sections together
ROW_TITLE_MAX: Final = 24
ROW_DESCRIPTION_MAX: Final = 72
ROW_PAYLOAD_MAX: Final = 200
URL_MAX: Final = 2_000
CARDS_MAX: Final = 5
EMOJI_MAX: Final = 32  # the longest families have about ten
#: Emoji that Unicode counts among punctuation, letters and signs (UTS 51, emoji-data): pictures by themselves, and
#: those that are one only with U+FE0F behind them. All others are symbols (So).
_PICTURES: Final = frozenset("\u20e3\u25fd\u25fe\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_PICTURES_IF_ASKED: Final = frozenset("\u203c\u2049\u2139\u2194\u25fb\u25fc\u2934\u2935\u3030\u303d")
_AS_PICTURE: Final = "\ufe0f"

_TEXT: Final = ("Der Text", "The text")
_HEADER: Final = ("Die Überschrift", "The header")
_FOOTER: Final = ("Die Fußzeile", "The footer")
_WEB: Final = re.compile(r"https?://[^\s/?#]+\S*\Z", re.IGNORECASE)

#: Which part belongs to which kind; a text has none.
_PARTS: Final[dict[str, type]] = {
    "text": type(None),
    **dict.fromkeys(("image", "video", "audio", "document", "sticker"), Media),
    "location": Position,
    "contacts": Cards,
    "reaction": Reaction,
    "buttons": Buttons,
    "options": Options,
    "link": Link,
    "ask": Ask,
    "template": TemplatePart,
}


def breaches(kind: Kind, text: str, part: Part | None) -> list[Breach]:
    """What keeps such a message from being sent over WhatsApp; empty if nothing does."""
    if kind not in _PARTS or not isinstance(part, _PARTS[kind]):
        return [unfit("type", (f"Die Art „{kind}“", f"The type “{kind}”"), _NO_SUCH)]
    return list(chain(_words(kind, text), _part(part)))


_NO_SUCH: Final = ("lässt sich so nicht senden", "cannot be sent like this")


def _words(kind: Kind, text: str) -> Iterator[Breach]:
    """The text beside the part."""
    match kind:
        case "text":
            yield from written("text", _TEXT, text, TEXT_MAX, required=True)
        case "image" | "video" | "document":
            yield from written("text", ("Die Bildunterschrift", "The caption"), text, BODY_MAX)
        case "buttons" | "options" | "link" | "ask":
            yield from written("text", _TEXT, text, BODY_MAX, required=True)
        case _:
            if text:
                beside = ("steht neben etwas, das keinen Text trägt", "stands beside something that bears no text")
                yield unfit("text", _TEXT, beside)


def _part(part: Part | None) -> Iterator[Breach]:
    match part:
        case Position():
            yield from _place(part)
        case Cards():
            yield from _cards(part)
        case Reaction(emoji):
            yield from _reaction(emoji)
        case Buttons():
            yield from chain(_frame(part), _buttons(part.buttons))
        case Options():
            yield from chain(_frame(part), _options(part))
        case Link():
            yield from chain(_frame(part), _link(part))
        case TemplatePart():
            yield from template(part)
        case _:
            pass


def _frame(part: Framed) -> Iterator[Breach]:
    yield from written("header", _HEADER, part.header, HEADER_MAX)
    yield from written("footer", _FOOTER, part.footer, FOOTER_MAX)
    if isinstance(part, Options):
        if part.header_file is not None or part.header_kind:
            no_file = ("kann über einer Liste nur ein Text sein", "can only be a text above a list")
            yield unfit("header", _HEADER, no_file)
        return
    yield from header_file(_HEADER, part.header_file, part.header_kind)
    if part.header and part.header_file is not None:
        both = ("ist entweder ein Text oder eine Datei", "is either a text or a file")
        yield unfit("header", _HEADER, both)


def _buttons(buttons: Sequence[Button]) -> Iterator[Breach]:
    name = ("Schaltflächen", "buttons")
    if not buttons:
        yield few("buttons", name)
    if len(buttons) > BUTTONS_MAX:
        yield many("buttons", name, len(buttons), BUTTONS_MAX)
    for n, button in enumerate(buttons):
        label = (f"Die Beschriftung der Schaltfläche {n + 1}", f"The label of button {n + 1}")
        yield from written(f"buttons.{n}.title", label, button.title, BUTTON_TITLE_MAX, required=True)
        code = (f"Die Kennung der Schaltfläche {n + 1}", f"The payload of button {n + 1}")
        yield from written(f"buttons.{n}.payload", code, button.payload, BUTTON_PAYLOAD_MAX, required=True)
    yield from same("buttons", ("Schaltflächen", "buttons"), [b.title for b in buttons], "title")
    yield from same("buttons", ("Schaltflächen", "buttons"), [b.payload for b in buttons], "payload")


def _options(part: Options) -> Iterator[Breach]:
    opener = ("Die Beschriftung der Liste", "The label that opens the list")
    yield from written("button", opener, part.button, BUTTON_TITLE_MAX, required=True)
    if not part.sections:
        yield few("sections", ("Abschnitte", "sections"))
    if len(part.sections) > SECTIONS_MAX:
        yield many("sections", ("Abschnitte", "sections"), len(part.sections), SECTIONS_MAX)
    rows = [row for section in part.sections for row in section.rows]
    if len(rows) > ROWS_MAX:
        yield many("sections", ("Zeilen", "rows"), len(rows), ROWS_MAX)
    for n, section in enumerate(part.sections):
        yield from _section(n, section, titled=len(part.sections) > 1)
    yield from same("sections", ("Zeilen", "rows"), [row.payload for row in rows], "payload")


def _section(n: int, section: Section, *, titled: bool) -> Iterator[Breach]:
    """Sections need titles where there are several."""
    where = f"sections.{n}"
    heading = (f"Der Titel des Abschnitts {n + 1}", f"The title of section {n + 1}")
    yield from written(f"{where}.title", heading, section.title, SECTION_TITLE_MAX, required=titled)
    if not section.rows:
        yield few(f"{where}.rows", (f"Zeilen im Abschnitt {n + 1}", f"rows in section {n + 1}"))
    for at, row in enumerate(section.rows):
        yield from _row(f"{where}.rows.{at}", n + 1, at + 1, row)


def _row(where: str, section: int, number: int, row: Row) -> Iterator[Breach]:
    def of(de: str, en: str) -> Name:
        return f"{de} der Zeile {number} im Abschnitt {section}", f"{en} of row {number} in section {section}"

    yield from written(f"{where}.title", of("Der Titel", "The title"), row.title, ROW_TITLE_MAX, required=True)
    described = of("Die Beschreibung", "The description")
    yield from written(f"{where}.description", described, row.description, ROW_DESCRIPTION_MAX)
    yield from written(
        f"{where}.payload", of("Die Kennung", "The payload"), row.payload, ROW_PAYLOAD_MAX, required=True
    )


def _link(part: Link) -> Iterator[Breach]:
    label = ("Die Beschriftung der Schaltfläche", "The label of the button")
    yield from written("title", label, part.title, BUTTON_TITLE_MAX, required=True)
    address = ("Die Adresse", "The address")
    yield from written("url", address, part.url, URL_MAX, required=True)
    if part.url and not _WEB.match(part.url):
        yield unfit("url", address, ("muss mit https:// oder http:// beginnen", "must begin with https:// or http://"))


def _place(part: Position) -> Iterator[Breach]:
    for field, value, most, name in (
        ("latitude", part.latitude, 90, ("Die geografische Breite", "The latitude")),
        ("longitude", part.longitude, 180, ("Die geografische Länge", "The longitude")),
    ):
        if not -most <= value <= most:  # also what is no number
            yield unfit(
                field, name, (f"muss zwischen -{most} und {most} liegen", f"must lie between -{most} and {most}")
            )
    yield from written("name", ("Der Name des Ortes", "The name of the place"), part.name, BODY_MAX)
    yield from written("address", ("Die Anschrift", "The address"), part.address, BODY_MAX)


def _cards(part: Cards) -> Iterator[Breach]:
    name = ("Kontaktkarten", "contact cards")
    if not part.cards:
        yield few("cards", name)
    if len(part.cards) > CARDS_MAX:
        yield many("cards", name, len(part.cards), CARDS_MAX)
    for n, card in enumerate(part.cards):
        who = (f"Der Name auf der Karte {n + 1}", f"The name on card {n + 1}")
        yield from written(f"cards.{n}.name", who, card.name, BODY_MAX, required=True)
        lines: Iterable[tuple[str, str]] = (
            ("organisation", card.organisation),
            *((f"phones.{at}", phone) for at, phone in enumerate(card.phones)),
            *((f"emails.{at}", email) for at, email in enumerate(card.emails)),
        )
        for field, value in lines:
            line = (f"Eine Zeile der Karte {n + 1}", f"A line of card {n + 1}")
            yield from written(f"cards.{n}.{field}", line, value, BODY_MAX)


def _reaction(emoji: str) -> Iterator[Breach]:
    """One emoji, or nothing: then an earlier one is taken back. Keycaps and flags are several characters."""
    name = ("Das Emoji", "The emoji")
    if emoji and (len(emoji) > EMOJI_MAX or not _is_emoji(emoji)):
        yield unfit("emoji", name, ("muss genau ein Emoji sein", "must be exactly one emoji"))


def _is_emoji(text: str) -> bool:
    """Whether there is a picture in it and no word. Which sequences are one picture changes by the year: the platform
    decides."""
    is_picture = any(_is_picture(c, after) for c, after in pairwise(text + " "))
    is_word = any(c.isalpha() and c not in _PICTURES_IF_ASKED for c in text)
    return is_picture and not is_word and not any(c.isspace() or category(c) in {"Cc", "Cs"} for c in text)


def _is_picture(character: str, after: str) -> bool:
    """Whether it is shown as a picture, by itself or because the selector after it asks for that."""
    if character in _PICTURES_IF_ASKED:
        return after == _AS_PICTURE
    return category(character) == "So" or character in _PICTURES
