"""Whether the simulator is like the platform: promises of the Cloud API, in the order in which people run into them.

The first half needs nothing but a Graph API. It asks the simulator, or whatever FIDELITY_URL names on this machine:
another simulator, or a forwarder to the platform itself, with FIDELITY_TOKEN, FIDELITY_NUMBER and FIDELITY_ACCOUNT (ids
of a test number and its account), FIDELITY_RECIPIENT (a phone that has just written to it) and FIDELITY_USER_ID (its
business-scoped user id) and FIDELITY_ONE_TIME (an approved template for one-time passwords, in German). The second half
needs customers and a clock that do as they are told, and so the control API. The largest webhooks over HTTP to our own
listener are in test_fidelity_listener.py.
"""

import http.client
import json
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from jawort.channels.types import Inbound
from jawort.channels.whatsapp.parse import parse
from jawort.channels.whatsapp.signature import sign, verify
from jawort.simulator.payload import Business, Update, encode, envelope
from tests.channels.test_whatsapp_parse import (
    test_every_example_of_the_platform_is_read as test_every_example_of_the_platform_is_read,
)
from tests.channels.test_whatsapp_signature import BODY as KNOWN_BODY
from tests.channels.test_whatsapp_signature import EXPECTED as KNOWN_SIGNATURE
from tests.channels.test_whatsapp_signature import SECRET as KNOWN_SECRET
from tests.fixtures.time import Clock
from tests.simulator.stage import ACCESS_TOKEN, APP_SECRET, KIM, NOUR, WAIT_S, Answer, Receiver, Stage, Start, a_text
from tests.simulator.test_media import JPEG, a_form
from tests.simulator.test_templates import a_send, approved, decide, texts

DAY_S = 24 * 3_600
BODY_BYTES_MAX = 3_000_000


