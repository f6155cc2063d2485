"""What the doctor finds of consents that are not what they were."""

from django.db import connection

from jawort.cli.doctor import check_world
from jawort.consent.models import ConsentEvent, Text
from jawort.consent.purpose import CAMPAIGNS
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
