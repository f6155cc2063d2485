"""How webhooks leave: signed bytes, the handshake before them, and again until they are taken."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from jawort.simulator.payload import Business, Update, encode, envelope, signature
from jawort.simulator.sender import pause
from tests.simulator.stage import APP_SECRET, KIM, NOUR, VERIFY_TOKEN, Receiver, Stage, Start

#: The reference's known answer: this document, these bytes, this signature.
DOCUMENT = {
    "object": "whatsapp_business_account",
    "entry": [
        {
            "id": "102290129340398",
            "changes": [
                {
                    "value": {
                        "messaging_product": "whatsapp",
                        "metadata": {
                            "display_phone_number": "4915550783881",
                            "phone_number_id": "106540352242922",
                        },
                        "contacts": [
                            {
                                "profile": {"name": "Jörg Müller"},
                                "wa_id": "4915112345678",
                                "user_id": "DE.13491208655302741918",
                            }
                        ],
                        "messages": [
                            {
                                "from": "4915112345678",
                                "from_user_id": "DE.13491208655302741918",
                                "id": "wamid.TEST1",
                                "timestamp": "1763900000",
                                "type": "text",
                                "text": {"body": "Grüße 😀 https://example.org"},
                            }
                        ],
                    },
                    "field": "messages",
                }
            ],
        }
    ],
}
KNOWN = "sha256=4dd3f7a17c89b69a9ba7e4158e3ed71d4bc6d111acd3e0d71233144f18fe1557"
BUSINESS = Business("102290129340398", "106540352242922", "4915550783881")


def test_the_known_answer() -> None:
    value = DOCUMENT["entry"][0]["changes"][0]["value"]  # type: ignore[index]
    body = encode(envelope(BUSINESS, [Update("messages", value["messages"][0], value["contacts"][0])]))
    assert len(body) == 559
    assert body == encode(DOCUMENT)
    assert signature(body, APP_SECRET) == KNOWN


def test_neighbours_of_one_kind_share_a_change() -> None:
    kim, nour = {"wa_id": "1", "user_id": "DE.1"}, {"wa_id": "2", "user_id": "DE.2"}
    updates = [
        Update("statuses", {"id": "a"}, kim),
        Update("statuses", {"id": "b"}, kim),
        Update("messages", {"id": "c"}, nour),
        Update("statuses", {"id": "d"}),
    ]
    changes = envelope(BUSINESS, updates)["entry"][0]["changes"]
    assert [change["value"].get("statuses") for change in changes] == [[{"id": "a"}, {"id": "b"}], None, [{"id": "d"}]]
    assert [change["value"].get("contacts") for change in changes] == [[kim], [nour], None]


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0), (2, 1), (3, 2), (4, 4), (7, 30), (10_000, 30)])
def test_pauses_grow(failures: int, seconds: int) -> None:
    assert pause(failures, 30) == seconds


def test_what_arrives_is_signed(stage: Stage) -> None:
    stage.customer(name="Jörg Müller")
    stage.wait(lambda: stage.receiver.bodies)
    body = stage.receiver.bodies[0]
    assert rb"J\u00f6rg" in body
    expected = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert stage.receiver.signatures[0] == f"sha256={expected}"


def test_the_message_names_who_wrote(stage: Stage) -> None:
    kim = stage.customer(username="@kim")
    message = stage.wait(lambda: stage.receiver.values("messages"))[0]
    assert message["from"] == KIM[1:]
    assert message["from_user_id"] == kim["bsuid"]
    assert message["text"] == {"body": "Hallo"}
    value = json.loads(stage.receiver.bodies[0])["entry"][0]["changes"][0]["value"]
    assert value["contacts"] == [
        {"profile": {"name": "Kim Beispiel", "username": "@kim"}, "wa_id": KIM[1:], "user_id": kim["bsuid"]}
    ]
    assert value["metadata"]["display_phone_number"] == stage.settings.own_digits


def test_a_500_leads_to_the_same_bytes_again(start: Start) -> None:
    stage = start(Receiver(answers=[500, 503, 302]))
    stage.customer()
    stage.wait(lambda: len(stage.receiver.bodies) == 4)
    assert len(set(stage.receiver.bodies)) == len(set(stage.receiver.signatures)) == 1
    (webhook,) = stage.wait(lambda: [w for w in stage.sim("GET", "webhooks")["items"] if w["state"] == "delivered"])
    assert [attempt["status"] for attempt in webhook["attempts"]] == [500, 503, 302, 200]
    assert webhook["json"] == json.loads(stage.receiver.bodies[0])


def test_order_of_one_customer_survives_failures(start: Start) -> None:
    stage = start(Receiver(answers=[500, 500]))
    stage.customer()
    for i in range(5):
        stage.sim("POST", f"users/{KIM}/messages", {"type": "text", "text": f"Nummer {i}"})
    stage.wait(lambda: len(stage.receiver.bodies) == 8)
    texts = [message["text"]["body"] for message in stage.receiver.values("messages")]
    assert texts == ["Hallo"] * 3 + [f"Nummer {i}" for i in range(5)]


def test_a_moved_clock_brings_the_next_attempt(start: Start) -> None:
    receiver = Receiver(answer=503)
    stage = start(receiver)
    stage.customer()
    stage.wait(lambda: len(receiver.bodies) >= 4)
    receiver.answer = 200
    stage.sim("POST", "clock", {"shift_s": 3_600})
    stage.wait(lambda: stage.sim("GET", "webhooks")["items"][0]["state"] == "delivered")
    attempts = [attempt["status"] for attempt in stage.sim("GET", "webhooks")["items"][0]["attempts"]]
    assert set(attempts[:-1]) == {503}
    assert attempts[-1] == 200


def test_after_seven_days_it_gives_up(start: Start) -> None:
    stage = start(Receiver(answer=500))
    stage.customer()
    stage.wait(lambda: len(stage.receiver.bodies) >= 3)
    stage.sim("POST", "clock", {"shift_s": 7 * 24 * 3_600 + 60})
    (webhook,) = stage.wait(lambda: [w for w in stage.sim("GET", "webhooks")["items"] if w["state"] == "dropped"])
    assert {attempt["status"] for attempt in webhook["attempts"]} == {500}


def test_nothing_is_delivered_before_the_handshake(start: Start) -> None:
    receiver = Receiver(verify_token="another")
    stage = start(receiver)
    stage.customer()
    attempt = stage.wait(lambda: stage.sim("GET", "webhooks")["items"][0]["attempts"])[0]
    assert attempt["status"] is None
    assert "403" in attempt["error"]
    assert receiver.bodies == []
    receiver.verify_token = VERIFY_TOKEN
    stage.wait(lambda: receiver.bodies)
    assert receiver.handshakes >= 2


def override(stage: Stage, path: str, **configuration: Any) -> Any:
    return stage.graph(configuration, f"/v26.0/{path}")


def test_overrides_number_before_account_before_app(start: Start) -> None:
    stage, other = start(), start()
    elsewhere = {"override_callback_uri": other.settings.callback_url, "verify_token": VERIFY_TOKEN}
    account = f"{stage.settings.waba_id}/subscribed_apps"
    number = stage.settings.phone_number_id
    assert override(stage, account, **elsewhere).json == {"success": True}
    stage.customer()
    stage.wait(lambda: other.receiver.values("messages"))
    stage.graph({"webhook_configuration": elsewhere}, f"/v26.0/{number}")
    shown = stage.graph(None, f"/v26.0/{number}?fields=webhook_configuration", method="GET").json
    assert set(shown["webhook_configuration"]) == {"phone_number", "whatsapp_business_account", "application"}
    assert stage.graph(None, f"/v26.0/{account}", method="GET").json["data"][0]["override_callback_uri"]
    assert override(stage, account).json == {"success": True}
    stage.graph({"webhook_configuration": {"override_callback_uri": ""}}, f"/v26.0/{number}")
    stage.customer(NOUR)
    stage.wait(lambda: stage.receiver.values("messages"))
    assert len(other.receiver.values("messages")) == 1


def test_an_override_needs_its_handshake_and_this_machine(start: Start) -> None:
    stage, other = start(), start()
    account = f"{stage.settings.waba_id}/subscribed_apps"
    url = other.settings.callback_url
    wrong = override(stage, account, override_callback_uri=url, verify_token="wrong")
    assert (wrong.status, wrong.json["error"]["code"]) == (400, 2200)
    foreign = override(stage, account, override_callback_uri="https://example.org/hook", verify_token=VERIFY_TOKEN)
    assert "this machine" in foreign.json["error"]["error_data"]["details"]


def test_the_bench_puts_many_statuses_into_one_post(start: Start) -> None:
    stage = start(profile="bench")
    wamids = {stage.send(f"+49176040690{i:02}", str(i)) for i in range(60)}
    stage.wait(lambda: len(stage.receiver.values("statuses")) == 120)
    assert {status["id"] for status in stage.receiver.values("statuses")} == wamids
    assert len(stage.receiver.bodies) < 120
    for wamid in wamids:
        assert stage.states(wamid) == ["sent", "delivered"]
