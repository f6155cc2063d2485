"""What the doctor finds of consents that are not what they were."""

from dataclasses import replace
from datetime import timedelta

from django.db import connection

from jawort.cli.doctor import check_world
from jawort.consent.existing import Sale, end_existing, keep_existing
from jawort.consent.models import ConsentEvent, ExistingCustomer, Objection, Text
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.purposes import FROM_THE_START, change
from jawort.consent.stop import object_to
from jawort.consent.texts import put_into_use
from jawort.messaging.ask_consent import ask_for_consent
from jawort.staff.models import Agent
from tests.consent.questions import GERMAN
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author


def codes() -> set[str]:
    return {finding.code for finding in check_world() if finding.code.startswith("consent.")}


def test_a_text_and_an_event_that_somebody_changed(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    (text,) = put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=scene.clock.at)
    ask_for_consent(scene.chat(kim), author(alice), scene.clock.at)
    scene.delivers()
    assert codes() == set()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE consent_text SET body = body || ' Und von Partnern.'")
    assert codes() == {"consent.text"}
    Text.objects.update(body=text.body)
    ConsentEvent.objects.update(event="given")
    assert codes() == {"consent.event"}
    ConsentEvent.objects.update(event="requested")
    assert codes() == set()


def test_an_existing_customer_and_a_purpose_that_nobody_declared(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    at, contact = scene.clock.at, scene.chat(kim).contact_id
    change(CAMPAIGNS, replace(FROM_THE_START[CAMPAIGNS], existing_customers=True), actor="system", at=at)
    keep_existing(contact, CAMPAIGNS, at.date(), Sale("4711", "Reifen", "Formular"), actor="system", at=at)
    scene.delivers()
    assert codes() == set()
    ExistingCustomer.objects.update(sold_on=at.date() + timedelta(days=1))
    assert codes() == {"consent.existing"}
    ExistingCustomer.objects.update(sold_on=at.date())
    (first,) = ExistingCustomer.objects.all()
    end_existing(first.pk, actor="system", at=at)
    other = keep_existing(contact, CAMPAIGNS, at.date(), Sale("4712", "Reifen", "Formular"), actor="system", at=at)
    scene.delivers()
    assert codes() == set()
    ExistingCustomer.objects.filter(pk=other.pk).update(entry=first.entry)  # which commits to other words
    assert codes() == {"consent.existing"}
    ExistingCustomer.objects.filter(pk=other.pk).update(entry=other.entry)
    object_to(contact, Purpose("riddles"), actor="system", at=at)
    assert codes() == {"consent.purpose"}
    Objection.objects.all().delete()
