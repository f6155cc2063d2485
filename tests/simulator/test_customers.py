"""What customers do, as the product reads it: every kind of message, reactions, taps, corrections, marketing."""

from datetime import timedelta
from typing import Any

import pytest

from jawort.channels.parts import CallPermission, Cards, Choice, Form, Media, Order, Position, Product, Unsupported
from jawort.channels.types import Inbound, Notice
from jawort.channels.whatsapp.parse import parse
from jawort.simulator import account
from jawort.simulator.control.messages import PATHS
from tests.simulator.stage import ACCESS_TOKEN, KIM, NOUR, Receiver, Stage, Start

DAY_S = 24 * 3_600
ORDER = {
    "catalog_id": "194836987003835",
    "product_items": [{"product_retailer_id": "tulpen", "quantity": 2, "item_price": 3, "currency": "EUR"}],
}


def writes(stage: Stage, given: dict[str, Any], phone: str = KIM) -> Any:
    """A message of a customer, as the control API answers."""
    return stage.sim("POST", f"users/{phone}/messages", given)


def heard(stage: Stage, count: int = 1) -> list[Inbound]:
    """What the product reads of the messages, once so many have come."""
    stage.wait(lambda: len(stage.receiver.values("messages")) >= count)
    return [one for body in list(stage.receiver.bodies) for one in parse(body) if isinstance(one, Inbound)]


KINDS: list[tuple[dict[str, Any], str, type | None, str]] = [
    ({"type": "image", "image": {"sample": "parcel", "caption": "Kaputt"}}, "image", Media, "Kaputt"),
    ({"type": "audio", "audio": {"sample": "voice"}}, "audio", Media, ""),
    ({"type": "document", "document": {"sample": "document"}}, "document", Media, ""),
    ({"type": "sticker", "sticker": {"sample": "sticker"}}, "sticker", Media, ""),
    (
        {"type": "location", "location": {"latitude": 50.7, "longitude": 7.1, "name": "Bonn"}},
        "location",
        Position,
        "Bonn",
    ),
    ({"type": "contacts", "contacts": [{"name": {"formatted_name": "Lea Muster"}}]}, "contacts", Cards, "Lea Muster"),
    ({"type": "order", "order": ORDER}, "order", Order, ""),
    ({"type": "unsupported", "unsupported": {"type": "poll"}}, "unsupported", Unsupported, ""),
    ({"type": "request_welcome"}, "unsupported", Unsupported, ""),
]


@pytest.mark.parametrize(("given", "kind", "part", "text"), KINDS, ids=[one[1] + one[3] for one in KINDS])
def test_every_kind_is_what_the_product_understands(
    stage: Stage, given: dict[str, Any], kind: str, part: type | None, text: str
) -> None:
    stage.customer(wrote=False)
    shown = writes(stage, given)
    (message,) = heard(stage)
    assert (message.kind, message.text, message.provider_id) == (kind, text, shown["id"])
    assert part is not None
    assert isinstance(message.part, part)
    (bubble,) = stage.sim("GET", f"users/{KIM}/messages")["items"]
    assert bubble["type"] == given["type"]
    assert bubble["content"] == stage.receiver.values("messages")[0].get(given["type"])


def test_a_file_is_at_the_address_that_the_webhook_names(stage: Stage) -> None:
    stage.customer(wrote=False)
    kept = stage.call("POST", "/__sim/files", b"\x89PNG of a kind", {"Content-Type": "image/png"}).json
    writes(stage, {"type": "image", "image": {"id": kept["id"]}})
    (message,) = heard(stage)
    assert isinstance(message.part, Media)
    assert message.part.provider_id == kept["id"]
    url = stage.receiver.values("messages")[0]["image"]["url"]
    fetched = stage.call("GET", url.removeprefix(stage.url), headers={"Authorization": f"Bearer {ACCESS_TOKEN}"})
    assert fetched.body == b"\x89PNG of a kind"
    assert fetched.headers["Content-Type"] == "image/png"
    assert stage.call("GET", f"/phone/media/{kept['id']}").body == b"\x89PNG of a kind"
    assert stage.call("GET", "/phone/media/1").status == 404