@dataclass(frozen=True)
class Platform:
    """A Graph API: `url` with its version, and ids of a number that may send to `recipient`."""

    url: str
    token: str
    number: str
    account: str
    recipient: str
    user_id: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One call, with the token unless `headers` say otherwise; a path may be a whole address."""
        parts = urlsplit(path if "://" in path else f"{self.url}/{path}")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=WAIT_S)
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        usual = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "User-Agent": "curl/8"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, f"{parts.path}?{parts.query}", data, usual | named)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def send(self, kind: str, content: Any, **more: Any) -> Answer:
        """A message to the recipient."""
        call = {"messaging_product": "whatsapp", "to": self.recipient, "type": kind, kind: content}
        return self.call("POST", f"{self.number}/messages", call | more)


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> Platform:
    """What FIDELITY_URL names, or a simulator to whose number Kim has just written."""
    if url := os.environ.get("FIDELITY_URL"):
        names = ("TOKEN", "NUMBER", "ACCOUNT", "RECIPIENT", "USER_ID")
        return Platform(url.rstrip("/"), *(os.environ[f"FIDELITY_{name}"] for name in names))
    stage: Stage = request.getfixturevalue("stage")
    kim = stage.customer()
    settings = stage.settings
    return Platform(f"{stage.url}/v26.0", ACCESS_TOKEN, settings.phone_number_id, settings.waba_id, KIM, kim["bsuid"])


def refused(answer: Answer) -> dict[str, Any]:
    """The error of an answer that must be one, of the documented form."""
    error: dict[str, Any] = answer.json["error"]
    assert answer.status >= 400
    assert {"message", "type", "code", "fbtrace_id"} <= set(error)
    assert isinstance(error["code"], int)
    return error


# Anywhere ------------------------------------------------------------------------------------------------------------


def test_a_wrong_token(platform: Platform) -> None:
    answer = platform.call("GET", platform.number, Authorization="Bearer wrong")
    assert refused(answer)["code"] in {0, 190}
    assert (answer.status, answer.json["error"]["type"]) == (401, "OAuthException")


def test_an_unknown_object_and_an_unknown_path(platform: Platform) -> None:
    for method in ("GET", "POST"):
        error = refused(platform.call(method, "1037543291543636", {} if method == "POST" else None))
        assert (error["code"], error["error_subcode"]) == (100, 33)
    assert platform.call("GET", f"{platform.number}/nothing").status in {400, 404}


def test_a_text_is_accepted(platform: Platform) -> None:
    answer = platform.send("text", {"body": "Grüße 😀 https://example.org"}, biz_opaque_callback_data="own-1")
    assert answer.status == 200
    assert answer.json["messaging_product"] == "whatsapp"
    digits = platform.recipient.removeprefix("+")
    assert answer.json["contacts"] == [{"input": platform.recipient, "wa_id": digits}]
    (message,) = answer.json["messages"]
    assert message["id"].startswith("wamid.")


BAD: list[tuple[dict[str, Any], set[int]]] = [
    ({"to": KIM, "type": "text", "text": {"body": "x"}}, {100}),
    ({"messaging_product": "whatsapp", "to": KIM, "type": "text"}, {100, 131008}),
    ({"messaging_product": "whatsapp", "to": KIM, "type": "hologram", "hologram": {}}, {100}),
    ({"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}}, {100}),
    (a_text(KIM, "x" * 4_097), {100, 131009}),
    (a_text("kim"), {100, 131009, 131026}),
    (a_text("", recipient="kim"), {100, 131009}),
]


@pytest.mark.parametrize(("call", "codes"), BAD)
def test_bad_calls_name_what_is_wrong(platform: Platform, call: dict[str, Any], codes: set[int]) -> None:
    call = call | ({"to": platform.recipient} if call.get("to") == KIM else {})
    answer = platform.call("POST", f"{platform.number}/messages", call)
    assert answer.status == 400
    assert refused(answer)["code"] in codes


@pytest.mark.parametrize("body", [b"{", b"[]", b""])
def test_what_is_no_object_is_refused(platform: Platform, body: bytes) -> None:
    assert refused(platform.call("POST", f"{platform.number}/messages", body))["code"] == 100


def test_a_file_there_and_back(platform: Platform) -> None:
    form, kind = a_form(JPEG, "image/jpeg")
    file_id = platform.call("POST", f"{platform.number}/media", form, Content_Type=kind).json["id"]
    found = platform.call("GET", f"{file_id}?phone_number_id={platform.number}").json
    assert (found["id"], found["mime_type"], int(found["file_size"])) == (file_id, "image/jpeg", len(JPEG))
    assert platform.call("GET", found["url"]).body == JPEG
    assert platform.call("GET", found["url"], Authorization="Bearer wrong").status >= 400
    assert platform.send("image", {"id": file_id}).status == 200
    assert platform.call("DELETE", file_id).json == {"success": True}
    assert refused(platform.send("image", {"id": file_id}))["message"].endswith(
        "is not a valid whatsapp business account media attachment ID"
    )


def test_templates_are_listed_in_pages(platform: Platform) -> None:
    listed = platform.call("GET", f"{platform.account}/message_templates?fields=name,status&limit=1").json
    assert set(listed["data"][0]) == {"name", "status", "id"}
    assert {"before", "after"} <= set(listed["paging"]["cursors"])
    bad = platform.call("GET", f"{platform.account}/message_templates?after=nonsense")
    assert refused(bad)["code"] == 131059


def test_a_template_is_sent_and_an_unknown_one_is_not(platform: Platform) -> None:
    sent = platform.send("template", {"name": "hello_world", "language": {"code": "en_US"}})
    assert sent.json["messages"][0]["message_status"] == "accepted"
    unknown = platform.send("template", {"name": "gibt_es_nicht", "language": {"code": "de"}})
    assert (unknown.status, refused(unknown)["code"]) == (404, 132001)
    many = [{"type": "body", "parameters": [{"type": "text", "text": "x"}]}]
    misfit = platform.send("template", {"name": "hello_world", "language": {"code": "en_US"}, "components": many})
    assert refused(misfit)["code"] == 132000


def test_the_number_and_its_profile(platform: Platform) -> None:
    shown = platform.call("GET", f"{platform.number}?fields=display_phone_number,quality_rating").json
    assert set(shown) == {"display_phone_number", "quality_rating", "id"}
    (profile,) = platform.call("GET", f"{platform.number}/whatsapp_business_profile?fields=about,vertical").json["data"]
    assert profile["messaging_product"] == "whatsapp"
    assert platform.number in {
        one["id"] for one in platform.call("GET", f"{platform.account}/phone_numbers").json["data"]
    }


def test_to_wins_over_recipient(platform: Platform) -> None:
    both = platform.send("text", {"body": "Guten Tag"}, recipient=platform.user_id)
    digits = platform.recipient.removeprefix("+")
    assert both.json["contacts"] == [{"input": platform.recipient, "wa_id": digits}]
    by_id = platform.call("POST", f"{platform.number}/messages", a_text("", recipient=platform.user_id))
    assert by_id.json["contacts"] == [{"input": platform.user_id, "user_id": platform.user_id}]


@pytest.fixture
def one_time_template(platform: Platform, request: pytest.FixtureRequest) -> str:
    """An approved template for one-time passwords, in German, with a button that copies the code."""
    if "FIDELITY_URL" in os.environ:
        return os.environ["FIDELITY_ONE_TIME"]
    parts = ({"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]})
    approved(request.getfixturevalue("stage"), *parts, name="code", category="AUTHENTICATION")
    return "code"


def test_a_one_time_password_to_an_id(platform: Platform, one_time_template: str) -> None:
    call = a_send(texts("482913"), name=one_time_template, recipient=platform.user_id)
    assert refused(platform.call("POST", f"{platform.number}/messages", call))["code"] == 131062


def test_a_flood_to_one_customer_is_stopped(platform: Platform, request: pytest.FixtureRequest) -> None:
    """45 at once, says the documentation; those of a minute before may be counted too."""
    if "FIDELITY_URL" not in os.environ:
        request.getfixturevalue("stage").sim("POST", "number", {"pair_limit": True})
    answers = (platform.send("text", {"body": f"Nummer {n}"}) for n in range(60))
    assert refused(next(one for one in answers if one.status != 200))["code"] == 131056


# With customers and a clock that obey --------------------------------------------------------------------------------


def test_the_handshake_comes_before_everything(start: Start) -> None:
    stage = start(Receiver(verify_token="another"))
    stage.customer()
    stage.wait(lambda: stage.sim("GET", "webhooks")["items"][0]["attempts"])
    assert (stage.receiver.handshakes > 0, stage.receiver.bodies) == (True, [])


def test_the_signature_is_of_the_bytes_and_of_no_other_writing(stage: Stage) -> None:
    stage.customer(name="Jörg Müller")
    body, signature = stage.wait(lambda: list(zip(stage.receiver.bodies, stage.receiver.signatures, strict=True)))[0]
    secrets = [APP_SECRET.encode()]
    assert verify(body, signature, secrets)
    written_again = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()
    assert not verify(written_again, signature, secrets)
    assert sign(body, APP_SECRET.encode()) == signature
    assert sign(KNOWN_BODY, KNOWN_SECRET) == KNOWN_SIGNATURE


def test_the_window_closes_after_24_hours(stage: Stage) -> None:
    stage.customer()
    stage.sim("POST", "clock", {"shift_s": DAY_S - 60})
    stage.wait_states(stage.send(KIM), "sent", "delivered")
    stage.sim("POST", "clock", {"shift_s": DAY_S + 1})
    (failed,) = stage.wait_states(stage.send(KIM), "failed")
    assert failed["errors"][0]["code"] == 131047
    approved(stage)
    stage.wait_states(stage.graph(a_send(texts("Kim", "Montag"))).json["messages"][0]["id"], "sent", "delivered")


def test_a_thousand_in_one_body_of_three_megabytes() -> None:
    words = "Grüße " * 180
    updates = [
        Update(
            "messages",
            {"from": "4915228895456", "id": f"wamid.{i}", "timestamp": "1", "type": "text", "text": {"body": words}},
        )
        for i in range(1_000)
    ]
    body = encode(envelope(Business("1", "2", "3"), updates))
    assert len(body) + 200_000 > BODY_BYTES_MAX
    assert sum(isinstance(one, Inbound) for one in parse(body)) == 1_000


@pytest.mark.parametrize("odds", [{"duplicate": 1.0}, {"swap": 1.0}])
def test_statuses_come_twice_and_in_disorder(stage: Stage, odds: dict[str, float]) -> None:
    stage.customer()
    stage.sim("POST", "chaos", {"odds": odds})
    wamids = []
    for i in range(3):  # one after the other, or those that are swapped would belong to different messages
        wamids.append(stage.send(KIM, f"Nummer {i}"))
        stage.wait(lambda: {"sent", "delivered"} <= set(stage.states(wamids[-1])))
    assert stage.wait(lambda: [one for one in wamids if stage.states(one) != ["sent", "delivered"]])


def test_delivered_is_left_out_where_the_chat_is_open(stage: Stage) -> None:
    stage.customer(chat_open=True)
    wamid = stage.send(KIM)
    stage.wait_states(wamid, "sent", "read")
    assert "delivered" not in stage.states(wamid)


def test_files_of_customers_live_a_week_and_addresses_five_minutes(stage: Stage) -> None:
    stage.customer()
    stage.sim("POST", f"users/{KIM}/messages", {"type": "image", "image": {"sample": "hills"}})
    image = stage.wait(lambda: [one for one in stage.receiver.values("messages") if one["type"] == "image"])[0]["image"]
    path = image["url"].removeprefix(stage.url)
    assert stage.graph(None, path, method="GET").status == 200
    stage.sim("POST", "clock", {"shift_s": 301})
    assert stage.graph(None, path, method="GET").status == 404
    assert stage.graph(None, f"/{image['id']}", method="GET").status == 200
    stage.sim("POST", "clock", {"shift_s": 7 * DAY_S + 1})
    assert refused(stage.graph(None, f"/{image['id']}", method="GET"))["code"] == 100


def test_files_of_the_business_live_thirty_days(stage: Stage) -> None:
    form, kind = a_form(JPEG, "image/jpeg")
    path = f"/v26.0/{stage.settings.phone_number_id}/media"
    token = {"Authorization": f"Bearer {ACCESS_TOKEN}", "Content-Type": kind}
    file_id = stage.call("POST", path, form, token).json["id"]
    stage.sim("POST", "clock", {"shift_s": 30 * DAY_S - 60})
    assert stage.graph(None, f"/{file_id}", method="GET").status == 200
    stage.sim("POST", "clock", {"shift_s": 30 * DAY_S + 1})
    assert refused(stage.graph(None, f"/{file_id}", method="GET"))["code"] == 100


def test_a_template_is_paused_in_the_middle_of_a_campaign(stage: Stage) -> None:
    template_id = approved(stage)
    people = [f"+49176040690{i:02}" for i in range(10)]
    answers = []
    for index, phone in enumerate(people):
        if index == 5:
            decide(stage, template_id, "FIRST_PAUSE")
        answers.append(stage.graph(a_send(texts("Kim", "Montag"), to=phone)))
    assert [one.status for one in answers] == [200] * 5 + [400] * 5
    assert {refused(one)["code"] for one in answers[5:]} == {132015}


def test_a_number_changes_and_takes_its_id_along(stage: Stage) -> None:
    kim = stage.customer()
    changed = stage.sim("POST", f"users/{KIM}/change-number", {"phone": NOUR})
    system = stage.wait(lambda: [one for one in stage.receiver.values("messages") if one["type"] == "system"])[0][
        "system"
    ]
    assert (system["type"], system["previous_user_id"], system["user_id"], system["wa_id"]) == (
        "user_changed_number",
        kim["bsuid"],
        changed["bsuid"],
        NOUR[1:],
    )
    assert refused(stage.graph(a_text("", recipient=kim["bsuid"])))["code"] == 131009


def test_marketing_after_stop(stage: Stage) -> None:
    approved(stage, name="angebot", category="MARKETING")
    stage.customer()
    stage.sim("POST", f"users/{KIM}/marketing", {"value": "stop"})
    preference = stage.wait(lambda: stage.receiver.values("user_preferences"))[0]
    assert (preference["value"], isinstance(preference["timestamp"], int)) == ("stop", True)
    sent = stage.graph(a_send(texts("Kim", "Montag"), name="angebot")).json["messages"][0]["id"]
    (failed,) = stage.wait_states(sent, "failed")
    assert failed["errors"][0]["code"] == 131050


def test_the_pair_limit_lets_go_after_a_while(start: Start, clock: Clock) -> None:
    """Retry after 4^X seconds, says the documentation: after 1 and 4 it is too early, after 16 there is room."""
    stage = start(pair_limit=True)
    assert [stage.graph(a_text(KIM)).status for _ in range(45)] == [200] * 45
    codes = []
    for power in range(3):
        codes.append(stage.graph(a_text(KIM)).json.get("error", {}).get("code"))
        clock.forward(seconds=4**power)
    assert codes == [131056] * 3
    assert stage.graph(a_text(KIM)).status == 200


def test_a_500_leads_to_the_same_bytes_later(start: Start) -> None:
    stage = start(Receiver(answers=[500, 500]))
    stage.customer()
    stage.wait(lambda: len(stage.receiver.bodies) == 3)
    assert len(set(stage.receiver.bodies)) == len(set(stage.receiver.signatures)) == 1
