"""Programs ask the gate before they send: permit or refusal with its reason, and nothing leaves."""

from typing import Any
from uuid import uuid4

import pytest

from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.purposes import declare
from jawort.consent.stop import object_to
from jawort.ledger.models import Handout
from jawort.lines.models import Line
from jawort.messaging.models import Message
from jawort.staff.models import Agent
from jawort.staff.tokens import issue
from tests.api.test_v1 import CONVERSATIONS, program
from tests.fixtures.cast import Customer
from tests.fixtures.purposes import EVENTS, REMINDERS
from tests.fixtures.scene import Scene

GATE = "/api/v1/gate"


@pytest.fixture
def token(scene: Scene, bob: Agent) -> str:
    """A program with Bob's rights."""
    return issue(bob, "test program", actor="system", at=scene.clock.at)


def asks(token: str, body: dict[str, Any], **headers: str) -> Any:
    return program(token).post(GATE, body, content_type="application/json", headers=headers)


def test_care_is_permitted_on_the_persons_own_question(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    contact = scene.chat(kim).contact_id
    answer = asks(token, {"contact": str(contact), "purpose": "care"})
    assert answer.status_code == 200
    assert answer.json() == {
        "permitted": True,
        "code": "own_question",
        "reason": "Reply to a message from this person",
        "article": "Art. 6(1)(b) GDPR",
        "help": None,
        "line": "Service",
    }
    assert Message.objects.filter(direction="out").count() == 0
    assert Handout.objects.get().object == contact


def test_a_campaign_needs_a_consent_and_an_objection_comes_first(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    contact = scene.chat(kim).contact_id
    body = {"contact": str(contact), "purpose": "campaigns", "channel": "whatsapp"}
    refused = asks(token, body, **{"Accept-Language": "de"}).json()
    assert (refused["permitted"], refused["code"]) == (False, "no_consent")
    assert refused["reason"] == "Für diesen Zweck liegt keine Einwilligung vor."
    assert refused["help"] == "Bitten Sie zuerst um die Einwilligung."
    object_to(contact, CAMPAIGNS, actor="system", at=scene.clock.at)
    assert asks(token, body).json()["code"] == "objected"


def test_the_window_matters_for_free_text_and_not_for_a_template(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    body: dict[str, Any] = {"contact": str(scene.chat(kim).contact_id), "purpose": "care"}
    scene.passes(hours=25)
    assert asks(token, body).json()["code"] == "window_closed"
    assert asks(token, body | {"template": {"name": "fertig", "language": "de"}}).json()["permitted"] is True


def test_which_line_is_named_or_follows(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    body = {"contact": str(scene.chat(kim).contact_id), "purpose": "care"}
    assert asks(token, body | {"line": "Service"}).status_code == 200
    unknown = asks(token, body | {"line": "Verkauf"})
    assert (unknown.status_code, unknown.json()["code"]) == (400, "line_unknown")
    Line.objects.update(name="Bonn")
    assert asks(token, body).json()["line"] == "Bonn"


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"contact": str(uuid4())}, 404),
        ({"contact": "kim"}, 400),
        ({"purpose": "Spam!"}, 400),
        ({"channel": "fax"}, 400),
        ({"template": {"name": "x" * 600, "language": "de"}}, 400),
        ({"template": {}}, 400),
    ],
)
def test_what_does_not_fit_is_told_and_nobody_is_named(
    scene: Scene, token: str, kim: Customer, wrong: dict[str, Any], status: int
) -> None:
    scene.writes(kim, "Hallo")
    answer = asks(token, {"contact": str(scene.chat(kim).contact_id), "purpose": "care"} | wrong)
    assert answer.status_code == status
    assert kim.name not in answer.content.decode()


def test_who_may_not_write_may_not_ask(scene: Scene, dana: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    theirs = issue(dana, "test program", actor="system", at=scene.clock.at)
    assert asks(theirs, {"contact": str(scene.chat(kim).contact_id), "purpose": "care"}).status_code == 403


def test_of_a_purpose_that_nobody_has_declared_it_says_so(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    answer = asks(token, {"contact": str(scene.chat(kim).contact_id), "purpose": "riddles"}).json()
    assert (answer["permitted"], answer["code"]) == (False, "purpose_closed")
    declare("riddles", EVENTS, actor="system", at=scene.clock.at)
    answer = asks(token, {"contact": str(scene.chat(kim).contact_id), "purpose": "riddles"}).json()
    assert (answer["permitted"], answer["code"]) == (False, "no_consent")


def test_a_message_says_what_it_is_for(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    declare("reminders", REMINDERS, actor="system", at=scene.clock.at)
    url = f"{CONVERSATIONS}/{scene.chat(kim).pk}/messages"

    def sends(**more: str) -> tuple[int, str]:
        answer = program(token, **{"Idempotency-Key": "k"}).post(
            url, {"text": "Morgen um 9"} | more, "application/json"
        )
        return answer.status_code, answer.json().get("code", "")

    assert sends(purpose="reminders") == (201, "")
    assert Message.objects.get(direction="out").gate == "contract"
    assert sends(purpose="reminders") == (201, "")
    assert sends() == (409, "idempotency_key_reused")
    assert sends(purpose="Reminders!")[0] == 400
    answer = program(token).post(url, {"text": "Angebot", "purpose": "campaigns"}, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "no_consent")
