"""Many people, each with a conversation; if wanted, with a consent to marketing that stands."""

from django.db import transaction

from jawort.consent.events import Noted, note
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.state import Event, Method
from jawort.consent.texts import put_into_use
from jawort.core.phone import Phone
from jawort.people.models import Contact
from tests.consent.questions import GERMAN
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

HALLO = {"type": "text", "text": {"body": "Guten Tag"}}


def crowd(scene: Scene, many: int) -> list[Customer]:
    """So many people, each of whom has written once."""
    people = [Customer(f"Person {n}", Phone(f"49171392{n:05}"), f"DE.9{n:09}") for n in range(many)]
    for who in people:
        scene.stores(scene.message(who, f"wamid.{who.bsuid}", dict(HALLO)))
    scene.takes()
    return people


def consenting(scene: Scene, many: int) -> list[Customer]:
    """Besides, everybody has said yes to marketing."""
    people = crowd(scene, many)
    (text,) = put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=scene.clock.at)
    yes = [
        Noted(contact, CAMPAIGNS, Event.GIVEN, Method.WORDS, f"customer:{contact}", text.pk)
        for contact in Contact.objects.values_list("pk", flat=True)
    ]
    with transaction.atomic():
        note(yes, scene.clock.at)
    return people
