"""Bodies of requests: what is put on the wire for each kind, against the examples of the platform's OpenAPI file."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jawort.channels.parts import (
    Ask,
    Button,
    Buttons,
    Card,
    Cards,
    Link,
    Media,
    Options,
    Part,
    Position,
    Reaction,
    Row,
    Section,
    Template,
    TemplateButton,
    Value,
)
from jawort.channels.types import Kind, Outgoing
from jawort.channels.whatsapp.bodies import message
from jawort.channels.whatsapp.limits import breaches

FILE = Path(os.environ.get("JAWORT_VECTORS", "/nowhere")) / "meta-openapi" / "sends.json"
LISTED = Options(
    "Auswählen", (Section((Row("1", "Eins", "Die erste"), Row("2", "Zwei")), "Zahlen"),), header="Kopf", footer="Fuß"
)
FILLED = Template(
    "order_update",
    "de",
    header=Media("77", filename="Rechnung.pdf"),
    header_kind="document",
    body=(Value("Jörg", "first_name"), Value("A-77", "order_id")),
    buttons=(
        TemplateButton(0, "quick_reply", "STOP"),
        TemplateButton(1, "url", "A-77"),
        TemplateButton(2, "copy_code", "X1"),
    ),
)

#: Kind, text, part, and what stands under the platform's type.
SAID: list[tuple[Kind, str, Part | None, str, Any]] = [
    ("text", "Grüße", None, "text", {"body": "Grüße", "preview_url": False}),
    ("image", "Bild", Media("77"), "image", {"id": "77", "caption": "Bild"}),
    ("video", "", Media("77"), "video", {"id": "77"}),
    ("audio", "", Media("77", voice=True), "audio", {"id": "77", "voice": True}),
    (
        "document",
        "Hier",
        Media("77", filename="a.pdf"),
        "document",
        {"id": "77", "caption": "Hier", "filename": "a.pdf"},
    ),
    ("sticker", "", Media("77"), "sticker", {"id": "77"}),
    (
        "location",
        "",
        Position(52.5, 13.4, "Büro", "Weg 1"),
        "location",
        {"latitude": 52.5, "longitude": 13.4, "name": "Büro", "address": "Weg 1"},
    ),
    (
        "contacts",
        "",
        Cards((Card("Nour A.", "Firma", ("+49 30 1",), ("n@example.org",)),)),
        "contacts",
        [
            {
                "name": {"formatted_name": "Nour A.", "first_name": "Nour A."},
                "org": {"company": "Firma"},
                "phones": [{"phone": "+49 30 1"}],
                "emails": [{"email": "n@example.org"}],
            }
        ],
    ),
    ("reaction", "", Reaction("👍"), "reaction", {"message_id": "wamid.IN", "emoji": "👍"}),
    ("reaction", "", Reaction(""), "reaction", {"message_id": "wamid.IN", "emoji": ""}),
    (
        "buttons",
        "Passt das?",
        Buttons((Button("j", "Ja"), Button("n", "Nein")), header="Termin", footer="Antwort genügt"),
        "interactive",
        {
            "type": "button",
            "header": {"type": "text", "text": "Termin"},
            "body": {"text": "Passt das?"},
            "footer": {"text": "Antwort genügt"},
            "action": {
                "buttons": [
                    {"type": "reply", "reply": {"id": "j", "title": "Ja"}},
                    {"type": "reply", "reply": {"id": "n", "title": "Nein"}},
                ]
            },
        },
    ),
    (
        "options",
        "Welche?",
        LISTED,
        "interactive",
        {
            "type": "list",
            "header": {"type": "text", "text": "Kopf"},
            "body": {"text": "Welche?"},
            "footer": {"text": "Fuß"},
            "action": {
                "button": "Auswählen",
                "sections": [
                    {
                        "title": "Zahlen",
                        "rows": [
                            {"id": "1", "title": "Eins", "description": "Die erste"},
                            {"id": "2", "title": "Zwei"},
                        ],
                    }
                ],
            },
        },
    ),
    (
        "link",
        "Hier entlang",
        Link("Zur Seite", "https://example.org"),
        "interactive",
        {
            "type": "cta_url",
            "body": {"text": "Hier entlang"},
            "action": {"name": "cta_url", "parameters": {"display_text": "Zur Seite", "url": "https://example.org"}},
        },
    ),
    (
        "link",
        "Unser Angebot",
        Link(
            "Zur Seite",
            "https://example.org",
            header_file=Media("77", filename="Angebot.pdf"),
            header_kind="document",
            footer="Gilt bis Freitag",
        ),
        "interactive",
        {
            "type": "cta_url",
            "header": {"type": "document", "document": {"id": "77", "filename": "Angebot.pdf"}},
            "body": {"text": "Unser Angebot"},
            "footer": {"text": "Gilt bis Freitag"},
            "action": {"name": "cta_url", "parameters": {"display_text": "Zur Seite", "url": "https://example.org"}},
        },
    ),
    (
        "buttons",
        "Dieses?",
        Buttons((Button("j", "Ja"),), header_file=Media("78", filename="rad.jpg"), header_kind="image"),
        "interactive",
        {
            "type": "button",
            "header": {"type": "image", "image": {"id": "78"}},
            "body": {"text": "Dieses?"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "j", "title": "Ja"}}]},
        },
    ),
    (
        "ask",
        "Wo sind Sie?",
        Ask("location"),
        "interactive",
        {"type": "location_request_message", "body": {"text": "Wo sind Sie?"}, "action": {"name": "send_location"}},
    ),
    (
        "ask",
        "Ihre Nummer?",
        Ask("contact"),
        "interactive",
        {"type": "request_contact_info", "body": {"text": "Ihre Nummer?"}, "action": {"name": "request_contact_info"}},
    ),
    (
        "template",
        "",
        Template("hello_world", "en_US"),
        "template",
        {"name": "hello_world", "language": {"code": "en_US", "policy": "deterministic"}},
    ),
    (
        "template",
        "",
        FILLED,
        "template",
        {
            "name": "order_update",
            "language": {"code": "de", "policy": "deterministic"},
            "components": [
                {
                    "type": "header",
                    "parameters": [{"type": "document", "document": {"id": "77", "filename": "Rechnung.pdf"}}],
                },
                {
                    "type": "body",
                    "parameters": [
                        {"type": "text", "parameter_name": "first_name", "text": "Jörg"},
                        {"type": "text", "parameter_name": "order_id", "text": "A-77"},
                    ],
                },
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": "0",
                    "parameters": [{"type": "payload", "payload": "STOP"}],
                },
                {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "A-77"}]},
                {
                    "type": "button",
                    "sub_type": "copy_code",
                    "index": "2",
                    "parameters": [{"type": "coupon_code", "coupon_code": "X1"}],
                },
            ],
        },
    ),
]


def sent(kind: Kind, text: str, part: Part | None) -> dict[str, Any]:
    body: dict[str, Any] = message(Outgoing("01J", "4915112345678", "DE.111", text, "wamid.IN", kind, part))
    return body


@pytest.mark.parametrize(("kind", "text", "part", "word", "said"), SAID)
def test_each_kind_is_said_as_the_platform_wants_it(
    kind: Kind, text: str, part: Part | None, word: str, said: Any
) -> None:
    assert breaches(kind, text, part) == []
    context = {} if kind == "reaction" else {"context": {"message_id": "wamid.IN"}}
    assert sent(kind, text, part) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "recipient": "DE.111",
        **context,
        "type": word,
        word: said,
        "biz_opaque_callback_data": "01J",
    }


def test_a_kind_without_its_part_is_no_message() -> None:
    with pytest.raises(ValueError, match="image"):
        sent("image", "", None)


#: What the file of November 2025 has no example of. It stands in Meta's pages: messages/<type>-messages,
#: templates/marketing-templates, business-scoped-user-ids.
ELSEWHERE = {
    "recipient",
    "recipient_type",
    "biz_opaque_callback_data",
    "context.message_id",
    "image.caption",
    "audio.voice",
    "interactive.action.parameters.display_text",
    "interactive.action.parameters.url",
    "interactive.header.document.id",
    "interactive.header.document.filename",
    "interactive.header.image.id",
    "template.language.policy",
    "template.components.parameters.document.id",
    "template.components.parameters.document.filename",
    "template.components.parameters.parameter_name",
    "template.components.parameters.coupon_code",
}


@pytest.mark.parametrize(("kind", "text", "part", "word", "said"), SAID)
def test_nothing_is_said_that_no_example_of_the_platform_says(
    kind: Kind, text: str, part: Part | None, word: str, said: Any
) -> None:
    if not FILE.exists():
        pytest.skip("JAWORT_VECTORS is not set: the platform's examples are not at hand.")
    examples = [e for e in json.loads(FILE.read_text()).values() if e.get("type") == word]
    known = {leaf for example in examples for leaf in leaves(example)}
    assert {leaf for leaf in leaves(sent(kind, text, part)) if leaf[0] not in ELSEWHERE} <= known


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every path to a leaf, with the leaf's JSON type; places in lists do not count."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from leaves(inner, f"{path}.{key}".lstrip("."))
        case list():
            for inner in value:
                yield from leaves(inner, path)
        case bool():
            yield path, "boolean"
        case int() | float():
            yield path, "number"
        case _:
            yield path, "string"


def template(*buttons: TemplateButton, body: tuple[Value, ...] = (Value("482913"),)) -> Template:
    return Template("code", "de", body=body, buttons=buttons)


@pytest.mark.parametrize(
    ("part", "by_number"),
    [
        (template(TemplateButton(0, "copy_code", "482913")), True),
        (template(TemplateButton(0, "url", "482913")), True),
        (template(TemplateButton(0, "url", "A-77")), False),
        (template(TemplateButton(0, "copy_code", "COUPON")), False),
        (template(TemplateButton(0, "quick_reply", "482913")), False),
        (template(), False),
        (template(TemplateButton(0, "url", "1"), body=(Value("1"), Value("2"))), False),
    ],
)
def test_a_one_time_password_goes_to_the_number(part: Template, by_number: bool) -> None:
    both = message(Outgoing("own", "4917640699999", "DE.123", "", kind="template", part=part))
    assert (both.get("to"), both.get("recipient")) == (("+4917640699999", None) if by_number else (None, "DE.123"))
    lone = message(Outgoing("own", None, "DE.123", "", kind="template", part=part))
    assert lone["recipient"] == "DE.123"