def test_answers_quote_what_is_passed_on_says_so_and_an_ad_is_named(stage: Stage) -> None:
    stage.customer(wrote=False)
    wamid = stage.send(KIM)
    writes(stage, {"text": "darauf", "reply_to": wamid})
    writes(stage, {"text": "weiter", "forwarded": True})
    writes(stage, {"text": "oft", "frequently_forwarded": True})
    writes(stage, {"text": "Werbung", "referral": True})
    answer, passed_on, often, ad = heard(stage, 4)
    assert answer.about == wamid
    assert (answer.forwarded, passed_on.forwarded, often.forwarded) == (False, True, True)
    assert ad.referral is not None
    assert ad.referral.headline == "Fragen Sie uns"


def test_a_question_about_a_product_names_it(stage: Stage) -> None:
    stage.customer(wrote=False)
    asked = {"catalog_id": "194836987003835", "product_retailer_id": "tulpen"}
    writes(stage, {"text": "Auch in Blau?", "context": {"referred_product": asked}})
    (message,) = heard(stage)
    assert (message.text, message.product) == ("Auch in Blau?", Product("194836987003835", "tulpen"))


def test_a_reaction_is_on_the_message_and_is_taken_back(stage: Stage) -> None:
    stage.customer(wrote=False)
    mine = writes(stage, {"text": "Hallo"})["id"]
    stage.sim("POST", f"users/{KIM}/messages/{mine}/react", {"emoji": "👍"})
    assert [one["mood"] for one in stage.sim("GET", f"users/{KIM}/messages")["items"]] == ["👍"]
    stage.sim("POST", f"users/{KIM}/messages/{mine}/react", {})
    _, given, taken = heard(stage, 3)
    assert (given.kind, given.text, given.about) == ("reaction", "👍", mine)
    assert (taken.kind, taken.text, taken.about) == ("reaction", "", mine)
    assert "emoji" not in stage.receiver.values("messages")[2]["reaction"]
    assert [one["mood"] for one in stage.sim("GET", f"users/{KIM}/messages")["items"]] == [""]
    stage.sim("POST", "clock", {"shift_s": 31 * DAY_S})
    assert stage.call("POST", f"/__sim/users/{KIM}/messages/{mine}/react", {"emoji": "👍"}).status == 409


