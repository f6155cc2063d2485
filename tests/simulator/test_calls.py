"""A customer calls: what the business hears, what the product makes of it, and what the phone shows."""

import pytest
from playwright.sync_api import Page, expect

from jawort.channels.types import Inbound
from jawort.channels.whatsapp.parse import parse
from tests.simulator.stage import KIM, NOUR, Stage, Start
from tests.simulator.test_phone_page import NARROW, OpenPage, axe_findings


def settings_of(stage: Stage) -> str:
    return f"/v26.0/{stage.settings.phone_number_id}/settings"


def test_a_call_is_told_twice_and_opens_the_window(start: Start) -> None:
    stage = start(calling=True)
    stage.customer(wrote=False)
    bubble = stage.sim("POST", f"users/{KIM}/calls")
    begun, ended = stage.wait(lambda: len(found := stage.receiver.values("calls")) == 2 and found)
    assert [one["event"] for one in (begun, ended)] == ["connect", "terminate"]
    for one in (begun, ended):
        assert (one["id"], one["from"], one["direction"]) == (bubble["id"], KIM[1:], "USER_INITIATED")
        assert one["to"] == stage.settings.own_digits
    assert (begun["session"]["sdp_type"], ended["status"]) == ("offer", "FAILED")
    assert bubble["id"].startswith("wacid.")
    assert stage.sim("GET", f"users/{KIM}")["window_ends_at"] == int(begun["timestamp"]) + 86_400
    stage.wait_states(stage.send(KIM, "Sie haben angerufen?"), "sent", "delivered")


def test_the_product_reads_a_call_and_its_end_as_the_same_one(start: Start) -> None:
    stage = start(calling=True)
    stage.customer(NOUR, "Nour", wrote=False, withhold_number=True)
    stage.sim("POST", f"users/{NOUR}/calls")
    stage.wait(lambda: len(stage.receiver.bodies) == 2)
    call, ended = (update for body in list(stage.receiver.bodies) for update in parse(body))
    assert isinstance(call, Inbound)
    assert (call.kind, call.sender.phone, call.sender.name, call.opens_window) == ("call", None, "Nour", True)
    assert call.sender.bsuid == stage.sim("GET", f"users/{NOUR}")["bsuid"]
    assert isinstance(ended, Inbound)
    assert (ended.kind, ended.provider_id, ended.sender) == (call.kind, call.provider_id, call.sender)


def test_nobody_calls_a_number_that_takes_no_calls(stage: Stage) -> None:
    stage.customer()
    refused = stage.call("POST", f"/__sim/users/{KIM}/calls")
    assert refused.status == 409
    assert b"takes no calls" in refused.body
    assert stage.sim("GET", "number")["calling"] is False
    stage.sim("POST", "number", {"calling": True})
    stage.sim("POST", f"users/{KIM}/calls")
    assert stage.graph({"calling": {"status": "DISABLED"}}, settings_of(stage)).status == 200
    assert stage.call("POST", f"/__sim/users/{KIM}/calls").status == 409
    stage.sim("POST", "reset")
    assert stage.sim("GET", "number")["calling"] is False


@pytest.mark.parametrize("verb", ["offline", "block"])
def test_who_cannot_write_cannot_call(start: Start, verb: str) -> None:
    stage = start(calling=True)
    stage.customer()
    stage.sim("POST", f"users/{KIM}/{verb}")
    assert stage.call("POST", f"/__sim/users/{KIM}/calls").status == 409


@pytest.mark.parametrize("verb", ["tap", "react", "edit", "revoke", "play"])
def test_nothing_can_be_done_with_a_call(start: Start, verb: str) -> None:
    stage = start(calling=True)
    stage.customer()
    call = stage.sim("POST", f"users/{KIM}/calls")["id"]
    assert stage.call("POST", f"/__sim/users/{KIM}/messages/{call}/{verb}", {"text": "Nein"}).status == 404


@pytest.mark.browser
def test_the_phone_calls(start: Start, open_page: OpenPage) -> None:
    stage = start(calling=True)
    stage.customer(wrote=False)
    page: Page = open_page(viewport=NARROW)
    page.goto(f"{stage.url}/phone?lang=de&user={KIM[1:]}")
    page.get_by_role("button", name="Unternehmen anrufen").click()
    call = page.locator(".msg--mine")
    expect(call).to_contain_text("Anruf")
    expect(call).to_contain_text("Nicht angenommen")
    expect(call.locator(".more")).to_have_count(0)
    expect(page.locator("#webhook-count")).to_have_text("2")
    expect(page.locator("#webhook-last")).to_contain_text("Anruf")
    assert axe_findings(page) == []
    page.get_by_role("switch", name="Online").click()
    expect(page.get_by_role("button", name="Unternehmen anrufen")).to_be_disabled()
