"""Existing customers get advertising without a consent where that is switched on and every condition holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from jawort.channels.parts import Template
from jawort.channels.whatsapp.templates import Listed
from jawort.consent.existing import NotKept, Sale, end_existing, keep_existing, kept_of
from jawort.consent.models import ExistingCustomer, Text
from jawort.consent.purpose import CAMPAIGNS, CARE
from jawort.consent.purposes import FROM_THE_START, CannotDeclare, change, declare
from jawort.consent.rules import Basis, Permit, Refusal, Refused
from jawort.consent.stop import lift_objection, object_to
from jawort.intake.upkeep import upkeep
from jawort.ledger.models import Entry
from jawort.messaging.draft import Draft
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.consent.questions import asks, taps, verdict
from tests.fixtures.cast import Customer
from tests.fixtures.purposes import REMINDERS
from tests.fixtures.scene import Scene, author
from tests.messaging.listed import a_template, has

SALE = Sale("Auftrag 4711: Winterreifen", "Reifen und ihre Montage", "Satz unter der Nummer im Auftrag")
OFFER = Draft(kind="template", part=Template("angebot", "de"))
TELLING, SILENT = ("angebot", "de"), ("neuheit", "de")


@pytest.fixture
def templates(scene: Scene) -> None:
    """Two that are marketing; one says how to object."""
    has(scene, says("angebot", "Reifen günstiger. Keine Werbung mehr? STOP genügt."), says("neuheit", "Neue Stopper."))


def says(name: str, text: str) -> Listed:
    return a_template(name, [{"type": "BODY", "text": text}], category="MARKETING")


def switched_on(scene: Scene) -> None:
    change(CAMPAIGNS, replace(FROM_THE_START[CAMPAIGNS], existing_customers=True), actor="system", at=scene.clock.at)


def sold(scene: Scene, who: Customer, days_ago: int = 30) -> ExistingCustomer:
    day = (scene.clock.at - timedelta(days=days_ago)).date()
    return keep_existing(scene.chat(who).contact_id, CAMPAIGNS, day, SALE, actor="system", at=scene.clock.at)


def test_off_by_default(scene: Scene, kim: Customer, templates: None) -> None:
    scene.writes(kim, "Hallo")
    with pytest.raises(NotKept) as refused:
        sold(scene, kim)
    assert refused.value.why == "off"
    switched_on(scene)
    sold(scene, kim)
    assert verdict(scene, kim, CARE, TELLING) == Permit(Basis.EXISTING_CUSTOMER)
    change(CAMPAIGNS, FROM_THE_START[CAMPAIGNS], actor="system", at=scene.clock.at)
    assert verdict(scene, kim, CARE, TELLING) == Refusal(Refused.NO_CONSENT)


def test_only_what_says_how_to_object_leaves(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, templates: None
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    switched_on(scene)
    sold(scene, kim)
    assert verdict(scene, kim, CAMPAIGNS, TELLING) == Permit(Basis.EXISTING_CUSTOMER)
    assert verdict(scene, kim, CAMPAIGNS, SILENT) == Refusal(Refused.NO_CONSENT)  # “Stopper” is another word
    assert verdict(scene, kim, CAMPAIGNS) == Refusal(Refused.NO_CONSENT)  # free text: nobody knows what it says
    assert verdict(scene, nour, CAMPAIGNS, TELLING) == Refusal(Refused.NO_CONSENT)
    message = send(scene.chat(kim), OFFER, author(alice), scene.clock.at)
    scene.delivers()
    message.refresh_from_db()
    assert (message.state, message.gate) == ("accepted", "existing_customer")


@pytest.mark.parametrize("way", ["stop", "objects"])
def test_an_objection_ends_it_for_good(scene: Scene, kim: Customer, templates: None, way: str) -> None:
    scene.writes(kim, "Hallo")
    switched_on(scene)
    sold(scene, kim)
    contact = scene.chat(kim).contact_id
    if way == "stop":
        scene.writes(kim, "STOP")
        scene.delivers()
    else:
        object_to(contact, CAMPAIGNS, actor="system", at=scene.clock.at)
    assert verdict(scene, kim, CARE, TELLING) == Refusal(Refused.OBJECTED)
    scene.passes(minutes=1)
    lift_objection(contact, CAMPAIGNS, actor="system", at=scene.clock.at)
    assert verdict(scene, kim, CARE, TELLING) == Refusal(Refused.NO_CONSENT)
    (kept,) = kept_of([contact], scene.clock.at)
    assert not kept.counts
    end_existing(kept.row.pk, actor="system", at=scene.clock.at)
    with pytest.raises(NotKept) as refused:
        sold(scene, kim)
    assert refused.value.why == "objected"


def test_a_consent_goes_before_it(
    scene: Scene, kim: Customer, alice: Agent, templates: None, texts: tuple[Text, ...]
) -> None:
    scene.writes(kim, "Hallo")
    switched_on(scene)
    sold(scene, kim)
    taps(scene, kim, asks(scene, kim, alice), 0)
    assert verdict(scene, kim, CARE, TELLING) == Permit(Basis.CONSENT)
    scene.delivers()


def test_it_ends_when_nobody_uses_it(scene: Scene, kim: Customer, templates: None) -> None:
    scene.writes(kim, "Hallo")
    scene.delivers()
    switched_on(scene)
    sold(scene, kim, days_ago=725)
    assert verdict(scene, kim, CARE, TELLING) == Permit(Basis.EXISTING_CUSTOMER)
    scene.passes(days=7)
    upkeep([])
    assert verdict(scene, kim, CARE, TELLING) == Refusal(Refused.NO_CONSENT)


@pytest.mark.parametrize(
    ("why", "wrong"),
    [
        ("words", lambda day: (day, replace_words(similar="  "))),
        ("words", lambda day: (day, replace_words(told="x" * 501))),
        ("not_yet", lambda day: (day + timedelta(days=2), SALE)),
        ("too_old", lambda day: (day - timedelta(days=800), SALE)),
    ],
)
def test_what_does_not_hold_is_not_kept(
    scene: Scene, kim: Customer, why: str, wrong: Callable[[date], tuple[date, Sale]]
) -> None:
    scene.writes(kim, "Hallo")
    switched_on(scene)
    day, sale = wrong(scene.clock.at.date())
    with pytest.raises(NotKept) as refused:
        keep_existing(scene.chat(kim).contact_id, CAMPAIGNS, day, sale, actor="system", at=scene.clock.at)
    assert refused.value.why == why
    assert not ExistingCustomer.objects.exists()


def replace_words(**words: str) -> Sale:
    return Sale(**{"sale": SALE.sale, "similar": SALE.similar, "told": SALE.told} | words)


def test_its_words_lie_sealed_and_the_ledger_commits_to_them(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    switched_on(scene)
    row = sold(scene, kim)
    assert SALE.sale.encode() not in bytes(row.ciphertext)
    with pytest.raises(NotKept) as refused:
        sold(scene, kim)
    assert refused.value.why == "kept"
    (kept,) = kept_of([row.contact_id], scene.clock.at)
    assert (kept.sale, kept.counts) == (SALE, True)
    end_existing(row.pk, actor="system", at=scene.clock.at)
    end_existing(row.pk, actor="system", at=scene.clock.at)
    told = Entry.objects.filter(kind="existing_customer.changed").order_by("pk").values_list("facts", flat=True)
    assert [facts["change"] for facts in told] == ["recorded", "ended"]
    assert len(told[0]["evidence"]) == 64


def test_what_needs_no_consent_needs_no_exception(scene: Scene) -> None:
    with pytest.raises(CannotDeclare) as refused:
        declare("reminders", replace(REMINDERS, existing_customers=True), actor="system", at=scene.clock.at)
    assert refused.value.why == "customers"


def test_a_no_to_a_question_ends_it_as_well(
    scene: Scene, kim: Customer, alice: Agent, templates: None, texts: tuple[Text, ...]
) -> None:
    scene.writes(kim, "Hallo")
    switched_on(scene)
    sold(scene, kim)
    taps(scene, kim, asks(scene, kim, alice), 1)
    assert verdict(scene, kim, CARE, TELLING) == Refusal(Refused.NO_CONSENT)


@pytest.mark.parametrize("text", ["Unser Non-Stop-Angebot", "Am Bus-STOP", "Bitte nicht stop", "STOPPEN Sie"])
def test_only_the_word_itself_says_how_to_object(scene: Scene, kim: Customer, text: str) -> None:
    scene.writes(kim, "Hallo")
    has(scene, says("angebot", text))
    switched_on(scene)
    sold(scene, kim)
    assert verdict(scene, kim, CARE, TELLING) == Refusal(Refused.NO_CONSENT)
