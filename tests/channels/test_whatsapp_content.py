"""What each type of message says, as the platform's reference shows it and as it has been seen."""

from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.channels.parts import (
    Address,
    CallPermission,
    Card,
    Cards,
    Choice,
    Form,
    Item,
    Media,
    Order,
    Page,
    Position,
    Product,
    Reaction,
    Referral,
    Unsupported,
)
from jawort.channels.types import Inbound
from jawort.channels.whatsapp.parse import parse
from tests.channels.test_whatsapp_fuzz import JSON, mutated, paths, read_twice
from tests.channels.webhooks import a_body, a_message, a_value

DIGEST = sha256(b"picture").digest()
ANSWERED = {"from": "4915550783881", "id": "wamid.SENT"}
TYPES: dict[str, dict[str, Any]] = {
    "image": {"id": "1003", "mime_type": "image/jpeg", "sha256": b64encode(DIGEST).decode(), "caption": "Der Zähler"},
    "audio": {"id": "1908", "mime_type": "audio/ogg; codecs=opus", "sha256": DIGEST.hex(), "voice": True},
    "document": {"id": "7", "mime_type": "application/pdf", "filename": "Rechnung.pdf"},
    "sticker": {"id": "8", "mime_type": "image/webp", "animated": True},
    "location": {"latitude": 53.55, "longitude": 9.99, "name": "Rathaus", "address": "Rathausmarkt 1, Hamburg"},
    "interactive": {"type": "list_reply", "list_reply": {"id": "p1", "title": "Montag", "description": "8 Uhr"}},
    "button": {"payload": "stop", "text": "Keine Werbung"},
    "reaction": {"message_id": "wamid.SENT", "emoji": "👍"},
    "order": {
        "catalog_id": "194",
        "text": "Bitte bald",
        "product_items": [{"product_retailer_id": "a1", "quantity": 2, "item_price": 30.10, "currency": "EUR"}],
    },
    "edit": {"original_message_id": "wamid.ORIG", "message": {"type": "text", "text": {"body": "Doch Dienstag"}}},
    "revoke": {"original_message_id": "wamid.ORIG"},
}


def came(kind: str, content: object, **more: Any) -> Inbound:
    message = a_message(type=kind, **{kind: content}, **more)
    (update,) = parse(a_body(a_value(messages=[message])))
    assert isinstance(update, Inbound)
    assert parse(update.original) == [update]
    return update


@pytest.mark.parametrize(
    ("kind", "text", "part"),
    [
        ("image", "Der Zähler", Media("1003", "image/jpeg", DIGEST)),
        ("audio", "", Media("1908", "audio/ogg; codecs=opus", DIGEST, voice=True)),
        ("document", "", Media("7", "application/pdf", filename="Rechnung.pdf")),
        ("sticker", "", Media("8", "image/webp", animated=True)),
        ("location", "Rathaus", Position(53.55, 9.99, "Rathaus", "Rathausmarkt 1, Hamburg")),
        ("order", "Bitte bald", Order("194", (Item("a1", "2", "30.1", "EUR"),))),
    ],
)
def test_what_a_type_brings_along(kind: str, text: str, part: object) -> None:
    update = came(kind, TYPES[kind])
    assert (update.kind, update.text, update.part, update.opens_window) == (kind, text, part, True)


def test_a_choice_is_one_whatever_was_pressed() -> None:
    listed = came("interactive", TYPES["interactive"], context=ANSWERED)
    pressed = came("interactive", {"type": "button_reply", "button_reply": {"id": "b", "title": "Ja"}})
    templates = came("button", TYPES["button"])
    assert [one.kind for one in (listed, pressed, templates)] == ["choice"] * 3
    assert (listed.part, listed.text, listed.about) == (Choice("p1", "Montag", "8 Uhr"), "Montag", "wamid.SENT")
    assert (pressed.part, templates.part) == (Choice("b", "Ja"), Choice("stop", "Keine Werbung"))


def test_a_form_keeps_its_answers_as_they_came() -> None:
    answers = '{"flow_token":"T","rating":"4"}'
    update = came("interactive", {"nfm_reply": {"name": "flow", "body": "Sent", "response_json": answers}})
    assert (update.kind, update.part) == ("form", Form("flow", answers))


