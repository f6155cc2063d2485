"""What the platform takes of a template's parameters. Pure.

Source: DOC/templates/components and DOC/messages/template-messages. Whether the template exists, is approved, and has
as many placeholders, only the platform knows: 132000, 132001, 132012.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from jawort.channels.parts import Media, Template, TemplateButton, Value, Wording
from jawort.channels.whatsapp.breaches import Breach, header_file, many, same, unfit, written
from jawort.channels.whatsapp.templates import NAME_MAX, Pattern

HEADER_MAX: Final = 60
VALUE_MAX: Final = 1_024  # the body, its values filled in, must not be longer
LONE_BODY_MAX: Final = 32_768  # a body with nothing around it
BUTTONS_MAX: Final = 10
PAYLOAD_MAX: Final = 256
URL_MAX: Final = 2_000
CODE_MAX: Final = 20

_NAME: Final = re.compile(r"[a-z0-9_]+\Z")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(_[A-Z]{2,4})?\Z")
_BROKEN: Final = re.compile(r"[\n\r\t]| {5}")  # line breaks, tabs, more than four spaces: 132018, 132012 or 100
_BUTTON_MAX: Final = {"quick_reply": PAYLOAD_MAX, "url": URL_MAX, "copy_code": CODE_MAX}


def template(part: Template) -> Iterator[Breach]:
    """What keeps the template from being sent."""
    name = ("Der Name der Vorlage", "The name of the template")
    yield from written("name", name, part.name, NAME_MAX, required=True)
    if part.name and not _NAME.match(part.name):
        yield unfit("name", name, ("besteht aus a–z, 0–9 und _", "consists of a–z, 0–9 and _"))
    if not _LANGUAGE.match(part.language):
        rule = ("ist ein Code wie de oder en_US", "is a code such as de or en_US")
        yield unfit("language", ("Die Sprache", "The language"), rule)
    yield from chain(_header(part), _body(part.body), _buttons(part.buttons))


def filled_in(of: Pattern, text: str, around: Wording) -> Iterator[Breach]:
    """What keeps it from being sent when its values stand in it: 132005."""
    alone = not (of.header_kind or of.footer or of.buttons)
    name = ("Der ausgefüllte Text der Vorlage", "The template’s text, filled in,")
    yield from written("body", name, text, LONE_BODY_MAX if alone else VALUE_MAX)
    header = ("Die ausgefüllte Überschrift der Vorlage", "The template’s header, filled in,")
    yield from written("header", header, around.header, HEADER_MAX)


def _header(part: Template) -> Iterator[Breach]:
    name = ("Die Überschrift der Vorlage", "The template’s header")
    if isinstance(part.header, Value):
        yield from _value("header.text", name, part.header, HEADER_MAX)
    yield from header_file(name, part.header if isinstance(part.header, Media) else None, part.header_kind)


def _body(values: Sequence[Value]) -> Iterator[Breach]:
    for n, value in enumerate(values):
        name = (f"Der Wert {n + 1} der Vorlage", f"Value {n + 1} of the template")
        yield from _value(f"body.{n}.text", name, value, VALUE_MAX)
    if len({bool(value.name) for value in values}) > 1:
        mixed = ("haben teils Namen und teils keine", "have names in part only")
        yield unfit("body", ("Die Werte der Vorlage", "The values of the template"), mixed)
    names = [value.name for value in values if value.name]
    yield from same("body", ("Werte der Vorlage", "values of the template"), names, "payload")


def _value(field: str, name: tuple[str, str], value: Value, most: int) -> Iterator[Breach]:
    yield from written(field, name, value.text, most, required=True)
    if _BROKEN.search(value.text):
        rule = (
            "darf keine Zeilenumbrüche, Tabulatoren oder mehr als vier Leerzeichen hintereinander enthalten",
            "must hold no line breaks, tabs or more than four spaces in a row",
        )
        yield unfit(field, name, rule)


def _buttons(buttons: Sequence[TemplateButton]) -> Iterator[Breach]:
    if len(buttons) > BUTTONS_MAX:
        yield many("buttons", ("Schaltflächen", "buttons"), len(buttons), BUTTONS_MAX)
    for n, button in enumerate(buttons):
        name = (f"Der Wert der Schaltfläche {n + 1}", f"The value of button {n + 1}")
        yield from written(f"buttons.{n}.value", name, button.value, _BUTTON_MAX[button.kind], required=True)
        if not 0 <= button.index < BUTTONS_MAX:
            place = (f"Die Nummer der Schaltfläche {n + 1}", f"The index of button {n + 1}")
            yield unfit(f"buttons.{n}.index", place, ("zählt von 0 bis 9", "counts from 0 to 9"))
    if len({button.index for button in buttons}) < len(buttons):
        twice = (("Eine Schaltfläche", "A button"), ("kommt zweimal vor", "comes twice"))
        yield unfit("buttons", *twice)
