"""The number and the account: registering, settings, profile, short links, blocking, what is refused."""

from typing import Any

import pytest

from tests.simulator.stage import KIM, NOUR, Answer, Stage, Start, a_text
from tests.simulator.test_templates import a_send, approved, body, texts, told

DAY_S = 24 * 3_600
HOUR_S = 3_600


def edge(stage: Stage, method: str, name: str, content: Any = None, version: str = "/v26.0") -> Answer:
    return stage.graph(content, f"{version}/{stage.settings.phone_number_id}/{name}", method=method)


def code(answer: Answer) -> int:
    return int(answer.json["error"]["code"])


def test_registering_and_the_pin(stage: Stage) -> None:
    pin = {"messaging_product": "whatsapp", "pin": "123456"}
    assert edge(stage, "POST", "deregister").json == {"success": True}
    refused = stage.graph(a_text(KIM))
    assert (refused.status, code(refused)) == (400, 133010)
    assert stage.graph(None, f"/{stage.settings.phone_number_id}", method="GET").json["status"] == "DISCONNECTED"
    assert code(edge(stage, "POST", "register", {"messaging_product": "whatsapp", "pin": "12"})) == 100
    assert edge(stage, "POST", "register", pin).json == {"success": True}
    assert stage.graph(a_text(KIM)).status == 200
    assert code(edge(stage, "POST", "register", {**pin, "pin": "654321"})) == 133005
    assert stage.graph({"pin": "654321"}, f"/{stage.settings.phone_number_id}").json == {"success": True}
    assert stage.wait(lambda: told(stage, "security"))[0]["event"] == "PIN_CHANGED"
    assert edge(stage, "POST", "register", {**pin, "pin": "654321"}).status == 200


def test_guessing_and_registering_too_often(stage: Stage) -> None:
    def register(pin: str) -> Answer:
        return edge(stage, "POST", "register", {"messaging_product": "whatsapp", "pin": pin})

    assert register("111111").status == 200
    assert [code(register(f"22222{i}")) for i in range(6)] == [133005] * 5 + [133008]
    stage.sim("POST", "clock", {"shift_s": HOUR_S + 60})
    assert [register("111111").status for _ in range(3)] == [200] * 3
    assert code(register("111111")) == 133016
    stage.sim("POST", "clock", {"shift_s": 3 * DAY_S + HOUR_S})
    assert register("111111").status == 200


def test_a_number_proves_itself_first(stage: Stage) -> None:
    stage.sim("POST", "number", {"verified": False})
    pin = {"messaging_product": "whatsapp", "pin": "123456"}
    assert code(edge(stage, "POST", "register", pin)) == 133006
    assert code(edge(stage, "POST", "request_code", {"code_method": "POST", "language": "de"})) == 100
    assert edge(stage, "POST", "request_code?code_method=SMS&language=de").json == {"success": True}
    sent = stage.sim("GET", "number")["code"]
    assert edge(stage, "POST", "verify_code", {"code": "000000" if sent != "000000" else "1"}).status == 400
    assert edge(stage, "POST", "verify_code", {"code": sent}).json == {"success": True}
    assert edge(stage, "POST", "register", pin).status == 200


def test_where_contents_are_stored(stage: Stage) -> None:
    germany = {"status": "IN_COUNTRY_STORAGE_ENABLED", "data_localization_region": "DE"}
    assert code(edge(stage, "POST", "settings", {"storage_configuration": germany})) == 100
    edge(stage, "POST", "deregister")
    nowhere = {**germany, "data_localization_region": "FR"}
    assert code(edge(stage, "POST", "settings", {"storage_configuration": nowhere})) == 100
    assert code(edge(stage, "POST", "settings", {"storage_configuration": {"status": "NO_STORAGE_ENABLED"}})) == 10
    assert edge(stage, "POST", "settings", {"storage_configuration": germany}).json == {"success": True}
    assert edge(stage, "GET", "settings").json["storage_configuration"] == germany
    old = {"messaging_product": "whatsapp", "pin": "123456", "data_localization_region": "DE"}
    assert code(edge(stage, "POST", "register", old)) == 12
    del old["data_localization_region"]
    assert edge(stage, "POST", "register", old).status == 200
    assert edge(stage, "GET", "settings").json["storage_configuration"] == germany


def test_a_locked_account_sends_nothing(stage: Stage) -> None:
    stage.sim("POST", "number", {"locked": True})
    refused = stage.graph(a_text(KIM))
    assert (refused.status, code(refused)) == (403, 131031)
    health = stage.graph(None, f"/{stage.settings.phone_number_id}?fields=health_status", method="GET").json
    assert health["health_status"]["can_send_message"] == "BLOCKED"