def test_a_reaction_names_its_message_and_is_taken_back_without_an_emoji() -> None:
    given, back = came("reaction", TYPES["reaction"]), came("reaction", {"message_id": "wamid.SENT"})
    assert (given.part, given.about, given.opens_window) == (Reaction("👍"), "wamid.SENT", False)
    assert (back.kind, back.part, back.about) == ("reaction", Reaction(""), "wamid.SENT")


def test_contact_cards_are_read_and_a_number_that_we_asked_for_is_told_apart() -> None:
    card = {
        "name": {"formatted_name": "Barbara Muster"},
        "phones": [{"phone": "+49 171 3920021", "wa_id": "491713920021"}, {"type": "HOME"}],
        "emails": [{"email": "barbara@firma.example"}],
        "org": {"company": "Firma"},
    }
    update = came("contacts", [card])
    known = Card("Barbara Muster", "Firma", ("+49 171 3920021",), ("barbara@firma.example",))
    assert (update.text, update.part) == ("Barbara Muster", Cards((known,)))
    own = came("contacts", [{"origin": "contact_request", "phones": [{"phone": "+491713920021"}]}])
    assert own.part == Cards((Card(phones=("+491713920021",)),), asked_for=True)


def test_everything_on_a_contact_card_is_kept() -> None:
    card = {
        "name": {"prefix": "Dr.", "first_name": "Barbara", "middle_name": "Joana", "last_name": "Muster"},
        "phones": [{"phone": "+49 171 3920021", "type": "HOME"}, {"phone": "+49 30 23125001"}],
        "emails": [{"email": "barbara@firma.example", "type": "Work"}],
        "org": {"company": "Firma", "department": "Recht", "title": "Anwältin"},
        "addresses": [
            {"street": "Am Weg 1", "zip": "10115", "city": "Berlin", "country_code": "de", "type": "Office"},
            {"type": "HOME"},
        ],
        "urls": [{"url": "https://firma.example", "type": "Company"}, {"type": "HOME"}],
        "birthday": "1999-01-23",
    }
    known = Card(
        name="Dr. Barbara Joana Muster",
        organisation="Firma",
        phones=("+49 171 3920021", "+49 30 23125001"),
        emails=("barbara@firma.example",),
        department="Recht",
        title="Anwältin",
        birthday="1999-01-23",
        phone_labels=("HOME", ""),
        email_labels=("Work",),
        addresses=(Address("Am Weg 1", "10115", "Berlin", country="DE", label="Office"),),
        pages=(Page("https://firma.example", "Company"),),
    )
    assert came("contacts", [card]).part == Cards((known,))


@pytest.mark.parametrize(
    ("reply", "part"),
    [
        (
            {"response": "accept", "expiration_timestamp": 1764500000, "response_source": "user_action"},
            CallPermission(True, datetime.fromtimestamp(1764500000, UTC)),
        ),
        ({"response": "accept", "is_permanent": True}, CallPermission(True, permanent=True)),
        ({"response": "accept", "response_source": "automatic"}, CallPermission(True, by_calling=True)),
        ({"response": "reject", "response_source": "user_action"}, CallPermission(False)),
    ],
)
def test_an_answer_about_calls_is_what_it_is_and_opens_no_window(reply: object, part: object) -> None:
    update = came("interactive", {"type": "call_permission_reply", "call_permission_reply": reply}, context=ANSWERED)
    assert (update.kind, update.text, update.part, update.about) == ("call_permission", "", part, "wamid.SENT")
    assert not update.opens_window


@pytest.mark.parametrize(
    ("changed", "text", "part"),
    [
        ({"type": "image", "image": TYPES["image"]}, "Der Zähler", Media("1003", "image/jpeg", DIGEST)),
        ({"type": "image", "image": {"caption": "Neu"}}, "Neu", None),
        ({"type": "brand_new", "brand_new": {}}, "", Unsupported("brand_new")),
    ],
)
def test_an_edit_keeps_what_the_message_now_is(changed: object, text: str, part: object) -> None:
    update = came("edit", {"original_message_id": "wamid.ORIG", "message": changed})
    assert (update.kind, update.text, update.part, update.about) == ("edit", text, part, "wamid.ORIG")


