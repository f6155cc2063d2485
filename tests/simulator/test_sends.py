"""What becomes of a send: accepted or refused, and the statuses that follow."""

from typing import Any

import pytest

from jawort.simulator.identity import number_in
from tests.simulator.stage import KIM, NOUR, Stage, Start, a_text


def test_a_text_goes_all_the_way(stage: Stage) -> None:
    stage.customer()
    answer = stage.graph(a_text(KIM, "Grüße 😀", biz_opaque_callback_data="own-1"))
    assert answer.status == 200
    assert answer.json["contacts"] == [{"input": KIM, "wa_id": KIM[1:]}]
    wamid = answer.json["messages"][0]["id"]
    stage.wait_states(wamid, "sent", "delivered")
    stage.sim("POST", f"users/{KIM}/read")
    sent, delivered, read = stage.wait_states(wamid, "sent", "delivered", "read")
    assert {status["biz_opaque_callback_data"] for status in (sent, delivered, read)} == {"own-1"}
    assert sent["recipient_id"] == KIM[1:]
    assert sent["pricing"]["category"] == "service"
    assert "pricing" in delivered
    assert "pricing" not in read
    assert stage.sim("GET", "log?after=0")["items"][0] | {"at": ""} == {
        "seq": 1,
        "at": "",
        "wamid": wamid,
        "number": stage.settings.phone_number_id,
        "to": KIM,
        "recipient": None,
        "phone": KIM,
        "type": "text",
        "text": "Grüße 😀",
        "content": {"body": "Grüße 😀"},
        "reply_to": None,
        "biz_opaque_callback_data": "own-1",
        "state": "read",
        "error": None,
    }


def test_a_wamid_contains_the_number(stage: Stage) -> None:
    stage.customer()
    assert number_in(stage.send(KIM)) == KIM[1:]
    inbound = stage.wait(lambda: stage.receiver.values("messages"))
    assert number_in(inbound[0]["id"]) == KIM[1:]


def test_a_number_that_nobody_created_is_online_and_reads_nothing(stage: Stage) -> None:
    wamid = stage.send(NOUR)
    sent, delivered = stage.wait_states(wamid, "sent", "delivered")
    assert sent["recipient_id"] == delivered["recipient_id"] == NOUR[1:]
    assert "recipient_user_id" not in sent


def test_to_wins_over_recipient(stage: Stage) -> None:
    kim, nour = stage.customer(KIM), stage.customer(NOUR)
    answer = stage.graph(a_text(KIM, recipient=nour["bsuid"]))
    assert answer.json["contacts"] == [{"input": KIM, "wa_id": KIM[1:]}]
    statuses = stage.wait_states(answer.json["messages"][0]["id"], "sent", "delivered")
    assert statuses[0]["recipient_user_id"] == kim["bsuid"]


def test_the_window_is_open_for_24_hours(stage: Stage) -> None:
    stage.customer()
    wrote = stage.sim("GET", f"users/{KIM}")["window_ends_at"]
    assert wrote
    stage.sim("POST", "clock", {"shift_s": 24 * 3_600 - 60})
    stage.wait_states(stage.send(KIM, "kurz vorher"), "sent", "delivered")
    stage.sim("POST", "clock", {"shift_s": 24 * 3_600 + 1})
    (failed,) = stage.wait_states(stage.send(KIM, "zu spät"), "failed")
    assert failed["errors"][0]["code"] == 131047
    assert "24 hours" in failed["errors"][0]["error_data"]["details"]
    assert "pricing" not in failed
    assert "recipient_user_id" not in failed
    stage.sim("POST", f"users/{KIM}/messages", {"type": "text", "text": "wieder da"})
    stage.wait_states(stage.send(KIM, "gern"), "sent", "delivered")


def test_the_window_can_be_checked_at_once(start: Start) -> None:
    stage = start(csw_error="sync")
    stage.customer(wrote=False)
    answer = stage.graph(a_text(KIM))
    assert (answer.status, answer.json["error"]["code"]) == (400, 131047)
    assert stage.sim("GET", "log")["items"] == []


def test_offline_waits_and_online_delivers(stage: Stage) -> None:
    stage.customer()
    stage.sim("POST", f"users/{KIM}/offline")
    wamids = [stage.send(KIM, f"Nummer {i}") for i in range(5)]
    for wamid in wamids:
        stage.wait_states(wamid, "sent")
    stage.sim("POST", f"users/{KIM}/online")
    for wamid in wamids:
        stage.wait_states(wamid, "sent", "delivered")
    shown = [bubble["id"] for bubble in stage.sim("GET", f"users/{KIM}/messages")["items"] if not bubble["mine"]]
    assert shown == wamids


