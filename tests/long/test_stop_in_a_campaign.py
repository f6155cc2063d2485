"""Ten thousand are written to with their consent, one of them writes STOP: it leaves for all others, not for them."""

import pytest
from django.db import transaction

from jawort.consent.events import Noted, note
from jawort.consent.rules import Purpose
from jawort.consent.state import Event, Method
from jawort.consent.texts import put_into_use
from jawort.core.phone import Phone
from jawort.messaging.draft import Draft
from jawort.messaging.models import Message
from jawort.messaging.send import send
from jawort.people.models import Contact
from jawort.people.queries import addresses
from jawort.staff.models import Agent
from tests.consent.questions import GERMAN
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.messaging.listed import FILLED, a_template, has


def consenting(scene: Scene, many: int) -> list[Customer]:
    """So many people who have said yes to marketing."""
    people = [Customer(f"Person {n}", Phone(f"49171392{n:05}"), f"DE.9{n:09}") for n in range(many)]
    for who in people:
        scene.stores(scene.message(who, f"wamid.{who.bsuid}", {"type": "text", "text": {"body": "Guten Tag"}}))
    scene.takes()
    (text,) = put_into_use(Purpose.CAMPAIGNS, {"de": GERMAN}, actor="system", at=scene.clock.at)
    yes = [
        Noted(contact, Purpose.CAMPAIGNS, Event.GIVEN, Method.WORDS, f"customer:{contact}", text.pk)
        for contact in Contact.objects.values_list("pk", flat=True)
    ]
    with transaction.atomic():
        note(yes, scene.clock.at)
    return people


@pytest.mark.parametrize("many", [60, pytest.param(10_000, marks=pytest.mark.long)])
def test_one_stop_among_all_that_wait(scene: Scene, alice: Agent, many: int) -> None:
    people = {who.phone.digits: who for who in consenting(scene, many)}
    has(scene, a_template(category="MARKETING"))
    first = Message.objects.filter(direction="in").select_related("conversation")
    for said in list(first):
        assert said.conversation is not None
        send(said.conversation, Draft("", "template", FILLED), author(alice), scene.clock.at)
    assert set(Message.objects.filter(direction="out").values_list("state", "gate")) == {("queued", "consent")}
    scene.worker.run_due(scene.clock.at)
    assert 0 < len(scene.wire.sent) < many, "the campaign is under way"
    last = Message.objects.filter(direction="out", state="queued").latest("pk")
    address = addresses([last.contact_id], scene.line.scope)[last.contact_id]
    who = people[str(address.phone)]
    scene.writes(who, "STOP")
    scene.delivers()
    while Message.objects.filter(direction="out", state="queued").exists():  # as fast as the platform allows
        scene.passes(seconds=1)
        scene.delivers()
    last.refresh_from_db()
    assert (last.state, last.gate) == ("refused", "objected")
    campaign = Message.objects.filter(direction="out", kind="template")
    assert campaign.filter(state="accepted").count() == many - 1
    assert len(scene.wire.sent) == many  # all others, and the answer to STOP
