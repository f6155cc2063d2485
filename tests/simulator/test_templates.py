"""Templates: handed in, reviewed, found again, edited, paused, sent, deleted."""

from typing import Any

import pytest

from jawort.simulator.components import draft
from jawort.simulator.errors import GraphError
from jawort.simulator.fill import fill
from tests.simulator.stage import KIM, Answer, Stage, Start

DAY_S = 24 * 3_600
STATUS = "message_template_status_update"
BODY = "Guten Tag {{1}}, Ihr Termin ist am {{2}} bei uns."


def body(text: str = BODY, *example: str) -> dict[str, Any]:
    given = {"example": {"body_text": [list(example)]}} if example else {}
    return {"type": "BODY", "text": text, **given}


def named_body() -> dict[str, Any]:
    params = [{"param_name": "name", "example": "Kim"}, {"param_name": "tag", "example": "Montag"}]
    return {
        "type": "body",
        "text": "Guten Tag {{name}}, bis {{tag}} also.",
        "example": {"body_text_named_params": params},
    }


def a_template(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = list(components) or [body(BODY, "Kim", "Montag")]
    return {"name": "termin", "language": "de", "category": "UTILITY", "components": made, **more}


def manage(stage: Stage, method: str, body: Any = None, query: str = "") -> Answer:
    return stage.graph(body, f"/v26.0/{stage.settings.waba_id}/message_templates{query}", method=method)


def created(stage: Stage, *components: dict[str, Any], **more: Any) -> str:
    answer = manage(stage, "POST", a_template(*components, **more))
    assert answer.status == 200, answer.body
    return str(answer.json["id"])


def approved(stage: Stage, *components: dict[str, Any], **more: Any) -> str:
    template_id = created(stage, *components, **more)
    decide(stage, template_id, "APPROVED")
    return template_id


def decide(stage: Stage, template_id: str, decision: str, **value: Any) -> Any:
    return stage.sim("POST", f"templates/{template_id}/decision", {"decision": decision, "value": value})


def told(stage: Stage, field: str) -> list[dict[str, Any]]:
    """What webhooks of a field said."""
    found = []
    for webhook in stage.sim("GET", "webhooks")["items"]:
        for entry in webhook["json"]["entry"]:
            found += [{**one["value"], "time": entry["time"]} for one in entry["changes"] if one["field"] == field]
    return found


def texts(*values: str, **more: Any) -> dict[str, Any]:
    return {"type": "body", "parameters": [{"type": "text", "text": value, **more} for value in values]}


def a_send(*components: dict[str, Any], name: str = "termin", language: str = "de", **more: Any) -> dict[str, Any]:
    template = {"name": name, "language": {"code": language}, "components": list(components)}
    to = {} if "recipient" in more else {"to": KIM}
    return {"messaging_product": "whatsapp", "type": "template", "template": template, **to, **more}


def test_from_draft_to_the_customer(stage: Stage) -> None:
    answer = manage(stage, "POST", a_template(message_send_ttl_seconds=600))
    assert answer.json | {"id": ""} == {"id": "", "status": "PENDING", "category": "UTILITY"}
    template_id = answer.json["id"]
    stage.customer(wrote=False)
    refused = stage.graph(a_send(texts("Kim", "Montag")))
    assert (refused.status, refused.json["error"]["code"]) == (404, 132001)
    decide(stage, template_id, "APPROVED")
    (event,) = stage.wait(lambda: told(stage, STATUS))
    assert (event["event"], event["message_template_id"]) == ("APPROVED", int(template_id))
    assert (event["message_template_name"], event["message_template_language"]) == ("termin", "de")
    sent = stage.graph(a_send(texts("Kim", "Montag"))).json["messages"][0]
    assert sent["message_status"] == "accepted"
    stage.wait_states(sent["id"], "sent", "delivered")
    (entry,) = stage.sim("GET", "log")["items"]
    assert entry["text"] == "Guten Tag Kim, Ihr Termin ist am Montag bei uns."
    assert entry["filled"] == {"body": entry["text"]}


def test_review_approves_after_a_while(start: Start) -> None:
    stage = start(review_s=0.2)
    template_id = created(stage)
    stage.wait(lambda: told(stage, STATUS))
    shown = stage.graph(None, f"/{template_id}?fields=status,quality_score", method="GET").json
    assert (shown["status"], shown["quality_score"]["score"], shown["id"]) == ("APPROVED", "UNKNOWN", template_id)


def test_rejected_says_why_and_can_be_edited(start: Start) -> None:
    stage = start(review_s=0)
    template_id = created(stage)
    decide(stage, template_id, "REJECTED", reason="PROMOTIONAL")
    shown = stage.graph(None, f"/{template_id}?fields=status,rejected_reason", method="GET").json
    assert shown == {"status": "REJECTED", "rejected_reason": "PROMOTIONAL", "id": template_id}
    edited = stage.graph({"components": [body("Ihr Termin ist am {{1}} bei uns.", "Montag")]}, f"/v26.0/{template_id}")
    assert edited.json["success"] is True
    shown = stage.graph(None, f"/{template_id}", method="GET").json
    assert (shown["status"], shown["components"][0]["text"]) == ("PENDING", "Ihr Termin ist am {{1}} bei uns.")


def test_an_approved_template_is_edited_once_a_day(start: Start) -> None:
    stage = start(review_s=0)
    template_id = approved(stage)
    change = {"components": [body("Ihr Termin ist am {{1}} bei uns.", "Montag")]}
    assert stage.graph({"category": "MARKETING"}, f"/{template_id}").json["error"]["error_subcode"] == 2388039
    assert stage.graph(change, f"/{template_id}").status == 200
    assert stage.graph(change, f"/{template_id}").json["error"]["error_subcode"] == 2388039
    decide(stage, template_id, "APPROVED")
    assert stage.graph(change, f"/{template_id}").json["error"]["error_subcode"] == 2388039
    stage.sim("POST", "clock", {"shift_s": DAY_S + 60})
    assert stage.graph(change, f"/{template_id}").status == 200


@pytest.mark.parametrize(
    ("decision", "state", "code", "status"),
    [("FIRST_PAUSE", "PAUSED", 132015, 400), ("DISABLED", "DISABLED", 132016, 400), ("LOCKED", "LOCKED", 132001, 404)],
)
def test_what_is_not_approved_is_not_sent(stage: Stage, decision: str, state: str, code: int, status: int) -> None:
    template_id = approved(stage)
    assert decide(stage, template_id, decision)["status"] == state
    refused = stage.graph(a_send(texts("Kim", "Montag")))
    assert (refused.status, refused.json["error"]["code"]) == (status, code)


def test_a_pause_is_taken_back(stage: Stage) -> None:
    template_id = approved(stage)
    assert stage.graph({}, f"/{template_id}/unpause").status == 400
    decide(stage, template_id, "FIRST_PAUSE")
    assert stage.graph({}, f"/v26.0/{template_id}/unpause").json == {"success": True}
    assert stage.graph(a_send(texts("Kim", "Montag"))).status == 200
    stage.wait(lambda: len(told(stage, STATUS)) == 3)
    titles = [one.get("other_info", {}).get("title") for one in told(stage, STATUS)]
    assert titles == [None, "FIRST_PAUSE", "UNPAUSE"]


def test_quality_and_category_change(stage: Stage) -> None:
    template_id = approved(stage)
    stage.sim("POST", f"templates/{template_id}/quality", {"quality": "YELLOW"})
    stage.sim("POST", f"templates/{template_id}/category", {"category": "MARKETING"})
    quality = stage.wait(lambda: told(stage, "message_template_quality_update"))[0]
    assert (quality["previous_quality_score"], quality["new_quality_score"]) == ("UNKNOWN", "YELLOW")
    category = stage.wait(lambda: told(stage, "template_category_update"))[0]
    assert (category["previous_category"], category["new_category"]) == ("UTILITY", "MARKETING")
    shown = stage.graph(None, f"/{template_id}?fields=category,previous_category", method="GET").json
    assert (shown["category"], shown["previous_category"]) == ("MARKETING", "UTILITY")


def test_the_list_has_pages_and_filters(start: Start) -> None:
    stage = start(review_s=0)
    ids = [created(stage, name=f"termin_{i}") for i in range(5)]
    decide(stage, ids[0], "APPROVED")
    first = manage(stage, "GET", query="?fields=name,status&limit=4").json
    assert [one["name"] for one in first["data"]] == ["termin_4", "termin_3", "termin_2", "termin_1"]
    assert set(first["data"][0]) == {"name", "status", "id"}
    after = first["paging"]["cursors"]["after"]
    second = manage(stage, "GET", query=f"?limit=4&after={after}").json
    assert [one["name"] for one in second["data"]] == ["termin_0", "hello_world"]
    assert "next" not in second["paging"]
    following = stage.graph(None, first["paging"]["next"].removeprefix(stage.url), method="GET").json
    assert [one["name"] for one in following["data"]] == ["termin_0", "hello_world"]
    back = manage(stage, "GET", query=f"?limit=4&before={second['paging']['cursors']['before']}").json
    assert [one["id"] for one in back["data"]] == [one["id"] for one in first["data"]]
    found = manage(stage, "GET", query="?status=approved&language=de").json["data"]
    assert [one["name"] for one in found] == ["termin_0"]
    assert manage(stage, "GET", query="?name=nichts").json == {"data": []}
    assert len(manage(stage, "GET", query="?name_or_content=ihr+termin").json["data"]) == 5
    bad = manage(stage, "GET", query="?after=nonsense").json["error"]
    assert bad["code"] == 131059


def test_deleted_names_rest_for_thirty_days(start: Start) -> None:
    stage = start(review_s=0)
    german, english = created(stage), created(stage, language="en_US")
    assert manage(stage, "DELETE", query=f"?name=termin&hsm_id={german}").json == {"success": True}
    assert stage.graph(None, f"/{german}", method="GET").status == 400
    assert stage.graph(None, f"/{english}", method="GET").status == 200
    assert created(stage)
    assert manage(stage, "DELETE", query="?name=termin").json == {"success": True}
    assert manage(stage, "GET", query="?name=termin").json == {"data": []}
    assert manage(stage, "POST", a_template()).json["error"]["error_subcode"] == 2388023
    stage.sim("POST", "clock", {"shift_s": 30 * DAY_S + 60})
    assert created(stage)
    assert manage(stage, "DELETE", query="?name=nichts").status == 400


def test_the_same_again_and_too_many(start: Start) -> None:
    stage = start(review_s=0, templates_max=3)
    created(stage)
    error = manage(stage, "POST", a_template()).json["error"]
    assert (error["code"], error["error_subcode"], error["message"]) == (100, 2388024, "Invalid parameter")
    assert error["error_user_title"]
    assert "de content" in error["error_user_msg"]
    created(stage, language="en")
    assert manage(stage, "POST", a_template(language="fr")).json["error"]["error_subcode"] == 2388019


def test_a_one_time_password_needs_a_number(stage: Stage) -> None:
    parts: list[dict[str, Any]] = [
        {"type": "BODY", "add_security_recommendation": True},
        {"type": "FOOTER", "code_expiration_minutes": 10},
        {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
    ]
    approved(stage, *parts, name="code", category="AUTHENTICATION")
    kim = stage.customer(wrote=False)
    button = {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "482913"}]}
    call = a_send(texts("482913"), button, name="code")
    assert stage.graph(call).status == 200
    (entry,) = stage.sim("GET", "log")["items"]
    assert entry["text"].startswith("*482913* ist Ihr Bestätigungscode. Geben Sie")
    assert entry["filled"]["buttons"] == [{"type": "OTP", "text": "Code kopieren", "code": "482913"}]
    refused = stage.graph(a_send(texts("482913"), button, name="code", recipient=kim["bsuid"]))
    assert (refused.status, refused.json["error"]["code"]) == (400, 131062)
    long = stage.graph(a_send(texts("1234567890123456"), button, name="code"))
    assert long.json["error"]["code"] == 132018


