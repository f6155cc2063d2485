"""The platform’s limits: what stands at the edge passes, one more does not, and the sentence names the field."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from jawort.channels.types import Kind
from jawort.channels.whatsapp.limits import breaches

#: One code point each, of one to four bytes, some of two UTF-16 units: what counts are code points.
CHARACTERS = st.sampled_from("aß€🎉字")
Said = tuple[Kind, str, Part | None]


def buttons(n: int = 1, **changed: Any) -> Buttons:
    return Buttons(tuple(Button(f"p{i}", f"t{i}") for i in range(n)), **changed)


def options(*sections: Section, **changed: Any) -> Options:
    return Options(**{"button": "Wählen", "sections": sections or (Section((Row("p", "t"),)),)} | changed)


def rows(n: int, of: str = "p") -> tuple[Row, ...]:
    return tuple(Row(f"{of}{i}", f"t{i}") for i in range(n))


def template(**changed: Any) -> Template:
    return Template(**{"name": "order_update", "language": "de"} | changed)


@dataclass
class Edge:
    """A field, how long it may be at most, and a message in which it is `text`."""

    field: str
    most: int
    said: Callable[[str], Said]


EDGES = [
    Edge("text", 4_096, lambda text: ("text", text, None)),
    Edge("text", 1_024, lambda text: ("image", text, Media(""))),
    Edge("text", 1_024, lambda text: ("video", text, Media(""))),
    Edge("text", 1_024, lambda text: ("document", text, Media(""))),
    Edge("text", 1_024, lambda text: ("buttons", text, buttons())),
    Edge("text", 1_024, lambda text: ("options", text, options())),
    Edge("text", 1_024, lambda text: ("link", text, Link("Zur Seite", "https://example.org"))),
    Edge("text", 1_024, lambda text: ("ask", text, Ask("location"))),
    Edge("header", 60, lambda text: ("buttons", "?", buttons(header=text))),
    Edge("footer", 60, lambda text: ("buttons", "?", buttons(footer=text))),
    Edge("header", 60, lambda text: ("options", "?", options(header=text))),
    Edge("footer", 60, lambda text: ("link", "?", Link("t", "https://example.org", footer=text))),
    Edge("buttons.0.title", 20, lambda text: ("buttons", "?", Buttons((Button("p", text),)))),
    Edge("buttons.0.payload", 256, lambda text: ("buttons", "?", Buttons((Button(text, "t"),)))),
    Edge("button", 20, lambda text: ("options", "?", options(button=text))),
    Edge("sections.0.title", 24, lambda text: ("options", "?", options(Section(rows(1), text)))),
    Edge("sections.0.rows.0.title", 24, lambda text: ("options", "?", options(Section((Row("p", text),))))),
    Edge("sections.0.rows.0.payload", 200, lambda text: ("options", "?", options(Section((Row(text, "t"),))))),
    Edge("sections.0.rows.0.description", 72, lambda text: ("options", "?", options(Section((Row("p", "t", text),))))),
    Edge("title", 20, lambda text: ("link", "?", Link(text, "https://example.org"))),
    Edge("header.text", 60, lambda text: ("template", "", template(header=Value(text)))),
    Edge("body.0.text", 1_024, lambda text: ("template", "", template(body=(Value(text),)))),
    Edge(
        "buttons.0.value",
        256,
        lambda text: ("template", "", template(buttons=(TemplateButton(0, "quick_reply", text),))),
    ),
    Edge("buttons.0.value", 2_000, lambda text: ("template", "", template(buttons=(TemplateButton(0, "url", text),)))),
    Edge(
        "buttons.0.value", 20, lambda text: ("template", "", template(buttons=(TemplateButton(0, "copy_code", text),)))
    ),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.said('x')[0]}.{edge.field}.{edge.most}")
@given(character=CHARACTERS)
def test_a_text_at_its_limit_passes_and_one_more_does_not(edge: Edge, character: str) -> None:
    assert breaches(*edge.said(character * edge.most)) == []
    (found,) = breaches(*edge.said(character * (edge.most + 1)))
    assert (found.field, found.code) == (edge.field, "too_long")
    for sentence in (found.de, found.en):
        assert str(edge.most) in sentence
        assert str(edge.most + 1) in sentence
        assert character * 2 not in sentence, "what somebody wrote is in no error"


COUNTS: list[tuple[str, Said, Said]] = [
    ("buttons", ("buttons", "?", buttons(3)), ("buttons", "?", buttons(4))),
    (
        "sections",
        ("options", "?", options(*(Section(rows(1, f"{i}-"), f"s{i}") for i in range(10)))),
        ("options", "?", options(*(Section(rows(1, f"{i}-"), f"s{i}") for i in range(11)))),
    ),
    ("sections", ("options", "?", options(Section(rows(10)))), ("options", "?", options(Section(rows(11))))),
    (
        "sections",
        ("options", "?", options(Section(rows(5, "a"), "A"), Section(rows(5, "b"), "B"))),
        ("options", "?", options(Section(rows(5, "a"), "A"), Section(rows(6, "b"), "B"))),
    ),
    ("cards", ("contacts", "", Cards((Card("Kim"),) * 5)), ("contacts", "", Cards((Card("Kim"),) * 6))),
    (
        "buttons",
        ("template", "", template(buttons=tuple(TemplateButton(i, "quick_reply", "p") for i in range(10)))),
        (
            "template",
            "",
            template(buttons=(*(TemplateButton(i, "url", "p") for i in range(10)), TemplateButton(9, "url", "p"))),
        ),
    ),
]


@pytest.mark.parametrize(("field", "most", "more"), COUNTS)
def test_as_many_as_the_platform_takes_pass_and_one_more_does_not(field: str, most: Said, more: Said) -> None:
    assert breaches(*most) == []
    assert (field, "too_many") in [(found.field, found.code) for found in breaches(*more)]


WRONG: list[tuple[str, str, Said]] = [
    ("text", "missing", ("text", " \u200b\n", None)),
    ("text", "unfit", ("text", "a\0", None)),
    ("text", "unfit", ("text", "\ud800", None)),
    ("text", "missing", ("buttons", "", buttons())),
    ("text", "unfit", ("audio", "no caption", Media(""))),
    ("text", "unfit", ("location", "no text", Position(1, 1))),
    ("type", "unfit", ("image", "", None)),
    ("type", "unfit", ("text", "?", Ask("contact"))),
    ("type", "unfit", ("order", "", None)),
    ("buttons", "missing", ("buttons", "?", Buttons(()))),
    ("header", "unfit", ("buttons", "?", buttons(header_file=Media("")))),
    ("header", "unfit", ("buttons", "?", buttons(header_kind="image"))),
    ("header", "unfit", ("buttons", "?", buttons(header="Kopf", header_file=Media(""), header_kind="image"))),
    ("header", "unfit", ("link", "?", Link("t", "https://example.org", header_file=Media("")))),
    ("header", "unfit", ("options", "?", options(header_file=Media(""), header_kind="image"))),
    ("header", "unfit", ("options", "?", options(header_kind="image"))),
    ("buttons", "not_unique", ("buttons", "?", Buttons((Button("1", "Ja"), Button("2", "Ja"))))),
    ("buttons", "not_unique", ("buttons", "?", Buttons((Button("1", "Ja"), Button("1", "Nein"))))),
    ("sections", "missing", ("options", "?", options(sections=()))),
    ("sections.0.rows", "missing", ("options", "?", options(Section(())))),
    ("sections.1.title", "missing", ("options", "?", options(Section(rows(1), "A"), Section(rows(1, "b"))))),
    ("sections", "not_unique", ("options", "?", options(Section((Row("p", "a"), Row("p", "b")))))),
    ("url", "unfit", ("link", "?", Link("t", "javascript:alert(1)"))),
    ("url", "unfit", ("link", "?", Link("t", "https://"))),
    ("latitude", "unfit", ("location", "", Position(90.1, 0))),
    ("longitude", "unfit", ("location", "", Position(0, float("nan")))),
    ("cards", "missing", ("contacts", "", Cards(()))),
    ("cards.0.name", "missing", ("contacts", "", Cards((Card(""),)))),
    ("emoji", "unfit", ("reaction", "", Reaction("ja"))),
    ("emoji", "unfit", ("reaction", "", Reaction("👍 👍"))),
    *(
        ("emoji", "unfit", ("reaction", "", Reaction(said)))
        for said in ("a\ufe0f", "!\ufe0f", "\ufe0f", "\u2139", "👍a")
    ),
    ("emoji", "unfit", ("reaction", "", Reaction("👍" * 33))),
    ("name", "unfit", ("template", "", template(name="Order Update"))),
    ("language", "unfit", ("template", "", template(language="Deutsch"))),
    ("header", "unfit", ("template", "", template(header=Media("")))),
    ("header", "unfit", ("template", "", template(header_kind="image"))),
    ("body.0.text", "missing", ("template", "", template(body=(Value(""),)))),
    ("body.0.text", "unfit", ("template", "", template(body=(Value("a\nb"),)))),
    ("body.0.text", "unfit", ("template", "", template(body=(Value("a     b"),)))),
    ("body", "unfit", ("template", "", template(body=(Value("a", "name"), Value("b"))))),
    ("buttons.0.index", "unfit", ("template", "", template(buttons=(TemplateButton(10, "url", "x"),)))),
    (
        "buttons",
        "unfit",
        ("template", "", template(buttons=(TemplateButton(1, "url", "x"), TemplateButton(1, "url", "y")))),
    ),
]


@pytest.mark.parametrize(("field", "code", "said"), WRONG)
def test_what_is_wrong_is_named(field: str, code: str, said: Said) -> None:
    found = [each for each in breaches(*said) if (each.field, each.code) == (field, code)]
    assert found
    for sentence in (found[0].de, found[0].en):
        assert sentence.endswith(".")
    assert found[0].de != found[0].en


RIGHT: list[Said] = [
    ("image", "", Media("")),
    ("audio", "", Media("", voice=True)),
    ("sticker", "", Media("")),
    ("location", "", Position(-90, 180, "Pol", "Eis 1")),
    ("contacts", "", Cards((Card("Kim", "Firma", ("+49 30 1",), ("kim@example.org",)),))),
    *(("reaction", "", Reaction(emoji)) for emoji in ("👍", "❤️", "1️⃣", "🇩🇪", "👨‍👩‍👧‍👦", "")),
    *(
        ("reaction", "", Reaction(f"{sign}\ufe0f"))
        for sign in "\u2139\u203c\u2049\u2194\u3030\u303d\u25fb\u25fc\u2934\u2935\u2122\u00a9"
    ),
    *(
        ("reaction", "", Reaction(emoji))
        for emoji in ("\u25fe", "\u25fd", "\u25fe\ufe0f", "\U0001f44d\U0001f3fd", "\U0001f3fd")
    ),
    ("ask", "Wo sind Sie?", Ask("location")),
    ("template", "", template(language="en_US", header=Media(""), header_kind="document")),
    ("template", "", template(header=Position(1, 1), body=(Value("Jörg", "first_name"), Value("A    7", "order_id")))),
]


@pytest.mark.parametrize("said", RIGHT)
def test_what_the_platform_takes_passes(said: Said) -> None:
    assert breaches(*said) == []