def test_profile(stage: Stage) -> None:
    product = {"messaging_product": "whatsapp"}
    sites = ["https://example.org/impressum", "https://example.org/datenschutz"]
    wanted = {"about": "Wir helfen gern", "websites": sites, "vertical": "RETAIL"}
    assert edge(stage, "POST", "whatsapp_business_profile", product | wanted).json == {"success": True}
    (shown,) = edge(stage, "GET", "whatsapp_business_profile?fields=about,websites,email").json["data"]
    assert shown == product | {"about": "Wir helfen gern", "websites": sites}
    for bad, number in (({"about": "x" * 140}, 131009), ({"websites": sites + sites}, 131009), ({"colour": "x"}, 100)):
        assert code(edge(stage, "POST", "whatsapp_business_profile", product | bad)) == number


def test_conversation_starters_username_and_links(stage: Stage) -> None:
    command = {"command_name": "hilfe", "command_description": "Was wir tun können"}
    wanted = {"prompts": ["Wo ist mein Paket?"], "commands": [command]}
    assert edge(stage, "POST", "conversational_automation", wanted).json == {"success": True}
    assert code(edge(stage, "POST", "conversational_automation", {"prompts": ["x"] * 5})) == 131009
    number = stage.settings.phone_number_id
    shown = stage.graph(None, f"/{number}?fields=conversational_automation", method="GET").json
    assert shown["conversational_automation"] | {"id": ""} == {"enable_welcome_message": False, "id": "", **wanted}
    assert code(edge(stage, "POST", "username", {"username": "Beispiel GmbH"})) == 147001
    assert edge(stage, "POST", "username", {"username": "beispiel.gmbh"}).status == 200
    assert edge(stage, "GET", "username").json["username"] == "beispiel.gmbh"
    assert edge(stage, "DELETE", "username").json == {"success": True}
    assert edge(stage, "GET", "username").json == {}
    link = edge(stage, "POST", "message_qrdls", {"prefilled_message": "Guten Tag", "generate_qr_image": "SVG"}).json
    assert link["deep_link_url"].endswith(link["code"])
    picture = stage.call("GET", link["qr_image_url"].removeprefix(stage.url))
    assert (picture.headers["Content-Type"].partition(";")[0], link["code"] in picture.body.decode()) == (
        "image/svg+xml",
        True,
    )
    changed = edge(stage, "POST", "message_qrdls", {"code": link["code"], "prefilled_message": "Hallo"}).json
    assert (changed["code"], changed["prefilled_message"]) == (link["code"], "Hallo")
    assert edge(stage, "GET", "message_qrdls").json["data"] == [changed]
    assert edge(stage, "GET", f"message_qrdls/{link['code']}").json["data"] == [changed]
    assert edge(stage, "DELETE", f"message_qrdls/{link['code']}").json == {"success": True}
    assert edge(stage, "GET", "message_qrdls").json == {"data": []}


def test_blocking(stage: Stage) -> None:
    kim = stage.customer()
    product = {"messaging_product": "whatsapp"}
    both = product | {"block_users": [{"user": KIM}, {"user": NOUR}]}
    partly = edge(stage, "POST", "block_users", both)
    assert (partly.status, code(partly)) == (400, 139100)
    result = partly.json["block_users"]
    assert [one["input"] for one in result["added_users"]] == [KIM]
    assert [(one["input"], one["errors"][0]["code"]) for one in result["failed_users"]] == [(NOUR, 131047)]
    known = {"input": KIM, "wa_id": KIM[1:], "user_id": kim["bsuid"]}
    assert edge(stage, "GET", "block_users").json["data"] == [product | known]
    (failed,) = stage.wait_states(stage.send(KIM), "failed")
    assert failed["errors"][0]["code"] == 130403
    stage.sim("POST", f"users/{KIM}/messages", {"type": "text", "text": "Hört ihr mich?"})
    again = edge(stage, "DELETE", "block_users", product | {"block_users": [{"user_id": kim["bsuid"]}]}).json
    assert [one["input"] for one in again["block_users"]["removed_users"]] == [kim["bsuid"]]
    stage.wait_states(stage.send(KIM), "sent", "delivered")
    stage.sim("POST", f"users/{KIM}/messages", {"type": "text", "text": "Danke!"})
    stage.wait(lambda: "Danke!" in str(stage.receiver.values("messages")))
    assert "Hört ihr mich?" not in str(stage.receiver.values("messages"))


def test_blocking_can_refuse_at_once(start: Start) -> None:
    stage = start(block_error="sync")
    stage.customer()
    edge(stage, "POST", "block_users", {"messaging_product": "whatsapp", "block_users": [{"user": KIM}]})
    refused = stage.graph(a_text(KIM))
    assert (refused.status, code(refused)) == (400, 130403)