BUTTONS = {
    "type": "button",
    "body": {"text": "Passt Samstag?"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": one, "title": one.title()}} for one in ("ja", "nein")]},
}
ROWS = [{"id": f"row-{n}", "title": f"Zeile {n}", "description": "genauer"} for n in range(3)]
LIST = {
    "type": "list",
    "body": {"text": "Bitte wählen"},
    "action": {"button": "Auswahl", "sections": [{"title": "A", "rows": ROWS[:2]}, {"title": "B", "rows": ROWS[2:]}]},
}
PLACE = {"type": "location_request_message", "body": {"text": "Wo?"}, "action": {"name": "send_location"}}
NUMBER = {"type": "request_contact_info", "body": {"text": "Ihre Nummer?"}, "action": {"name": "request_contact_info"}}
FLOW = {
    "type": "flow",
    "body": {"text": "Bewerten Sie uns"},
    "action": {
        "name": "flow",
        "parameters": {"flow_message_version": "3", "flow_id": "1", "flow_cta": "Los", "flow_token": "T-7"},
    },
}


def sent(stage: Stage, content: dict[str, Any]) -> str:
    """An interactive message of the business's, as it lies on Kim's phone."""
    call = {"messaging_product": "whatsapp", "to": KIM, "type": "interactive", "interactive": content}
    answer = stage.graph(call)
    assert answer.status == 200, answer.body
    wamid = str(answer.json["messages"][0]["id"])
    stage.wait_states(wamid, "sent", "delivered")
    return wamid


CALLS = {
    "type": "call_permission_request",
    "body": {"text": "Dürfen wir anrufen?"},
    "action": {"name": "call_permission_request"},
}


@pytest.mark.parametrize(
    ("content", "choice", "kind", "part"),
    [
        (BUTTONS, 1, "choice", Choice("nein", "Nein")),
        (LIST, 2, "choice", Choice("row-2", "Zeile 2", "genauer")),
        (PLACE, 0, "location", Position),
        (NUMBER, 0, "contacts", Cards),
        (FLOW, 0, "form", Form),
        (CALLS, 0, "call_permission", CallPermission),
        (CALLS, 1, "call_permission", CallPermission(False)),
    ],
    ids=["button", "list", "place", "number", "flow", "calls", "no calls"],
)
def test_a_tap_answers_what_was_sent(
    stage: Stage, content: dict[str, Any], choice: int, kind: str, part: object
) -> None:
    stage.customer()
    wamid = sent(stage, content)
    stage.sim("POST", f"users/{KIM}/messages/{wamid}/tap", {"choice": choice})
    answer = heard(stage, 2)[-1]
    assert (answer.kind, answer.about) == (kind, wamid)
    if isinstance(part, type):
        assert isinstance(answer.part, part)
    else:
        assert answer.part == part
    if isinstance(answer.part, Cards):
        assert answer.part.asked_for
        assert answer.part.cards[0].phones == (KIM,)
    if isinstance(answer.part, CallPermission) and answer.part.allowed:
        assert answer.part.until is not None
        assert answer.part.until - answer.sent_at == timedelta(days=7)
    if isinstance(answer.part, Form):
        assert '"flow_token": "T-7"' in answer.part.answers
    assert stage.call("POST", f"/__sim/users/{KIM}/messages/{wamid}/tap", {"choice": 9}).status in {200, 409}


def test_only_what_can_be_tapped_is(stage: Stage) -> None:
    stage.customer()
    wamid = stage.send(KIM)
    stage.wait_states(wamid, "sent", "delivered")
    mine = stage.sim("GET", f"users/{KIM}/messages")["items"][0]["id"]
    for message, body in ((wamid, {}), (mine, {}), (sent(stage, BUTTONS), {"choice": 2})):
        assert stage.call("POST", f"/__sim/users/{KIM}/messages/{message}/tap", body).status == 409
    assert stage.call("POST", f"/__sim/users/{KIM}/messages/wamid.NONE/tap", {}).status == 404
    assert stage.call("POST", f"/__sim/users/{KIM}/messages/{wamid}/tap", {"choice": "1"}).status == 400


@pytest.mark.parametrize("coexistence", [True, False])
def test_corrections_and_deletions_are_told_only_where_the_business_app_is(start: Start, coexistence: bool) -> None:
    stage = start(coexistence=coexistence)
    stage.customer(wrote=False)
    mine = writes(stage, {"text": "Halo"})["id"]
    stage.sim("POST", f"users/{KIM}/messages/{mine}/edit", {"text": "Hallo"})
    heard(stage, 2)
    stage.sim("POST", f"users/{KIM}/messages/{mine}/revoke")
    writes(stage, {"text": "Ende"})
    messages = heard(stage, 4 if coexistence else 3)
    expected = [("edit", "Hallo", mine), ("revoke", "", mine)] if coexistence else [("unsupported", "", None)]
    assert [(one.kind, one.text, one.about) for one in messages[1:-1]] == expected
    shown = stage.sim("GET", f"users/{KIM}/messages")["items"][0]
    assert (shown["mark"], shown["text"]) == ("revoked", "")
    for verb, body in (("edit", {"text": "zu spät"}), ("revoke", {})):
        assert stage.call("POST", f"/__sim/users/{KIM}/messages/{mine}/{verb}", body).status == 409


def test_what_is_old_stays_as_it_is(stage: Stage) -> None:
    stage.customer(wrote=False)
    mine = writes(stage, {"text": "Hallo"})["id"]
    stage.sim("POST", "clock", {"shift_s": 16 * 60})
    assert stage.call("POST", f"/__sim/users/{KIM}/messages/{mine}/edit", {"text": "Hallo!"}).status == 409
    stage.sim("POST", "clock", {"shift_s": 2 * DAY_S + 60})
    assert stage.call("POST", f"/__sim/users/{KIM}/messages/{mine}/revoke").status == 409


def test_marketing_is_stopped_and_resumed(stage: Stage) -> None:
    kim = stage.customer(wrote=False)
    assert stage.sim("POST", f"users/{KIM}/marketing", {"value": "stop"})["marketing"] is False
    stage.sim("POST", f"users/{KIM}/marketing", {"value": "resume"})
    stage.sim("POST", f"users/{KIM}/marketing", {"value": "signup"})
    told = stage.wait(lambda: v if len(v := stage.receiver.values("user_preferences")) == 3 else None)
    assert [one["value"] for one in told] == ["stop", "resume", "signup"]
    assert {(one["user_id"], one["category"]) for one in told} == {(kim["bsuid"], "marketing_messages")}
    assert all(isinstance(one["timestamp"], int) for one in told)
    assert stage.sim("GET", f"users/{KIM}")["marketing"] is True


def test_a_new_phone_is_told_without_contacts(stage: Stage) -> None:
    stage.customer(wrote=False)
    stage.sim("POST", f"users/{KIM}/change-device")
    (message,) = stage.wait(lambda: stage.receiver.values("messages"))
    assert message["system"]["type"] == "customer_identity_changed"
    assert message["identity"]["acknowledged"] is True
    assert b'"contacts"' not in stage.receiver.bodies[0]


@pytest.mark.parametrize("field", list(account.FIELDS))
def test_every_event_of_the_account_arrives(stage: Stage, field: str) -> None:
    variants = stage.sim("GET", "account")["fields"][field]
    for variant in variants:
        stage.sim("POST", f"account/{field}", {"variant": variant, "value": {"more": True}})
    notices = stage.wait(
        lambda: (
            n
            if len(n := [one for body in list(stage.receiver.bodies) for one in parse(body)]) == len(variants)
            else None
        )
    )
    assert [(type(one), one.kind) for one in notices] == [(Notice, field)] * len(variants)
    assert all(b'"time":' in body and b'"more":true' in body for body in stage.receiver.bodies)


def test_events_of_the_account_go_to_the_app_whatever_overrides_it(start: Start) -> None:
    stage, other = start(), start()
    elsewhere = {"override_callback_uri": other.settings.callback_url, "verify_token": stage.settings.verify_token}
    stage.graph(elsewhere, f"/v26.0/{stage.settings.waba_id}/subscribed_apps")
    stage.customer()
    stage.sim("POST", "account/security", {})
    stage.wait(lambda: other.receiver.values("messages"))
    stage.wait(lambda: stage.receiver.bodies)
    assert b'"security"' in stage.receiver.bodies[0]
    assert len(other.receiver.bodies) == len(stage.receiver.bodies) == 1


@pytest.mark.parametrize("announce", ["before", "after", "never", True, False])
def test_a_change_is_told_when_it_is_asked_for(stage: Stage, announce: Any) -> None:
    stage.customer(wrote=False)
    stage.sim("POST", f"users/{KIM}/change-number", {"phone": NOUR, "announce": announce})
    writes(stage, {"text": "Ich bin es"}, NOUR)
    expected = {"after": ["text", "system"], "never": ["text"], False: ["text"]}.get(announce, ["system", "text"])
    stage.wait(lambda: len(stage.receiver.values("messages")) == len(expected))
    assert [one["type"] for one in stage.receiver.values("messages")] == expected


@pytest.mark.parametrize("rotation", ["system_previous", "user_id_update"])
def test_linked_portfolios_share_an_id(start: Start, rotation: str) -> None:
    stage = start(parent_bsuid=True, rotation=rotation)
    kim = stage.customer()
    assert kim["parent_bsuid"].startswith("DE.ENT.")
    status = stage.wait_states(stage.send(KIM), "sent", "delivered")[0]
    assert status["recipient_parent_user_id"] == kim["parent_bsuid"]
    assert stage.receiver.values("messages")[0]["from_parent_user_id"] == kim["parent_bsuid"]
    moved = stage.sim("POST", f"users/{KIM}/change-number", {"phone": NOUR})
    system = stage.wait(lambda: [m for m in stage.receiver.values("messages") if m["type"] == "system"])[0]["system"]
    assert system["parent_user_id"] == moved["parent_bsuid"] != kim["parent_bsuid"]
    if rotation == "system_previous":
        assert system["previous_parent_user_id"] == kim["parent_bsuid"]
    else:
        (update,) = stage.wait(lambda: stage.receiver.values("user_id_update"))
        assert update["parent_user_id"] == {"previous": kim["parent_bsuid"], "current": moved["parent_bsuid"]}
    by_parent = {"messaging_product": "whatsapp", "recipient": moved["parent_bsuid"], "type": "text"}
    answer = stage.graph({**by_parent, "text": {"body": "Hallo"}})
    stage.wait_states(answer.json["messages"][0]["id"], "sent", "delivered")


def test_the_contact_book_remembers_longer_than_30_days(start: Start) -> None:
    stage = start(contact_book=True)
    stage.customer(NOUR, "Nour", withhold_number=True)
    stage.send(NOUR)
    stage.sim("POST", "clock", {"shift_s": 31 * DAY_S})
    writes(stage, {"text": "noch sichtbar"}, NOUR)
    stage.wait(lambda: len(stage.receiver.values("messages")) == 2)
    assert [message.get("from") for message in stage.receiver.values("messages")] == [None, NOUR[1:]]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"users/{KIM}/messages", {"type": "image", "image": {"id": "1"}}, 404),
        (f"users/{KIM}/messages", {"type": "image", "image": {"sample": "moon"}}, 400),
        (f"users/{KIM}/messages", {"text": "x", "reply_to": 1}, 400),
        (f"users/{KIM}/marketing", {"value": "perhaps"}, 400),
        (f"users/{KIM}/change-number", {"phone": NOUR, "announce": "soon"}, 400),
        ("account/weather", {}, 400),
        ("account/security", {"variant": "STOLEN"}, 400),
        ("account/security", {"value": []}, 400),
        ("files", b"", 400),
        ("chaos", {"odds": {"fire": 1}}, 400),
        ("chaos", {"odds": {"delay": 2}}, 400),
        ("chaos", {"odds": "more"}, 400),
        ("chaos", {"seed": "x"}, 400),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(stage: Stage, path: str, body: Any, status: int) -> None:
    stage.customer(wrote=False)
    answer = stage.call("POST", f"/__sim/{path}", body)
    assert answer.status == status, answer.body
    assert answer.json["error"].endswith(".")


@pytest.mark.parametrize("verb", [path.rpartition("/")[2] for _, path, _ in PATHS if "{id}" in path])
def test_a_blocked_or_silent_phone_says_nothing(start: Start, verb: str) -> None:
    stage = start(Receiver())
    stage.customer(wrote=False)
    mine = writes(stage, {"text": "Hallo"})["id"]
    for switch in ("block", "offline"):
        stage.sim("POST", f"users/{KIM}/{switch}")
        answer = stage.call("POST", f"/__sim/users/{KIM}/messages/{mine}/{verb}", {"text": "x"})
        assert answer.status == 409