URL = {"type": "URL", "text": "Ansehen", "url": "https://example.org/{{1}}", "example": ["https://example.org/a"]}
QUICK = {"type": "QUICK_REPLY", "text": "Stopp"}
GOOD: list[dict[str, Any]] = [
    a_template(),
    a_template(named_body(), parameter_format="NAMED"),
    a_template(
        {"type": "HEADER", "format": "TEXT", "text": "Termin"}, body("Bis morgen."), {"type": "FOOTER", "text": "B"}
    ),
    a_template({"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::a"]}}, body("Bis morgen.")),
    a_template({"type": "HEADER", "format": "LOCATION"}, body("Bis morgen.")),
    a_template(body("Bis morgen."), {"type": "BUTTONS", "buttons": [QUICK, QUICK, URL]}),
    a_template(body("Bis morgen."), {"type": "BUTTONS", "buttons": [{"type": "REQUEST_CONTACT_INFO"}]}),
    a_template(body("Bis morgen."), message_send_ttl_seconds=-1),
]
BAD: list[tuple[dict[str, Any], int]] = [
    (a_template(name="Termin"), 2388046),
    (a_template(language="Deutsch"), 0),
    (a_template(category="WERBUNG"), 0),
    (a_template({"type": "FOOTER", "text": "B"}), 2388072),
    (a_template(body("x" * 1_025)), 2388040),
    (a_template(body("{{1}}, guten Tag und bis bald", "Kim")), 2388299),
    (a_template(body("Guten Tag und bis bald, {{1}}", "Kim")), 2388299),
    (a_template(body("Guten Tag {{1}} {{2}} und bis bald", "Kim", "B")), 2388072),
    (a_template(body("Guten {{2}} Tag und bis bald", "Kim")), 2388072),
    (a_template(body("Guten {{name}} Tag und bis bald", "Kim")), 2388072),
    (a_template(body("a {{1}} b {{2}} c")), 2388072),
    (a_template(body("a {{1}} {{2}}b", "x", "y")), 2388072),
    (a_template(body("a {{1}}, {{2}}, {{3}}!", "x", "y", "z")), 2388293),
    (a_template(body("x"), {"type": "HEADER", "format": "TEXT", "text": "x" * 61}), 2388047),
    (a_template(body("x"), {"type": "HEADER", "format": "TEXT", "text": "a {{1}}"}), 2388047),
    (a_template(body("x"), {"type": "HEADER", "format": "IMAGE"}), 2388047),
    (a_template(body("x"), {"type": "FOOTER", "text": "x" * 61}), 2388073),
    (a_template(body("x"), {"type": "FOOTER", "text": "a {{1}}"}), 2388073),
    (a_template(body("x"), body("y")), 0),
    (a_template(body("x"), {"type": "BUTTONS", "buttons": [QUICK] * 11}), 0),
    (a_template(body("x"), {"type": "BUTTONS", "buttons": [QUICK, URL, QUICK]}), 0),
    (a_template(body("x"), {"type": "BUTTONS", "buttons": [URL] * 3}), 0),
    (a_template(body("x"), {"type": "BUTTONS", "buttons": [{**QUICK, "text": "x" * 26}]}), 0),
    (a_template(body("x"), {"type": "BUTTONS", "buttons": [{**URL, "url": "https://a.example/{{1}}/b"}]}), 0),
    (a_template(body("x"), {"type": "BUTTONS", "buttons": [{**URL, "example": None}]}), 0),
    (a_template(body("x"), message_send_ttl_seconds=1), 0),
]


