"""Programs read how a person's consents stand, and what they rest on."""

from typing import Any

import pytest

from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.texts import put_into_use
from jawort.ledger.models import Entry
from jawort.messaging.ask_consent import ask_for_consent
from jawort.staff.models import Agent
from jawort.staff.tokens import issue
from tests.api.test_v1 import program
from tests.consent.questions import GERMAN
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author


@pytest.fixture
def token(scene: Scene, bob: Agent) -> str:
    """A program with Bob's rights."""
    return issue(bob, "test program", actor="system", at=scene.clock.at)


def reads(scene: Scene, token: str, who: Customer) -> list[dict[str, Any]]:
    answer = program(token).get(f"/api/v1/contacts/{scene.chat(who).contact_id}/consents")
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_a_consent_with_the_words_it_was_given_to(scene: Scene, token: str, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    (none,) = reads(scene, token, kim)
    assert (none["state"], none["since"], none["events"]) == ("none", None, [])
    put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=scene.clock.at)
    ask_for_consent(scene.chat(kim), author(alice), scene.clock.at)
    scene.delivers()
    scene.passes(minutes=1)
    scene.writes(kim, "Ja")
    scene.delivers()
    scene.seals()
    (one,) = reads(scene, token, kim)
    assert (one["purpose"], one["channel"], one["state"]) == ("campaigns", "whatsapp", "active")
    given, requested = one["events"]
    assert (given["event"], given["method"], requested["event"]) == ("given", "words", "requested")
    assert given["text"] == requested["text"]
    assert "Werkstatt Lindenhof" in given["text"]["body"]
    assert Entry.objects.get(log_index=given["ledger_index"]).facts["text"] == given["text"]["id"]
    assert Entry.objects.filter(kind="content.handed_out", object=scene.chat(kim).contact_id).exists()
