"""Templates as the platform lists them: read whatever comes, and filled so that a value stays what it is."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.channels.parts import Template, TemplateButton, Value, Wording
from jawort.channels.types import Outgoing
from jawort.channels.whatsapp import bodies
from jawort.channels.whatsapp.templates import Listed, Pattern, filled, listed, pattern, placeholders, wording
from jawort.simulator.fill import fill

NAMES = st.one_of(st.integers(1, 40).map(str), st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True))
#: What stands between placeholders: no braces, so that nothing becomes one by accident.
PLAIN = st.text("abc äöü{}1*\\ß", min_size=1, max_size=9).map(lambda text: f"a{text.strip()}".replace("     ", " "))
WORDS = st.text(st.characters(blacklist_characters="{}", blacklist_categories=["Cs"]), max_size=12)


def page(*items: Any, after: str = "", more: bool = False) -> bytes:
    paging = {"cursors": {"after": after}, **({"next": "https://graph.example/next"} if more else {})}
    return json.dumps({"data": list(items), "paging": paging}).encode()


def an_item(**more: Any) -> dict[str, Any]:
    about = {"id": "7", "name": "termin", "language": "de", "category": "UTILITY", "status": "APPROVED"}
    return about | {"components": [{"type": "BODY", "text": "Guten Tag {{1}}!"}]} | more


@given(st.lists(st.tuples(WORDS, NAMES, st.sampled_from(["{{%s}}", "{{ %s }}"])), max_size=6), WORDS, st.data())
def test_every_placeholder_gets_its_value_and_nothing_else_changes(
    holes: list[tuple[str, str, str]], end: str, data: st.DataObject
) -> None:
    words = "".join(before + form % name for before, name, form in holes) + end
    values = {name: data.draw(st.text(max_size=20) | st.just("{{1}}") | st.just("\\1")) for _, name, _ in holes}
    assert placeholders(words) == list(dict.fromkeys(name for _, name, _ in holes))
    assert filled(words, values) == "".join(before + values[name] for before, name, _ in holes) + end


@given(WORDS, NAMES, WORDS)
def test_a_placeholder_without_a_value_stays(before: str, name: str, after: str) -> None:
    words = f"{before}{{{{{name}}}}}{after}"
    assert filled(words, {}) == words


def test_what_the_customer_reads_is_filled_in_everywhere() -> None:
    said = pattern(
        [
            {"type": "HEADER", "format": "TEXT", "text": "Auftrag {{1}}"},
            {"type": "BODY", "text": "Guten Tag {{1}}, fertig am {{2}}."},
            {"type": "FOOTER", "text": "Ihre Werkstatt"},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Danke"},
                    {"type": "URL", "text": "Ansehen", "url": "https://firma.example/{{1}}"},
                    {"type": "COPY_CODE", "example": ["ABC"]},
                ],
            },
        ],
        named=False,
    )
    part = Template(
        "fertig",
        "de",
        header=Value("2291"),
        body=(Value("{{2}}"), Value("Montag")),
        buttons=(TemplateButton(1, "url", "a?b=c"), TemplateButton(2, "copy_code", "RAD10")),
    )
    text, around = wording(said, part)
    assert text == "Guten Tag {{2}}, fertig am Montag."  # a value is never filled again
    buttons = ("Danke", "Ansehen: https://firma.example/a?b=c", ": RAD10")
    assert around == Wording("Auftrag 2291", "Ihre Werkstatt", buttons)
    assert said.beyond == ""


def test_named_placeholders_are_filled_by_name() -> None:
    said = Pattern(named=True, body="Bis {{tag}}, {{name}}!")
    text, _ = wording(said, Template("t", "de", body=(Value("Kim", "name"), Value("Montag", "tag"))))
    assert text == "Bis Montag, Kim!"


@pytest.mark.parametrize(
    ("component", "beyond"),
    [
        ({"type": "HEADER", "format": "LOCATION"}, "location"),
        ({"type": "CAROUSEL", "cards": []}, "carousel"),
        ({"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Los"}]}, "flow"),
        ({"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}, "otp"),
        ({"type": "TOMORROW"}, "tomorrow"),
        ({"type": "HEADER", "format": "IMAGE"}, ""),
        ({"type": "BUTTONS", "buttons": [{"type": "PHONE_NUMBER", "text": "Anruf", "phone_number": "+49"}]}, ""),
    ],
)
def test_what_no_form_can_fill_in_is_known(component: dict[str, Any], beyond: str) -> None:
    assert pattern([{"type": "BODY", "text": "Ja"}, component], named=False).beyond == beyond


def test_examples_are_found_in_each_of_their_forms() -> None:
    positional = [
        {"type": "HEADER", "format": "TEXT", "text": "Für {{1}}", "example": {"header_text": ["Kim"]}},
        {"type": "BODY", "text": "{{1}} und {{2}}", "example": {"body_text": [["a", "b"]]}},
    ]
    assert pattern(positional, named=False).examples == {"header.1": "Kim", "body.1": "a", "body.2": "b"}
    params = [{"param_name": "name", "example": "Kim"}]
    named = [{"type": "BODY", "text": "Tag {{name}}!", "example": {"body_text_named_params": params}}]
    assert pattern(named, named=True).examples == {"body.name": "Kim"}


def test_a_page_names_the_next_one_as_long_as_there_is_one() -> None:
    assert listed(page(an_item(), after="abc", more=True)) == ([_listed()], "abc")
    assert listed(page(an_item(), after="abc")) == ([_listed()], "")
    assert listed(b'{"data": []}') == ([], "")


def _listed(**more: Any) -> Listed:
    components = json.dumps(an_item()["components"], ensure_ascii=False)
    return Listed("7", "termin", "de", "UTILITY", "APPROVED", "", "", False, components)


def test_addresses_of_examples_are_not_kept() -> None:
    """They are signed anew with every list, which would be a change every hour."""
    header = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://cdn.example/x?sig=1"]}}
    found = listed(page(an_item(components=[header])))
    assert found is not None
    assert json.loads(found[0][0].components) == [{"type": "HEADER", "format": "IMAGE", "example": {}}]


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"data": {}}', b'{"data": "x"}', b"\xff"])
def test_what_is_no_page_is_none(body: bytes) -> None:
    assert listed(body) is None


#: None of these can be stored.
ODD_COMPONENTS: list[Any] = [[{"text": "\0"}], [{"text": float("nan")}], None, {}, "x"]


@pytest.mark.parametrize(
    "item",
    [
        *(1, None, "x", [], {}, {"name": "a"}, {"name": "", "language": "de"}, {"name": "a\0", "language": "de"}),
        *(an_item(components=one) for one in ODD_COMPONENTS),
        an_item(name="a" * 513),
    ],
)
def test_what_could_not_be_sent_is_left_out(item: Any) -> None:
    assert listed(page(item, an_item())) == ([_listed()], "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ODD = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["HEADER", "BODY", "FOOTER", "BUTTONS"]) | JSON,
        "text": st.text(max_size=9) | JSON,
        "format": JSON,
        "buttons": JSON | st.lists(st.fixed_dictionaries({"type": JSON, "url": JSON, "example": JSON})),
        "example": JSON | st.dictionaries(st.sampled_from(["body_text", "body_text_named_params"]), JSON),
    }
)


@given(st.lists(ODD | JSON, max_size=4) | JSON)
def test_odd_components_break_nothing(components: Any) -> None:
    found = listed(page(an_item(components=components)))
    assert found is not None
    assert len(found[0]) <= 1
    for one in found[0]:
        said = pattern(json.loads(one.components), named=one.named)
        assert isinstance(said.body, str)
        assert not re.search("\0", one.components)


@given(st.data())
def test_what_is_kept_is_what_a_phone_shows(data: st.DataObject) -> None:
    """The same call to the platform, filled in by the simulator, which shares no code with us."""
    named = data.draw(st.booleans())
    names = ["first_name", "day", "x"] if named else ["1", "2", "3"]
    holes = names[: data.draw(st.integers(0, 3))]
    words = "Tag" + "".join(f" {data.draw(PLAIN)} {{{{{name}}}}}," for name in holes)
    values = {name: data.draw(PLAIN) for name in names}
    header = data.draw(st.sampled_from(["", "Auftrag", f"Auftrag {{{{{names[0]}}}}} da"]))
    components: list[dict[str, Any]] = [{"type": "BODY", "text": words}, {"type": "FOOTER", "text": "Wir"}]
    components += [{"type": "HEADER", "format": "TEXT", "text": header}] if header else []
    url = {"type": "URL", "text": "Ansehen", "url": "https://firma.example/{{1}}"}
    components += [{"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Ja"}, url]}]
    body = tuple(Value(values[name], name if named else "") for name in holes)
    part = Template(
        "t",
        "de",
        header=Value(values[names[0]], names[0] if named else "") if "{{" in header else None,
        body=body,
        buttons=(TemplateButton(1, "url", "a7"),),
    )
    sent: Any = bodies.message(Outgoing("1", "49", None, "", kind="template", part=part))["template"]
    shown = fill(components, sent.get("components", []), named=named)
    text, around = wording(pattern(components, named=named), part)
    assert (text, around.header, around.footer) == (shown["body"], shown.get("header", {}).get("text", ""), "Wir")
    assert around.buttons == ("Ja", f"Ansehen: {shown['buttons'][1]['url']}")
