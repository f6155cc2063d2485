"""What messages cost, how many may be sent, and to whom marketing may go."""

from typing import Any

import pytest

from tests.simulator.stage import KIM, NOUR, Stage, Start, a_text
from tests.simulator.test_number import code, edge
from tests.simulator.test_templates import a_send, approved, texts, told

MARKETING: dict[str, Any] = {"category": "MARKETING", "name": "angebot"}


def pricing(stage: Stage, wamid: str) -> Any:
    return stage.wait(lambda: [one for one in stage.receiver.values("statuses") if one["id"] == wamid])[0]["pricing"]


def templated(stage: Stage, *values: str, to: str = KIM, name: str = "termin") -> str:
    answer = stage.graph(a_send(texts(*values), name=name, to=to))
    assert answer.status == 200, answer.body
    return str(answer.json["messages"][0]["id"])


def test_what_messages_cost(stage: Stage) -> None:
    stage.customer()
    approved(stage)
    free = {"billable": False, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"}
    paid = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"}
    assert pricing(stage, stage.send(KIM)) == free
    assert pricing(stage, templated(stage, "Kim", "Montag")) == paid
    stage.sim("POST", "number", {"pricing_regime": "2025-07"})
    assert pricing(stage, templated(stage, "Kim", "Montag"))["type"] == "free_customer_service"
    assert stage.sim("GET", "number")["billing"]["service"] == 1


def test_a_thousand_are_free_and_then_somebody_pays(stage: Stage) -> None:
    stage.customer()
    for _ in range(1_000):
        stage.send(KIM)
    stage.wait(lambda: stage.sim("GET", "number")["billing"]["service"] == 1_000)
    assert pricing(stage, stage.send(KIM)) | {"pricing_model": ""} == {
        "billable": True,
        "pricing_model": "",
        "type": "regular",
        "category": "service",
    }
    stage.sim("POST", "number", {"payment": False})
    (failed,) = stage.wait_states(stage.send(KIM), "failed")
    assert failed["errors"][0]["code"] == 131042


def test_who_came_by_an_advertisement_is_free(stage: Stage) -> None:
    stage.customer(wrote=False)
    stage.sim("POST", f"users/{KIM}/messages", {"type": "text", "text": "Hallo", "referral": True})
    sent = stage.wait_states(stage.send(KIM), "sent", "delivered")[0]
    assert sent["pricing"]["type"] == "free_entry_point"
    assert sent["conversation"]["origin"] == {"type": "referral_conversion"}
    assert "expiration_timestamp" in sent["conversation"]


def test_older_webhooks_name_a_conversation(start: Start) -> None:
    stage = start(webhook_version=23)
    stage.customer()
    sent, delivered = stage.wait_states(stage.send(KIM), "sent", "delivered")
    assert sent["conversation"]["id"] == delivered["conversation"]["id"]
    assert "expiration_timestamp" not in delivered["conversation"]


def test_analytics(stage: Stage) -> None:
    stage.customer()
    approved(stage)
    stage.wait_states(stage.send(KIM), "sent", "delivered")
    stage.wait_states(templated(stage, "Kim", "Montag"), "sent", "delivered")
    fields = "name,pricing_analytics.start(0).end(99999999999).granularity(DAILY).dimensions(COUNTRY)"
    shown = stage.graph(None, f"/v26.0/{stage.settings.waba_id}?fields={fields}", method="GET").json
    (data,) = shown["pricing_analytics"]["data"]
    volumes = {(one["pricing_category"], one["pricing_type"]): one["volume"] for one in data["data_points"]}
    assert volumes == {("SERVICE", "FREE_CUSTOMER_SERVICE"): 1, ("UTILITY", "REGULAR"): 1}
    bad = stage.graph(None, f"/{stage.settings.waba_id}?fields=pricing_analytics", method="GET")
    assert code(bad) == 100


def test_the_messaging_limit_counts_people(start: Start) -> None:
    stage = start(messaging_limit="TIER_50")
    approved(stage)
    people = [f"+49176040690{i:02}" for i in range(51)]
    wamids = [templated(stage, "Kim", "Montag", to=one) for one in people]
    stage.wait_states(wamids[49], "sent", "delivered")
    (failed,) = stage.wait_states(wamids[50], "failed")
    assert failed["errors"][0]["code"] == 131048
    stage.wait_states(templated(stage, "Kim", "Montag", to=people[0]), "sent", "delivered")
    stage.sim("POST", "number", {"limited": "held"})
    answer = stage.graph(a_send(texts("Kim", "Montag"), to=people[50])).json["messages"][0]
    assert answer["message_status"] == "held_for_quality_assessment"
    stage.sim("POST", "number", {"messaging_limit": "TIER_250"})
    stage.wait_states(answer["id"], "sent", "delivered")
    assert told(stage, "phone_number_quality_update")[0]["max_daily_conversations_per_business"] == "TIER_250"


def test_half_of_the_limit_used_brings_the_next(stage: Stage) -> None:
    approved(stage)
    people = [f"+49176040690{i:02}" for i in range(50)]
    stage.sim("POST", "number", {"messaging_limit": "TIER_50"})
    for one in people[:30]:
        templated(stage, "Kim", "Montag", to=one)
    assert stage.sim("GET", "number")["messaging_limit"] == "TIER_50"
    stage.sim("POST", "number", {"auto_upgrade": True, "quality": "YELLOW"})
    for one in people[:25]:
        templated(stage, "Kim", "Montag", to=one)
    assert stage.sim("GET", "number")["messaging_limit"] == "TIER_50"
    stage.sim("POST", "number", {"quality": "GREEN"})
    templated(stage, "Kim", "Montag", to=people[0])
    assert stage.sim("GET", "number")["messaging_limit"] == "TIER_250"
    limits = "max_daily_conversations_per_business"
    assert stage.wait(lambda: [one for one in told(stage, "phone_number_quality_update") if one[limits] == "TIER_250"])


@pytest.mark.parametrize(("fate", "states"), [("release", ("sent", "delivered")), ("drop", ("failed",))])
def test_the_first_messages_of_a_template_are_watched(stage: Stage, fate: str, states: tuple[str, ...]) -> None:
    stage.sim("POST", "number", {"pacing_first": 2})
    approved(stage)
    answers = [stage.graph(a_send(texts("Kim", "Montag"))).json["messages"][0] for _ in range(3)]
    assert [one["message_status"] for one in answers] == ["accepted", "accepted", "held_for_quality_assessment"]
    stage.wait_states(answers[1]["id"], "sent", "delivered")
    assert stage.sim("POST", "held", {"fate": fate}) == {"held": 1}
    found = stage.wait_states(answers[2]["id"], *states)
    assert [one["code"] for one in found[0].get("errors", [])] == ([132015] if fate == "drop" else [])


def test_marketing_after_stop(stage: Stage) -> None:
    approved(stage, **MARKETING)
    approved(stage)
    stage.customer()
    stage.sim("POST", f"users/{KIM}/marketing", {"value": "stop"})
    (failed,) = stage.wait_states(templated(stage, "Kim", "Montag", name="angebot"), "failed")
    assert failed["errors"][0]["code"] == 131050
    stage.wait_states(templated(stage, "Kim", "Montag"), "sent", "delivered")
    stage.sim("POST", f"users/{KIM}/marketing", {"value": "resume"})
    stage.wait_states(templated(stage, "Kim", "Montag", name="angebot"), "sent", "delivered")


def test_marketing_is_capped_outside_the_eea_only(start: Start) -> None:
    stage = start(marketing_per_day=1)
    approved(stage, **MARKETING)
    turkey, america = "+905321234567", "+12025550123"
    for phone in (KIM, turkey, america):
        stage.customer(phone)
    for _ in range(2):
        stage.wait_states(templated(stage, "Kim", "Montag", name="angebot"), "sent", "delivered")
    stage.wait_states(templated(stage, "Kim", "Montag", name="angebot", to=turkey), "sent", "delivered")
    for phone in (turkey, america):
        (failed,) = stage.wait_states(templated(stage, "Kim", "Montag", name="angebot", to=phone), "failed")
        assert failed["errors"][0]["code"] == 131049


def test_rules_and_prices_follow_the_country(start: Start) -> None:
    stage = start(marketing_per_day=1)
    approved(stage, **MARKETING)
    turkey, canada = "+905321234567", "+16135550123"
    for phone, country in ((KIM, "TR"), (turkey, "DE"), (canada, "CA")):
        stage.customer(phone, country=country)
        stage.wait_states(templated(stage, "Kim", "Montag", name="angebot", to=phone), "sent", "delivered")
    stage.wait_states(templated(stage, "Kim", "Montag", name="angebot", to=turkey), "sent", "delivered")
    (failed,) = stage.wait_states(templated(stage, "Kim", "Montag", name="angebot"), "failed")
    assert failed["errors"][0]["code"] == 131049
    fields = "pricing_analytics.start(0).end(99999999999).granularity(DAILY).dimensions(COUNTRY)"
    shown = stage.graph(None, f"/v26.0/{stage.settings.waba_id}?fields={fields}", method="GET").json
    (data,) = shown["pricing_analytics"]["data"]
    assert {one["country"]: one["volume"] for one in data["data_points"]} == {"TR": 1, "DE": 2, "CA": 1}


def test_the_marketing_api_takes_marketing_only(stage: Stage) -> None:
    approved(stage, **MARKETING)
    approved(stage)
    stage.customer()
    call = a_send(texts("Kim", "Montag"), name="angebot") | {"message_activity_sharing": False}
    sent = edge(stage, "POST", "marketing_messages", call | {"product_policy": "STRICT"})
    assert pricing(stage, sent.json["messages"][0]["id"])["category"] == "marketing_lite"
    assert code(edge(stage, "POST", "marketing_messages", a_send(texts("Kim", "Montag")))) == 131055
    assert code(edge(stage, "POST", "marketing_messages", a_text(KIM))) == 131055
    stage.sim("POST", "number", {"marketing_on_cloud_api": False})
    assert code(stage.graph(call)) == 131063
    assert edge(stage, "POST", "marketing_messages", call).status == 200


def test_a_number_without_whatsapp(stage: Stage) -> None:
    stage.customer(whatsapp=False)
    (failed,) = stage.wait_states(stage.send(KIM), "failed")
    assert failed["errors"][0]["code"] == 131026


def test_an_undelivered_template_is_dropped_in_silence(stage: Stage) -> None:
    approved(stage, message_send_ttl_seconds=600)
    stage.customer(online=False, wrote=False)
    wamid = templated(stage, "Kim", "Montag")
    stage.wait_states(wamid, "sent")
    stage.sim("POST", "clock", {"shift_s": 700})
    stage.sim("POST", f"users/{KIM}/online")
    later = templated(stage, "Kim", "Dienstag")
    stage.wait_states(later, "sent", "delivered")
    assert stage.states(wamid) == ["sent"]


def test_limits_change_while_it_runs(stage: Stage) -> None:
    stage.sim("POST", "number", {"pair_limit": True})
    assert [stage.graph(a_text(KIM)).status for _ in range(46)] == [200] * 45 + [400]
    assert code(stage.graph(a_text(KIM))) == 131056
    stage.sim("POST", "clock", {"shift_s": 7})
    assert stage.graph(a_text(KIM)).status == 200
    stage.sim("POST", "number", {"pair_limit": False, "throughput_per_s": 3})
    answers = [stage.graph(a_text(NOUR)) for _ in range(20)]
    assert {code(one) for one in answers if one.status == 400} == {130429}
    assert stage.call("POST", "/__sim/number", {"messaging_limit": "viel"}).status == 400
    assert stage.call("POST", "/__sim/number", {"colour": 1}).status == 400