@pytest.mark.parametrize("document", GOOD)
def test_good_drafts(document: dict[str, Any]) -> None:
    assert draft(document).name == "termin"


@pytest.mark.parametrize(("document", "subcode"), BAD)
def test_bad_drafts(document: dict[str, Any], subcode: int) -> None:
    with pytest.raises(GraphError) as refusal:
        draft(document)
    assert refusal.value.subcode == subcode


IMAGE_HEADER = {"type": "HEADER", "format": "IMAGE"}
IMAGE = {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://example.org/a.jpg"}}]}
URL_VALUE = {"type": "button", "sub_type": "url", "index": 0, "parameters": [{"type": "text", "text": "77"}]}
BUTTONS = {"type": "BUTTONS", "buttons": [URL]}
MISFITS: list[tuple[list[dict[str, Any]], list[dict[str, Any]], int]] = [
    ([body()], [], 132000),
    ([body()], [texts("Kim")], 132000),
    ([body()], [texts("Kim", "Montag", "x")], 132000),
    ([body("x")], [IMAGE], 132000),
    ([body()], [texts("Kim", "a\nb")], 132018),
    ([body()], [texts("Kim", "a     b")], 132018),
    ([body()], [texts("Kim", "x" * 40_000)], 132005),
    ([body()], [texts("Kim", "")], 131008),
    ([IMAGE_HEADER, body("x")], [], 132012),
    ([IMAGE_HEADER, body("x")], [{"type": "header", "parameters": [{"type": "text", "text": "x"}]}], 132012),
    ([body("x"), BUTTONS], [], 131008),
    ([body("x"), BUTTONS], [{**URL_VALUE, "index": 1}], 132012),
    ([body("x"), BUTTONS], [{**URL_VALUE, "sub_type": "quick_reply"}], 132012),
    ([body("x"), {"type": "FOOTER", "text": "x"}], [texts("y")], 132000),
]


@pytest.mark.parametrize(("components", "given", "code"), MISFITS)
def test_parameters_that_do_not_fit(components: list[Any], given: list[Any], code: int) -> None:
    with pytest.raises(GraphError) as refusal:
        fill(components, given, named=False)
    assert refusal.value.code == code
    assert refusal.value.details


def test_everything_filled() -> None:
    components: list[dict[str, Any]] = [
        IMAGE_HEADER,
        body(),
        {"type": "FOOTER", "text": "B"},
        {"type": "BUTTONS", "buttons": [URL, QUICK]},
    ]
    money = {"type": "currency", "currency": {"fallback_value": "10 €", "code": "EUR", "amount_1000": 10_000}}
    tapped: dict[str, Any] = {"type": "button", "sub_type": "QUICK_REPLY", "index": "1"}
    tapped |= {"parameters": [{"type": "payload", "payload": "OPTOUT|77"}]}
    said: dict[str, Any] = {"type": "body", "parameters": [{"type": "text", "text": "Kim"}, money]}
    given = [IMAGE, said, URL_VALUE, tapped]
    assert fill(components, given, named=False) == {
        "header": {"type": "image", "image": {"link": "https://example.org/a.jpg"}},
        "body": "Guten Tag Kim, Ihr Termin ist am 10 € bei uns.",
        "footer": "B",
        "buttons": [
            {"type": "URL", "text": "Ansehen", "url": "https://example.org/77"},
            {"type": "QUICK_REPLY", "text": "Stopp", "payload": "OPTOUT|77"},
        ],
    }


def test_named_parameters_come_in_any_order() -> None:
    parts = [named_body()]
    day, name = (
        {"type": "text", "parameter_name": "tag", "text": "Montag"},
        {"type": "text", "parameter_name": "name", "text": "Kim"},
    )
    filled = fill(parts, [{"type": "body", "parameters": [day, name]}], named=True)
    assert filled["body"] == "Guten Tag Kim, bis Montag also."
    for wrong in ([name, name], [name, {**day, "parameter_name": "monat"}], [name, {"type": "text", "text": "x"}]):
        with pytest.raises(GraphError) as refusal:
            fill(parts, [{"type": "body", "parameters": wrong}], named=True)
        assert refusal.value.code == 132012
