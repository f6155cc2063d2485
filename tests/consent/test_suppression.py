"""Who has objected stays left in peace when nothing else of them is known, until they say yes themselves."""

from uuid import UUID

from jawort.consent.elsewhere import Given, Recorder, record_by_number
from jawort.consent.models import ConsentEvent, Objection, Suppression, Text
from jawort.consent.purpose import CAMPAIGNS, CARE
from jawort.consent.rules import Basis, Permit, Refusal, Refused
from jawort.consent.state import CannotRecord, Source, Way
from jawort.consent.stop import lift_objection, object_to
from jawort.consent.suppression import suppressed_of
from jawort.people.models import Alias
from jawort.staff.models import Agent
from jawort.vault.blind import blind
from tests.consent.questions import asks, taps, verdict
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SHOP = Recorder("system", Source.IMPORT)


def forgets(contact: UUID) -> None:
    """All that is known of what they have said goes, as with an erasure."""
    Objection.objects.filter(contact=contact).delete()
    ConsentEvent.objects.filter(contact=contact).delete()


def test_one_stop_outlives_what_is_known_of_the_person(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    scene.writes(kim, "STOP")
    scene.delivers()
    scene.writes(nour, "Hallo")
    forgets(scene.chat(kim).contact_id)
    assert verdict(scene, kim) == Refusal(Refused.OBJECTED)
    assert verdict(scene, kim, CARE) == Permit(Basis.OWN_QUESTION)
    assert verdict(scene, nour) == Refusal(Refused.NO_CONSENT)
    given = Given(texts[0].pk, scene.clock.at, Way.PAPER, "Formular 12")
    scene.passes(minutes=5)
    assert record_by_number([(kim.phone, given)], SHOP, scene.clock.at) == [CannotRecord.OBJECTED]


def test_a_yes_of_their_own_ends_it(scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]) -> None:
    scene.writes(kim, "STOP")
    scene.delivers()
    forgets(scene.chat(kim).contact_id)
    scene.passes(minutes=5)
    scene.writes(kim, "Doch, bitte wieder")
    taps(scene, kim, asks(scene, kim, alice, wished=True), 0)
    assert verdict(scene, kim) == Permit(Basis.CONSENT)
    assert not Suppression.objects.exists()
    scene.delivers()


def test_what_is_lifted_is_not_kept(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    contact = scene.chat(kim).contact_id
    object_to(contact, CARE, actor="system", at=scene.clock.at)
    assert suppressed_of([contact]) == {(contact, CARE)}
    object_to(contact, CAMPAIGNS, actor="system", at=scene.clock.at)
    lift_objection(contact, CARE, actor="system", at=scene.clock.at)
    assert suppressed_of([contact]) == {(contact, CAMPAIGNS)}


def test_it_is_no_address_and_joins_with_no_other_index(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "STOP")
    scene.delivers()
    kept = {bytes(mark) for mark in Suppression.objects.values_list("address", flat=True)}
    assert len(kept) == 2  # number and WhatsApp id
    assert kept.isdisjoint({bytes(mark) for mark in Alias.objects.values_list("blind", flat=True)})
    assert blind("phone", kim.phone.digits) not in kept
