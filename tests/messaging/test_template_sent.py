"""A template that is sent keeps what the customer read, and one that is marketing needs a consent."""

from typing import Any

from jawort.channels.parts import Template as Part
from jawort.channels.parts import Wording
from jawort.lines.models import Template
from jawort.messaging.contents import whats_of
from jawort.messaging.draft import Draft
from jawort.messaging.models import Message
from jawort.messaging.send import retry, send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author
from tests.messaging.listed import FILLED, a_template, has

READ = Wording("Auftrag 2291", "Ihre Werkstatt", ("Ansehen: https://firma.example/2291",))


def sends(scene: Scene, kim: Customer, alice: Agent, part: Part = FILLED) -> Message:
    return send(scene.chat(kim), Draft("", "template", part), author(alice), scene.clock.at)


def reads(message: Message) -> tuple[str, Any]:
    what = whats_of([message])[message.pk]
    assert isinstance(what.part, Part)
    return what.text, what.part.wording


def test_what_the_customer_read_stays_whatever_becomes_of_the_template(
    scene: Scene, kim: Customer, alice: Agent
) -> None:
    scene.writes(kim, "Hallo")
    has(scene, a_template())
    message = sends(scene, kim, alice)
    scene.passes(hours=25)
    has(scene)
    assert not Template.objects.exists()
    scene.delivers()
    assert reads(message) == ("Guten Tag Kim, Ihr Rad ist fertig.", READ)
    (left,) = scene.wire.sent
    assert left.part is not None


def test_a_template_that_nobody_listed_is_sent_all_the_same(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    message = sends(scene, kim, alice)
    scene.delivers()
    assert reads(message) == ("", None)
    assert len(scene.wire.sent) == 1


def test_sent_once_more_it_says_what_the_template_says_by_then(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    has(scene, a_template())
    message = sends(scene, kim, alice)
    scene.wire.faults = [Fault.NEVER]
    scene.delivers()
    message.refresh_from_db()
    assert message.state == "failed"
    has(scene, a_template(components=[{"type": "BODY", "text": "Hallo {{1}}, es ist fertig."}]))
    again = retry(message, author(alice), scene.clock.at)
    assert reads(again)[0] == "Hallo Kim, es ist fertig."
    scene.delivers()


def test_marketing_needs_a_consent_whoever_sends_it(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    has(scene, a_template(category="MARKETING"))
    message = sends(scene, kim, alice)
    assert (message.state, message.gate) == ("refused", "no_consent")
    assert reads(message)[0] == "Guten Tag Kim, Ihr Rad ist fertig."


def test_what_became_marketing_while_it_waited_does_not_leave(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    has(scene, a_template())
    message = sends(scene, kim, alice)
    has(scene, a_template(category="MARKETING"))
    scene.delivers()
    message.refresh_from_db()
    assert (message.state, message.gate, scene.wire.sent) == ("refused", "no_consent", [])
