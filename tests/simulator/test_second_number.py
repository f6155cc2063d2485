"""An account with a second number: it is added over Graph, and then sends and receives for itself."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.simulator.stage import KIM, NOUR, Answer, Receiver, Stage, Start, a_text
from tests.simulator.test_media import JPEG, a_form
from tests.simulator.test_templates import a_send, approved, texts

NEW = {"cc": "49", "phone_number": "30 23125001", "verified_name": "Beispiel Werkstatt"}
DIGITS = "493023125001"
DAY_S = 24 * 3_600


@dataclass(frozen=True)
class Second:
    """The second number, by its id."""

    stage: Stage
    id: str

    def graph(self, body: Any, edge: str = "messages", method: str = "POST") -> Answer:
        """A Graph call to this number."""
        return self.stage.graph(body, f"/v26.0/{self.id}/{edge}", method=method)

    def send(self, to: str, **more: str) -> str:
        """A text of this number that must be accepted: its wamid."""
        answer = self.graph(a_text(to, **more))
        assert answer.status == 200, answer.body
        return str(answer.json["messages"][0]["id"])

    def sim(self, method: str, path: str, body: Any = None) -> Any:
        """A control call about this number."""
        return self.stage.sim(method, f"{path}?number={self.id}", body)

    def hears(self, phone: str = KIM) -> None:
        """Somebody writes to it."""
        self.sim("POST", f"users/{phone}/messages", {"text": "Hallo Werkstatt"})


def added(stage: Stage, **more: str) -> Answer:
    return stage.graph(NEW | more, f"/v26.0/{stage.settings.waba_id}/phone_numbers")


def registered(stage: Stage) -> Second:
    """A second number that is ready."""
    second = Second(stage, added(stage).json["id"])
    assert second.graph({"code_method": "SMS", "language": "de"}, "request_code").status == 200
    assert second.graph({"code": second.sim("GET", "number")["code"]}, "verify_code").status == 200
    assert second.graph({"messaging_product": "whatsapp", "pin": "123456"}, "register").status == 200
    return second


@pytest.fixture
def second(stage: Stage) -> Second:
    return registered(stage)


def code(answer: Answer) -> int:
    return int(answer.json["error"]["code"])


def told(receiver: Receiver, key: str) -> list[tuple[str, dict[str, Any]]]:
    """All items under `key`, with the number that they are about."""
    changes = [
        change["value"]
        for body in list(receiver.bodies)
        for entry in json.loads(body)["entry"]
        for change in entry["changes"]
    ]
    return [(value["metadata"]["phone_number_id"], item) for value in changes for item in value.get(key, [])]


def test_it_is_added_proven_and_registered(stage: Stage) -> None:
    stage.customer()
    second = Second(stage, added(stage).json["id"])
    assert second.id != stage.settings.phone_number_id
    assert code(second.graph(a_text(KIM))) == 133010
    refused = stage.call("POST", f"/__sim/users/{KIM}/messages?number={second.id}", {"text": "Hallo"})
    assert (refused.status, "register" in refused.json["error"]) == (409, True)
    pin = {"messaging_product": "whatsapp", "pin": "123456"}
    assert code(second.graph(pin, "register")) == 133006
    second.graph({"code_method": "VOICE", "language": "de"}, "request_code")
    sent = second.sim("GET", "number")["code"]
    assert (stage.sim("GET", "number")["code"], code(second.graph({"code": "000"}, "verify_code"))) == ("", 100)
    assert second.graph({"code": sent}, "verify_code").status == 200
    assert second.graph(pin, "register").status == 200
    second.send(KIM)


def test_the_account_lists_both(stage: Stage, second: Second) -> None:
    path = f"/v26.0/{stage.settings.waba_id}/phone_numbers"
    listed = stage.graph(None, path, method="GET").json["data"]
    assert [(one["id"], one["display_phone_number"], one["verified_name"], one["status"]) for one in listed] == [
        (stage.settings.phone_number_id, "+493023125000", "Beispiel GmbH", "CONNECTED"),
        (second.id, "+49 3023125001", "Beispiel Werkstatt", "CONNECTED"),
    ]
    assert stage.graph(None, f"/{second.id}?fields=status", method="GET").json == {
        "status": "CONNECTED",
        "id": second.id,
    }
    assert [one["id"] for one in stage.sim("GET", "numbers")["items"]] == [one["id"] for one in listed]
    assert second.graph({"messaging_product": "whatsapp", "about": "Wir reparieren."}, "whatsapp_business_profile").json
    profile = stage.graph(None, f"/{stage.settings.phone_number_id}/whatsapp_business_profile", method="GET").json
    assert "about" not in profile["data"][0]


@pytest.mark.parametrize(
    "more",
    [{"cc": ""}, {"phone_number": "kim"}, {"verified_name": ""}, {"phone_number": "3023125000"}, {"phone_number": "1"}],
)
def test_what_is_no_new_number_is_refused(stage: Stage, more: dict[str, str]) -> None:
    assert code(added(stage, **more)) in {100, 131008}
    assert len(stage.sim("GET", "numbers")["items"]) == 1


def test_a_person_s_number_is_nobody_else_s(stage: Stage, second: Second) -> None:
    stage.customer()
    assert code(added(stage, phone_number=KIM[3:])) == 100
    assert stage.call("POST", "/__sim/users", {"phone": DIGITS}).status == 409
    assert code(second.graph(a_text(DIGITS))) == 131021
    (failed,) = stage.wait_states(stage.send(DIGITS), "failed")
    assert failed["errors"][0]["code"] == 131026


def test_a_portfolio_that_is_not_verified_has_two_numbers(start: Start) -> None:
    stage = start(messaging_limit="TIER_250")
    assert added(stage).status == 200
    assert code(added(stage, phone_number="30 23125002")) == 100
    stage.sim("POST", "number", {"messaging_limit": "TIER_2K"})
    assert added(stage, phone_number="30 23125002").status == 200


def test_windows_are_each_number_s_own(stage: Stage, second: Second) -> None:
    stage.customer(wrote=False)
    second.hears()
    ((number, message),) = stage.wait(lambda: told(stage.receiver, "messages"))
    assert (number, message["from"]) == (second.id, KIM[1:])
    value = json.loads(stage.receiver.bodies[0])["entry"][0]["changes"][0]["value"]
    assert value["metadata"]["display_phone_number"] == DIGITS
    stage.wait_states(second.send(KIM), "sent", "delivered")
    assert {number for number, _ in told(stage.receiver, "statuses")} == {second.id}
    (failed,) = stage.wait_states(stage.send(KIM), "failed")
    assert failed["errors"][0]["code"] == 131047
    assert told(stage.receiver, "statuses")[-1][0] == stage.settings.phone_number_id


def test_threads_are_each_number_s_own(stage: Stage, second: Second) -> None:
    stage.customer()
    second.hears()
    wamid = second.send(KIM)
    stage.wait_states(wamid, "sent", "delivered")
    thread = second.sim("GET", f"users/{KIM}/messages")["items"]
    assert [one["text"] for one in thread] == ["Hallo Werkstatt", "Guten Tag"]
    assert [one["text"] for one in stage.sim("GET", f"users/{KIM}/messages")["items"]] == ["Hallo"]
    assert stage.sim("POST", f"users/{KIM}/read") == {"read": []}
    assert second.sim("POST", f"users/{KIM}/read") == {"read": [wamid]}
    wrote = {"messaging_product": "whatsapp", "status": "read", "message_id": thread[0]["id"]}
    assert code(stage.graph(wrote)) == 131009
    assert second.graph(wrote).json == {"success": True}
    second.sim("POST", f"users/{KIM}/messages", {"text": "Danke", "reply_to": wamid})
    answer = stage.wait(lambda: [one for _, one in told(stage.receiver, "messages") if one.get("context")])[0]
    assert answer["context"] == {"from": DIGITS, "id": wamid}


def test_blocks_and_switches_are_each_number_s_own(stage: Stage, second: Second) -> None:
    approved(stage, name="angebot", category="MARKETING")
    stage.customer()
    second.hears()
    second.sim("POST", f"users/{KIM}/marketing", {"value": "stop"})
    ((number, preference),) = stage.wait(lambda: told(stage.receiver, "user_preferences"))
    assert (number, preference["value"]) == (second.id, "stop")
    offer = a_send(texts("Kim", "Montag"), name="angebot")
    stage.wait_states(stage.graph(offer).json["messages"][0]["id"], "sent", "delivered")
    (failed,) = stage.wait_states(second.graph(offer).json["messages"][0]["id"], "failed")
    assert failed["errors"][0]["code"] == 131050
    second.graph({"messaging_product": "whatsapp", "block_users": [{"user": KIM}]}, "block_users")
    (failed,) = stage.wait_states(second.send(KIM), "failed")
    assert failed["errors"][0]["code"] == 130403
    stage.wait_states(stage.send(KIM), "sent", "delivered")
    second.sim("POST", f"users/{KIM}/block")
    assert stage.sim("GET", f"users/{KIM}")["blocked"] is False


def test_rates_are_each_number_s_own(start: Start) -> None:
    stage = start(pair_limit=True)
    second = registered(stage)
    for _ in range(45):
        stage.send(KIM)
    assert code(stage.graph(a_text(KIM))) == 131056
    second.send(KIM)
    second.sim("POST", "number", {"throughput_per_s": 1})
    answers = [second.graph(a_text(NOUR)) for _ in range(5)]
    assert 130429 in {code(one) for one in answers if one.status != 200}
    assert stage.graph(a_text(NOUR)).status == 200


def test_counters_are_each_number_s_own_and_the_limit_is_one(start: Start) -> None:
    stage = start(messaging_limit="TIER_50")
    approved(stage)
    second = registered(stage)
    stage.customer()
    second.hears()
    stage.wait_states(second.send(KIM), "sent", "delivered")
    assert [one["billing"]["service"] for one in stage.sim("GET", "numbers")["items"]] == [0, 1]
    for index in range(51):
        stage.graph(a_send(texts("Kim", "Montag"), to=f"+49176040690{index:02}"))
    sent = second.graph(a_send(texts("Kim", "Montag"), to=NOUR)).json["messages"][0]["id"]
    (failed,) = stage.wait_states(sent, "failed")
    assert failed["errors"][0]["code"] == 131048
    fields = "pricing_analytics.start(0).end(99999999999).granularity(DAILY).dimensions(PHONE)"
    shown = stage.graph(None, f"/v26.0/{stage.settings.waba_id}?fields={fields}", method="GET").json
    points = shown["pricing_analytics"]["data"][0]["data_points"]
    assert {(one["phone_number"], one["pricing_category"]) for one in points} == {
        ("493023125000", "UTILITY"),
        (DIGITS, "SERVICE"),
    }


def test_a_withheld_number_is_withheld_from_each_number(stage: Stage, second: Second) -> None:
    stage.customer(NOUR, "Nour", withhold_number=True, wrote=False)
    stage.send(NOUR)
    stage.sim("POST", f"users/{NOUR}/messages", {"text": "Hallo"})
    second.hears(NOUR)
    stage.wait(lambda: len(told(stage.receiver, "messages")) == 2)
    assert {number: "from" in message for number, message in told(stage.receiver, "messages")} == {
        stage.settings.phone_number_id: True,
        second.id: False,
    }


def test_a_change_of_number_is_told_to_all_that_know_the_person(stage: Stage, second: Second) -> None:
    stage.customer()
    second.hears()
    stage.sim("POST", f"users/{KIM}/change-number", {"phone": NOUR})
    system = stage.wait(
        lambda: (
            found
            if len(found := [one for one in told(stage.receiver, "messages") if one[1]["type"] == "system"]) == 2
            else None
        )
    )
    assert {number for number, _ in system} == {stage.settings.phone_number_id, second.id}


def test_it_has_a_callback_of_its_own(start: Start) -> None:
    stage, other = start(), Receiver(verify_token="another")
    second = registered(stage)
    url = start(other).settings.callback_url
    wanted = {"webhook_configuration": {"override_callback_uri": url, "verify_token": "another"}}
    assert stage.graph(wanted, f"/v26.0/{second.id}").status == 200
    stage.customer()
    second.hears()
    stage.wait(lambda: told(other, "messages") and told(stage.receiver, "messages"))
    assert {number for number, _ in told(other, "messages")} == {second.id}
    assert {number for number, _ in told(stage.receiver, "messages")} == {stage.settings.phone_number_id}


def test_files_belong_to_the_number_that_uploaded_them(stage: Stage, second: Second) -> None:
    form, kind = a_form(JPEG, "image/jpeg")
    token = {"Authorization": f"Bearer {stage.settings.access_token}", "Content-Type": kind}
    file_id = stage.call("POST", f"/v26.0/{second.id}/media", form, token).json["id"]
    assert stage.graph(None, f"/{file_id}?phone_number_id={second.id}", method="GET").status == 200
    first = stage.settings.phone_number_id
    assert code(stage.graph(None, f"/{file_id}?phone_number_id={first}", method="GET")) == 100


def test_history_is_each_number_s_own(stage: Stage, second: Second) -> None:
    stage.customer()
    second.hears()
    wamid = second.send(KIM)
    stage.wait_states(wamid, "sent", "delivered")
    (found,) = second.graph(None, f"message_history?message_id={wamid}", "GET").json["data"]
    assert found["message_id"] == wamid
    path = f"/v26.0/{stage.settings.phone_number_id}/message_history?message_id={wamid}"
    assert stage.graph(None, path, method="GET").json == {"data": []}
    assert [one["number"] for one in stage.sim("GET", "log")["items"]] == [second.id]


def test_two_numbers_in_one_webhook_are_the_real_ones(stage: Stage, second: Second) -> None:
    stage.customer(wrote=False)
    stage.sim("POST", "chaos", {"odds": {"two_numbers": 1.0}})
    stage.sim("POST", f"users/{KIM}/messages", {"text": "Hallo"})
    second.hears()
    ours = {stage.settings.phone_number_id, second.id}
    stage.wait(lambda: len(told(stage.receiver, "messages")) == 2)
    assert {number for number, _ in told(stage.receiver, "messages")} == ours
    assert (len(stage.receiver.bodies), told(stage.receiver, "statuses")) == (1, [])


def test_a_reset_leaves_the_first_number(stage: Stage, second: Second) -> None:
    stage.sim("POST", "reset")
    assert [one["id"] for one in stage.sim("GET", "numbers")["items"]] == [stage.settings.phone_number_id]
    assert stage.call("GET", f"/__sim/number?number={second.id}").status == 404
    assert code(second.graph(a_text(KIM))) == 100


def test_a_username_is_one_number_s(stage: Stage, second: Second) -> None:
    path = f"/v26.0/{stage.settings.phone_number_id}/username"
    assert stage.graph({"username": "beispiel"}, path).status == 200
    assert code(second.graph({"username": "@beispiel"}, "username")) == 147005
    assert second.graph({"username": "beispiel", "force_transfer": True}, "username").status == 200
    assert second.graph(None, "username", "GET").json["username"] == "beispiel"
    assert stage.graph(None, path, method="GET").json == {}
