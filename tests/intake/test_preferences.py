"""What customers tell the platform about marketing: an objection is one, and nothing else is a consent."""

import itertools
import json
from collections.abc import Callable

import pytest
from django.test import Client

from jawort.consent.models import Objection, Preference
from jawort.consent.purpose import CAMPAIGNS, CARE, Purpose
from jawort.intake.queries import parked
from jawort.ledger.models import Entry
from jawort.messaging.gate import Recipient, answers
from jawort.messaging.models import Message
from jawort.messaging.send import send
from jawort.people.models import Contact
from jawort.staff.models import Agent
from jawort.staff.tokens import issue
from tests.fixtures.cast import Customer
from tests.fixtures.scene import PHONE_NUMBER_ID, WABA_ID, Scene, author

SignedIn = Callable[[Agent], Client]


def tells(scene: Scene, who: Customer, wish: str, *, at: int = 0, **more: object) -> None:
    """`who` tells the platform, `at` so many seconds from now, and it is taken in."""
    told = {
        "wa_id": who.phone.digits,
        "user_id": who.bsuid,
        "category": "marketing_messages",
        "value": wish,
        "detail": "a sentence that nobody reads",
        "timestamp": int(scene.clock.at.timestamp()) + at,
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": PHONE_NUMBER_ID},
        "contacts": [{"profile": {"name": who.name}, "wa_id": who.phone.digits, "user_id": who.bsuid}],
        "user_preferences": [told | more],
    }
    entry = {"id": WABA_ID, "changes": [{"field": "user_preferences", "value": value}]}
    scene.stores_raw(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode())
    scene.takes()


def gate(scene: Scene, who: Customer, purpose: Purpose) -> str:
    recipient = Recipient(scene.chat(who).contact_id, scene.line.pk, purpose)
    return answers([recipient], scene.clock.at)[recipient].word


def test_stop_is_an_objection_to_marketing_and_to_nothing_else(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    assert gate(scene, kim, CAMPAIGNS) == "no_consent"
    tells(scene, kim, "stop")
    assert gate(scene, kim, CAMPAIGNS) == "objected"
    assert gate(scene, kim, CARE) == "own_question"
    contact = scene.chat(kim).contact_id
    told, objected = Entry.objects.filter(object=contact, kind__in=["preference.told", "objection.changed"]).order_by(
        "id"
    )
    assert told.facts == {"subject": "marketing_messages", "wish": "stop"}
    assert objected.facts == {"purpose": "campaigns", "change": "objected", "source": "whatsapp"}
    assert told.actor == objected.actor == f"customer:{contact}"


@pytest.mark.parametrize("order", list(itertools.permutations(["stop", "resume", "signup"])))
def test_resume_and_signup_lift_nothing_in_any_order(scene: Scene, kim: Customer, order: tuple[str, ...]) -> None:
    scene.writes(kim, "Hallo")
    for number, wish in enumerate(order):
        tells(scene, kim, wish, at=number)
    assert gate(scene, kim, CAMPAIGNS) == "objected"
    assert [p.wish for p in Preference.objects.order_by("told_at")] == list(order)


@pytest.mark.parametrize("wish", ["resume", "signup", "tomorrows"])
def test_nothing_else_is_a_consent(scene: Scene, kim: Customer, wish: str) -> None:
    scene.writes(kim, "Hallo")
    tells(scene, kim, wish, signup_id="4711")
    assert gate(scene, kim, CAMPAIGNS) == "no_consent"
    assert not Objection.objects.exists()
    kept = Preference.objects.get()
    assert (kept.wish, kept.signup_ref, kept.contact_id) == (wish, "4711", scene.chat(kim).contact_id)


def test_told_twice_it_is_kept_once(scene: Scene, kim: Customer) -> None:
    tells(scene, kim, "stop")
    tells(scene, kim, "stop")
    assert Preference.objects.count() == Objection.objects.count() == 1


def test_somebody_who_never_wrote_is_heeded_when_they_do(scene: Scene, kim: Customer) -> None:
    tells(scene, kim, "stop")
    scene.writes(kim, "Hallo")
    assert Contact.objects.count() == 1
    assert gate(scene, kim, CAMPAIGNS) == "objected"


def test_without_anybody_it_is_set_aside(scene: Scene) -> None:
    value = {"metadata": {"phone_number_id": PHONE_NUMBER_ID}, "user_preferences": [{"value": "stop", "timestamp": 1}]}
    entry = {"id": WABA_ID, "changes": [{"field": "user_preferences", "value": value}]}
    scene.stores_raw(json.dumps({"object": "x", "entry": [entry]}).encode())
    scene.takes()
    assert [one.reason for one in parked()] == ["unreadable"]


@pytest.mark.parametrize("arrived", [True, False])
def test_a_failure_because_marketing_is_stopped_says_the_same(
    scene: Scene, kim: Customer, alice: Agent, arrived: bool
) -> None:
    scene.writes(kim, "Hallo")
    message = send(scene.chat(kim), "Guten Tag", author(alice), scene.clock.at)
    scene.delivers()
    if arrived:
        scene.tells(scene.receipt(message, "delivered"))
    scene.tells(scene.receipt(message, "failed", errors=[{"code": 131050, "title": "stopped"}]))
    assert gate(scene, kim, CAMPAIGNS) == "objected"
    assert gate(scene, kim, CARE) == "own_question"
    assert Message.objects.get(pk=message.pk).state == ("delivered" if arrived else "failed")
    (entry,) = Entry.objects.filter(kind="objection.changed")
    assert entry.facts["source"] == "whatsapp.131050"


TEMPLATE = {"type": "template", "name": "order_update", "language": "de"}


@pytest.mark.parametrize("hours", [1, 25])
def test_after_stop_no_template_leaves(scene: Scene, kim: Customer, bob: Agent, hours: int) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(hours=hours)
    token = issue(bob, "test program", actor="system", at=scene.clock.at)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    url = f"/api/v1/conversations/{scene.chat(kim).pk}/messages"
    waiting = program.post(url, TEMPLATE, content_type="application/json")
    tells(scene, kim, "stop")
    refused = program.post(url, TEMPLATE, content_type="application/json")
    scene.delivers()
    assert (waiting.status_code, refused.status_code, refused.json()["code"]) == (201, 422, "objected")
    assert [m.gate for m in Message.objects.filter(direction="out")] == ["objected", "objected"]
    assert scene.wire.sent == []


def test_the_desk_says_so(scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn) -> None:
    scene.writes(kim, "Hallo")
    address, desk = f"/inbox/{scene.chat(kim).pk}/", signed_in(alice)
    before = desk.get(address).content.decode()
    assert "There is no consent to marketing." in before
    assert "No marketing" not in before
    tells(scene, kim, "stop")
    page = desk.get(address).content.decode()
    assert "No marketing to this person." in page
    assert "The person stopped marketing messages in WhatsApp on" in page
    assert "The person objected to marketing in WhatsApp" in page
    assert "data-shut" not in page
    tells(scene, kim, "resume", at=1)
    page = desk.get(address).content.decode()
    assert "No marketing to this person." in page
    assert "That is no consent." in page