def test_blocked_is_sent_and_never_arrives(stage: Stage) -> None:
    stage.customer()
    stage.sim("POST", f"users/{KIM}/block")
    lost = stage.send(KIM)
    stage.wait_states(lost, "sent")
    stage.sim("POST", f"users/{KIM}/unblock")
    stage.sim("POST", f"users/{KIM}/offline")
    stage.sim("POST", f"users/{KIM}/online")
    stage.wait_states(stage.send(KIM, "danach"), "sent", "delivered")
    assert stage.states(lost) == ["sent"]


def test_read_before_arrival_counts(stage: Stage) -> None:
    stage.customer()
    wamid = stage.send(KIM)
    stage.sim("POST", f"users/{KIM}/read")
    stage.wait_states(wamid, "sent", "delivered", "read")
    assert stage.states(wamid) == ["sent", "delivered", "read"]


def test_an_open_chat_skips_delivered(stage: Stage) -> None:
    stage.customer(chat_open=True)
    _, read = stage.wait_states(stage.send(KIM), "sent", "read")
    assert "pricing" in read


@pytest.mark.parametrize(
    ("given", "changed"), [({"skip_delivered_when_open": 0.0}, {}), ({}, {"skip_delivered_when_open": 0})]
)
def test_an_open_chat_may_be_told_step_by_step(
    start: Start, given: dict[str, float], changed: dict[str, float]
) -> None:
    stage = start(**given)
    stage.sim("POST", "number", changed)
    stage.customer(chat_open=True)
    _, delivered, read = stage.wait_states(stage.send(KIM), "sent", "delivered", "read")
    assert ("pricing" in delivered, "pricing" in read) == (True, False)
    assert stage.sim("GET", "number")["skip_delivered_when_open"] == 0.0


@pytest.mark.parametrize("chance", [-0.1, 1.1, "often", True])
def test_a_chance_is_between_nothing_and_certain(stage: Stage, chance: Any) -> None:
    refused = stage.call("POST", "/__sim/number", {"skip_delivered_when_open": chance})
    assert (refused.status, "skip_delivered_when_open" in refused.json["error"]) == (400, True)
    assert stage.sim("GET", "number")["skip_delivered_when_open"] == 1.0


def test_without_read_receipts_nothing_is_read(stage: Stage) -> None:
    stage.customer(read_receipts=False)
    wamid = stage.send(KIM)
    stage.wait_states(wamid, "sent", "delivered")
    assert stage.sim("POST", f"users/{KIM}/read")["read"] == [wamid]
    stage.wait_states(stage.send(KIM, "noch eine"), "sent", "delivered")
    assert stage.states(wamid) == ["sent", "delivered"]


def test_the_business_reads_and_types(stage: Stage) -> None:
    stage.customer()
    inbound = stage.wait(lambda: stage.receiver.values("messages"))[0]["id"]
    call = {"messaging_product": "whatsapp", "status": "read", "message_id": inbound}
    assert stage.graph({**call, "typing_indicator": {"type": "text"}}).json == {"success": True}
    assert stage.sim("GET", f"users/{KIM}/messages")["items"][0]["state"] == "read"
    assert stage.sim("GET", f"users/{KIM}")["typing_s"] > 0
    unknown = stage.graph({**call, "message_id": "wamid.UNKNOWN"})
    assert unknown.json["error"]["code"] == 131009
    stage.sim("POST", "clock", {"shift_s": 30 * 24 * 3_600 + 60})
    assert stage.graph(call).json["error"]["code"] == 131009


def test_pair_rate(start: Start) -> None:
    stage = start(pair_limit=True)
    answers = [stage.graph(a_text(KIM)).status for _ in range(46)]
    assert answers == [200] * 45 + [400]
    assert stage.graph(a_text(KIM)).json["error"]["code"] == 131056
    assert stage.graph(a_text(NOUR)).status == 200