def test_a_question_about_a_product_names_it() -> None:
    asked = {"catalog_id": "194836987003835", "product_retailer_id": "di9ozbzfi4"}
    update = came("text", {"body": "Gibt es das in Blau?"}, context=ANSWERED | {"referred_product": asked})
    assert (update.product, update.about) == (Product("194836987003835", "di9ozbzfi4"), "wamid.SENT")
    assert came("text", {"body": "Ja"}, context={"referred_product": {}}).product is None


def test_edits_and_revokes_name_what_they_change() -> None:
    edit, revoke = came("edit", TYPES["edit"]), came("revoke", TYPES["revoke"])
    assert (edit.kind, edit.text, edit.about) == ("edit", "Doch Dienstag", "wamid.ORIG")
    assert (revoke.kind, revoke.text, revoke.about) == ("revoke", "", "wamid.ORIG")
    assert not edit.opens_window
    assert not revoke.opens_window


def test_what_the_platform_does_not_pass_on_keeps_its_name_and_code() -> None:
    update = came("unsupported", {"type": "poll"}, errors=[{"code": 131051, "title": "Message type unknown"}])
    assert (update.kind, update.part) == ("unsupported", Unsupported("poll", 131051))


@pytest.mark.parametrize("code", [2**63, 2**64, -(2**64), 10**19 + 1, 10**40, 1.5, None, [], "x"])
def test_a_code_that_no_record_can_hold_is_none(code: object) -> None:
    update = came("unsupported", {"type": "poll"}, errors=[{"code": code}])
    assert update.part == Unsupported("poll", 0)


@pytest.mark.parametrize("code", [2**63 - 1, -(2**63) + 1, "131051"])
def test_a_code_of_64_bits_is_kept(code: int | str) -> None:
    assert came("unsupported", {"type": "poll"}, errors=[{"code": code}]).part == Unsupported("poll", int(code))


def test_a_reply_names_what_it_answers_and_a_forwarded_one_says_so() -> None:
    update = came("text", {"body": "Ja"}, context=ANSWERED)
    assert (update.about, update.forwarded) == ("wamid.SENT", False)
    assert came("text", {"body": "Ja"}, context={"forwarded": True}).forwarded
    often = came("text", {"body": "Ja"}, context={"frequently_forwarded": True})
    assert (often.forwarded, often.often) == (True, True)


def test_an_advertisement_is_told_without_the_click() -> None:
    referral = {
        "source_type": "ad",
        "headline": "Chat",
        "body": "Sommer",
        "source_url": "https://fb.me/x",
        "ctwa_clid": "A",
        "welcome_message": {"text": "Guten Tag!"},
    }
    update = came("text", {"body": "Hallo"}, referral=referral)
    assert update.referral == Referral("ad", "Chat", "Sommer", "https://fb.me/x", "Guten Tag!")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image", {"mime_type": "image/png"}),
        ("location", {"latitude": "north", "longitude": 9}),
        ("location", {"latitude": 91, "longitude": 9}),
        ("location", {"latitude": 1e400, "longitude": 9}),
        ("contacts", {"name": "no list"}),
        ("interactive", {"type": "call_permission_reply"}),
        ("interactive", {"call_permission_reply": {"response": "perhaps"}}),
        ("reaction", {"emoji": "👍"}),
        ("edit", {"original_message_id": "wamid.O", "message": {"type": "edit", "edit": {}}}),
        ("revoke", {}),
        ("brand_new", {"x": 1}),
    ],
)
def test_what_makes_no_sense_is_kept_and_not_guessed(kind: str, content: object) -> None:
    update = came(kind, content)
    assert (update.kind, update.provider_kind, update.part) == ("unsupported", kind, Unsupported(kind))


FULL = {
    kind: a_message(type=kind, id=f"wamid.{kind}", context=ANSWERED, **{kind: content})
    for kind, content in TYPES.items()
}


@given(
    st.sampled_from(sorted(FULL)).flatmap(lambda kind: st.tuples(st.just(kind), st.sampled_from(paths(FULL[kind])))),
    JSON,
)
def test_any_value_anywhere_in_any_type(place: tuple[str, tuple[Any, ...]], new: Any) -> None:
    kind, path = place
    once, again = read_twice(a_body(a_value(messages=[mutated(FULL[kind], path, new)])))
    assert once == again