def test_the_contact_book_forgets(start: Start) -> None:
    stage = start(contact_book=True)
    kim = stage.customer(withhold_number=True)
    stage.send(KIM)
    stage.sim("POST", "clock", {"shift_s": 31 * DAY_S})
    stage.sim("POST", f"users/{KIM}/messages", {"type": "text", "text": "noch da"})
    assert "from" in stage.wait(lambda: stage.receiver.values("messages")[1:])[0]
    asked = f"contact_book?messaging_product=whatsapp&bsuid={kim['bsuid']}"
    assert edge(stage, "DELETE", asked).json == {"messaging_product": "whatsapp", "success": True, "deleted": True}
    stage.sim("POST", "clock", {"shift_s": 62 * DAY_S})
    stage.sim("POST", f"users/{KIM}/messages", {"type": "text", "text": "immer noch"})
    assert "from" not in stage.wait(lambda: stage.receiver.values("messages")[2:])[0]
    assert code(edge(stage, "DELETE", "contact_book?messaging_product=whatsapp&bsuid=DE.1")) == 100


def test_the_identity_check(stage: Stage) -> None:
    wanted = {"user_identity_change": {"enable_identity_key_check": True}}
    assert edge(stage, "POST", "settings", wanted).json == {"success": True}
    stage.customer()
    (sent, _) = stage.wait_states(stage.send(KIM), "sent", "delivered")
    known = sent["recipient_identity_key_hash"]
    stage.wait_states(stage.send(KIM, recipient_identity_key_hash=known), "sent", "delivered")
    (failed,) = stage.wait_states(stage.send(KIM, recipient_identity_key_hash="other="), "failed")
    assert failed["errors"][0]["code"] == 137000


def test_history_without_contents(stage: Stage) -> None:
    stage.customer()
    wamid = stage.send(KIM)
    stage.wait_states(wamid, "sent", "delivered")
    (item,) = edge(stage, "GET", f"message_history?message_id={wamid.replace('=', '%3D')}").json["data"]
    assert [one["delivery_status"] for one in item["events"]["data"]] == ["ACCEPTED", "SENT", "DELIVERED"]
    assert item["events"]["data"][0]["webhook_uri"] == stage.settings.callback_url
    sent = stage.graph(None, f"/v26.0/{item['id']}/events?status_filter=SENT", method="GET").json["data"]
    assert [one["delivery_status"] for one in sent] == ["SENT"]
    assert edge(stage, "GET", "message_history?message_id=wamid.X").json == {"data": []}


def test_a_test_number_has_few_recipients(stage: Stage) -> None:
    stage.sim("POST", "number", {"allowed": [KIM]})
    assert stage.graph(a_text(KIM)).status == 200
    assert code(stage.graph(a_text(NOUR))) == 131030


def test_of_several_things_the_first_one_is_answered(start: Start) -> None:
    stage = start(block_error="sync", pair_limit=True)
    kim = stage.customer()
    otp = ({"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]})
    approved(stage, *otp, name="code", category="AUTHENTICATION")
    for _ in range(45):
        stage.send(KIM)
    edge(stage, "POST", "block_users", {"messaging_product": "whatsapp", "block_users": [{"user": KIM}]})
    stage.sim("POST", "number", {"allowed": [NOUR]})
    assert code(stage.graph(a_send(texts("482913"), name="code", recipient=kim["bsuid"]))) == 131062
    unknown = a_send(texts("Kim"), name="gibt_es_nicht")
    assert code(stage.graph(unknown)) == 130403
    edge(stage, "DELETE", "block_users", {"messaging_product": "whatsapp", "block_users": [{"user": KIM}]})
    assert code(stage.graph(unknown)) == 131030
    stage.sim("POST", "number", {"allowed": []})
    assert code(stage.graph(unknown)) == 132001
    assert code(stage.graph(a_text(KIM))) == 131056
    stage.sim("POST", "number", {"locked": True})
    assert code(stage.graph(unknown)) == 131031
    stage.sim("POST", "number", {"registered": False})
    assert code(stage.graph(unknown)) == 133010


@pytest.mark.parametrize("number", [0, 190])
def test_a_token_can_be_made_to_fail(stage: Stage, number: int) -> None:
    stage.sim("POST", "faults", {"code": number})
    refused = stage.graph(a_text(KIM))
    assert (refused.status, code(refused)) == (401, number)


def test_resumable_uploads(stage: Stage) -> None:
    path = f"/v26.0/{stage.settings.app_id}/uploads?file_name=a.jpg&file_length=3&file_type=image/jpeg"
    session = stage.graph(None, path).json["id"]
    handle = stage.graph(b"abc", f"/v26.0/{session}").json["h"]
    assert stage.graph(None, f"/v26.0/{session}", method="GET").json == {"id": session, "file_offset": 3}
    header = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [handle]}}
    assert approved(stage, header, body("Bis morgen."))
