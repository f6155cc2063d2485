"""Programs record consents that were given elsewhere."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from jawort.consent.models import ConsentEvent, Text
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.shown_elsewhere import Wording, keep_text
from jawort.people.models import Contact
from jawort.staff.models import Agent
from jawort.staff.tokens import issue
from tests.api.test_v1 import program
from tests.consent.questions import HOUSE, stands
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

FORM = Wording("Webshop", "de", HOUSE, "Angebote", "", "Ja, Angebote per WhatsApp.")


@pytest.fixture
def token(scene: Scene, alice: Agent) -> str:
    """A program with Alice's rights."""
    return issue(alice, "shop", actor="system", at=scene.clock.at)


@pytest.fixture
def text(scene: Scene) -> Text:
    return keep_text(CAMPAIGNS, FORM, actor="system", at=scene.clock.at)


def said(scene: Scene, read: Text, **more: object) -> dict[str, Any]:
    at = scene.clock.at - timedelta(hours=1)
    return {"text": read.pk, "given_at": at.isoformat(), "way": "website", "evidence": "Bestellung 12, Häkchen"} | more


def test_recorded_and_read_again(scene: Scene, token: str, kim: Customer, text: Text) -> None:
    scene.writes(kim, "Hallo")
    contact = str(scene.chat(kim).contact_id)
    first, again = (
        program(token).post("/api/v1/consents", said(scene, text, contact=contact), content_type="application/json")
        for _ in range(2)
    )
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert first.json()["contact"] == contact
    assert stands(scene, kim) == "active"
    (one,) = program(token).get(f"/api/v1/contacts/{contact}/consents").json()["items"]
    (event,) = one["events"]
    assert (one["state"], event["method"]) == ("active", "agent")
    assert event["given_elsewhere"] == {"way": "website", "evidence": "Bestellung 12, Häkchen", "reason": ""}


def test_by_number(scene: Scene, token: str, kim: Customer, text: Text) -> None:
    answer = program(token).post(
        "/api/v1/consents", said(scene, text, phone=str(kim.phone)), content_type="application/json"
    )
    assert answer.status_code == 201
    scene.writes(kim, "Hallo")
    assert str(scene.chat(kim).contact_id) == answer.json()["contact"]


def test_who_has_objected_is_left_in_peace(scene: Scene, token: str, kim: Customer, text: Text) -> None:
    scene.writes(kim, "STOP")
    scene.delivers()
    answer = program(token).post(
        "/api/v1/consents",
        said(scene, text, phone=str(kim.phone)),
        content_type="application/json",
        headers={"Accept-Language": "de"},
    )
    assert answer.status_code == 422
    told = answer.json()
    assert (told["code"], told["article"]) == ("objected", "Art. 21 Abs. 3 DSGVO")
    assert "widersprochen" in told["reason"]
    assert not ConsentEvent.objects.exists()


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({}, 400, "whose"),
        ({"phone": "0171 3920001"}, 400, "phone_unknown"),
        ({"contact": str(uuid4())}, 404, "not_found"),
        ({"phone": "+49 171 3920001", "contact": str(uuid4())}, 400, "whose"),
        ({"phone": "+49 171 3920001", "text": "0" * 64}, 422, "text_unknown"),
        ({"phone": "+49 171 3920001", "text": "a\u0000b"}, 400, "invalid"),
        ({"phone": "+49 171 3920001", "evidence": " "}, 422, "no_evidence"),
        ({"phone": "+49 171 3920001", "given_at": "9999-12-31T00:00:00Z"}, 422, "not_yet"),
        ({"phone": "+49 171 3920001", "given_at": "0001-01-01T00:00:00+14:00"}, 422, "expired"),
        ({"phone": "+49 171 3920001", "given_at": "2026-03-01T10:15:00"}, 400, "invalid"),
        ({"phone": "+49 171 3920001", "evidence": ""}, 400, "invalid"),
        ({"phone": "+49 171 3920001", "evidence": "x" * 2001}, 400, "invalid"),
        ({"phone": "+49 171 3920001", "way": "pigeon"}, 400, "invalid"),
    ],
)
def test_bad_input_is_answered_and_nothing_is_stored(
    scene: Scene, token: str, text: Text, more: dict[str, object], status: int, code: str
) -> None:
    answer = program(token).post("/api/v1/consents", said(scene, text, **more), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Contact.objects.exists()
    assert not ConsentEvent.objects.exists()