BAD = [
    (b"{", 400, 100),
    (b"[]", 400, 100),
    (b'"text"', 400, 100),
    ({"to": KIM, "type": "text", "text": {"body": "x"}}, 400, 100),
    ({"messaging_product": "sms", "to": KIM, "type": "text", "text": {"body": "x"}}, 400, 100),
    ({"messaging_product": "whatsapp", "to": KIM}, 400, 131008),
    ({"messaging_product": "whatsapp", "to": KIM, "type": "text"}, 400, 131008),
    ({"messaging_product": "whatsapp", "to": KIM, "type": "text", "text": {}}, 400, 131008),
    ({"messaging_product": "whatsapp", "to": KIM, "type": "text", "text": "x"}, 400, 100),
    ({"messaging_product": "whatsapp", "to": KIM, "type": "text", "text": {"body": 1}}, 400, 100),
    ({"messaging_product": "whatsapp", "to": KIM, "type": "text", "text": {"body": "x", "colour": 1}}, 400, 100),
    (a_text(KIM, "x" * 4_097), 400, 131009),
    (a_text(KIM, biz_opaque_callback_data="x" * 513), 400, 131009),
    (a_text(KIM, recipient_type="group"), 400, 131009),
    ({"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}}, 400, 100),
    (a_text("kim"), 400, 131009),
    (a_text("", recipient="kim"), 400, 131009),
    (a_text("+49 30 23125000"), 400, 131021),
    ({"messaging_product": "whatsapp", "to": KIM, "type": "image", "image": {"id": "1"}}, 400, 100),
    ({"messaging_product": "whatsapp", "to": KIM, "type": "hologram"}, 400, 100),
    ({"messaging_product": "whatsapp", "status": "seen", "message_id": "x"}, 400, 131009),
    ({"messaging_product": "whatsapp", "status": "read"}, 400, 131008),
]


@pytest.mark.parametrize(("body", "status", "code"), BAD)
def test_bad_bodies(stage: Stage, body: object, status: int, code: int) -> None:
    answer = stage.graph(body)
    assert (answer.status, answer.json["error"]["code"]) == (status, code)
    assert answer.json["error"]["message"].startswith(f"(#{code})")
    assert answer.json["error"]["fbtrace_id"]
    assert stage.sim("GET", "log")["items"] == []


def test_a_text_of_4096_characters_is_fine(stage: Stage) -> None:
    stage.send(KIM, "ü" * 4_096)
    (sent,) = stage.sim("GET", "log")["items"]
    assert sent["text"] == "ü" * 4_096


def test_a_retired_id_is_refused(stage: Stage) -> None:
    kim = stage.customer()
    stage.sim("POST", f"users/{KIM}/change-bsuid", {"announce": False})
    answer = stage.graph(a_text("", recipient=kim["bsuid"]))
    assert (answer.status, answer.json["error"]["code"]) == (400, 131009)


def test_an_id_that_nobody_here_has_is_refused(start: Start) -> None:
    """Another portfolio's, or nobody's: well formed, and of no use."""
    stage = start()
    kim = stage.customer()
    foreign = start(portfolio="506914307656635").customer()["bsuid"]
    assert foreign != kim["bsuid"]
    for wrong in (foreign, "DE.13491208655302741918", "DE.ENT.11815799212886844830"):
        answer = stage.graph(a_text("", recipient=wrong))
        assert (answer.status, answer.json["error"]["code"]) == (400, 131009)
    assert stage.graph(a_text("", recipient=kim["bsuid"])).status == 200


def test_a_bench_writes_to_people_of_its_own(start: Start) -> None:
    assert start(profile="bench").graph(a_text("", recipient="DE.13491208655302741918")).status == 200


def test_token_and_objects(stage: Stage) -> None:
    for token in ("", "wrong"):
        answer = stage.graph(a_text(KIM), token=token)
        assert (answer.status, answer.json["error"]["code"]) == (401, 190)
    for path in ("/v26.0/1/messages", "/1/messages", "/v26.0/1"):
        error = stage.graph(a_text(KIM), path=path).json["error"]
        assert (error["code"], error["error_subcode"]) == (100, 33)
    assert stage.graph(a_text(KIM), path=f"/{stage.settings.phone_number_id}/messages").status == 200
    unknown = stage.graph(None, path="/v26.0/nothing/here", method="GET")
    assert (unknown.status, unknown.json["error"]["code"]) == (404, 2500)


def test_number_and_account(stage: Stage) -> None:
    number = stage.settings.phone_number_id
    shown = stage.graph(None, f"/v26.0/{number}?fields=display_phone_number,quality_rating", method="GET").json
    assert shown == {"display_phone_number": "+493023125000", "quality_rating": "GREEN", "id": number}
    listed = stage.graph(None, f"/v26.0/{stage.settings.waba_id}/phone_numbers", method="GET").json
    assert [one["id"] for one in listed["data"]] == [number]
