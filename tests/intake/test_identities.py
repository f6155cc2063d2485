"""Who somebody is, as far as WhatsApp says: usernames, withheld numbers, numbers that were asked for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from jawort.ledger.models import Entry
from jawort.people.checks import findings
from jawort.people.models import Alias, Contact, Review
from jawort.people.queries import Address, addresses, names, username_of
from jawort.people.rules import ReviewKind
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]


def withheld(scene: Scene, who: Customer, message: dict[str, object], *, username: str = "") -> None:
    """`who` writes, and WhatsApp does not show the number."""
    profile = {"username": f"@{username}"} if username else {"name": who.name}
    ids = {"from_user_id": who.bsuid, "id": f"wamid.W-{next(scene.ids)}"}
    sent_at = {"timestamp": str(int(scene.clock.at.timestamp()))}
    contacts = [{"profile": profile, "user_id": who.bsuid}]
    scene.tells({"contacts": contacts, "messages": [ids | sent_at | message]})


def card(number: str, **more: object) -> dict[str, object]:
    one = {
        "name": {"formatted_name": "Kim"},
        "phones": [{"phone": f"+{number}", "wa_id": number, "type": "CELL"}],
        "origin": "contact_request",
    }
    return {"type": "contacts", "contacts": [one | more]}


TEXT: dict[str, object] = {"type": "text", "text": {"body": "Hallo"}}


def test_a_username_is_an_attribute_with_its_time_and_leads_to_nobody(
    scene: Scene, kim: Customer, nour: Customer
) -> None:
    withheld(scene, kim, TEXT, username="kim.m")
    first = scene.clock.at
    (contact,) = Contact.objects.all()
    assert names([contact.pk]) == {contact.pk: "@kim.m"}
    assert username_of(contact.pk) == ("kim.m", first)
    scene.passes(hours=1)
    withheld(scene, kim, TEXT, username="kim.m")
    assert username_of(contact.pk) == ("kim.m", first)
    withheld(scene, kim, TEXT)
    assert names([contact.pk]) == {contact.pk: kim.name}
    assert username_of(contact.pk) == ("kim.m", first)
    withheld(scene, kim, TEXT, username="muster")
    assert username_of(contact.pk) == ("muster", first + timedelta(hours=1))
    withheld(scene, nour, TEXT, username="muster")
    assert Contact.objects.count() == 2
    assert b"muster" not in b"".join(bytes(c.username_ciphertext or b"") for c in Contact.objects.all())


def test_name_and_username_cannot_be_exchanged(scene: Scene, kim: Customer) -> None:
    withheld(scene, kim, TEXT)
    withheld(scene, kim, TEXT, username="kim.m")
    contact = Contact.objects.get()
    name = {"name_wrapped": contact.username_wrapped, "name_ciphertext": contact.username_ciphertext}
    nick = {"username_wrapped": contact.name_wrapped, "username_ciphertext": contact.name_ciphertext}
    Contact.objects.update(**name, **nick)
    assert {one.code for one in findings()} == {"people.name", "people.username"}
    withheld(scene, kim, TEXT)
    withheld(scene, kim, TEXT, username="kim.m")
    assert findings() == []


def test_the_desk_says_that_a_number_is_withheld_and_what_is_possible(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    withheld(scene, kim, TEXT)
    withheld(scene, kim, TEXT, username="kim.m")
    page = signed_in(alice).get(f"/inbox/{scene.chat(kim).pk}/").content.decode()
    assert "Number withheld" in page
    assert "@kim.m" in page
    assert "You can answer here as usual." in page
    scene.writes(kim, "Mit Nummer")
    page = signed_in(alice).get(f"/inbox/{scene.chat(kim).pk}/").content.decode()
    assert "Number withheld" not in page
    assert "You can answer here as usual." not in page


def test_a_number_that_was_asked_for_is_attached(scene: Scene, kim: Customer) -> None:
    withheld(scene, kim, TEXT)
    contact, scope = Contact.objects.get().pk, scene.line.scope
    withheld(scene, kim, card(kim.phone.digits))
    assert addresses([contact], scope) == {contact: Address(kim.phone.digits, kim.bsuid, contact)}
    withheld(scene, kim, card(kim.phone.digits))
    assert Alias.objects.filter(kind="phone").count() == 1
    assert Contact.objects.count() == 1
    (added,) = Entry.objects.filter(kind="alias.added")
    assert (added.object, added.facts["kind"]) == (contact, "phone")
    scene.writes(kim, "Jetzt mit Nummer")
    assert Contact.objects.count() == 1
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    "odd",
    [
        {"origin": "other"},
        {"origin": None},
        {"phones": []},
        {"phones": [{"phone": "+491713920021"}]},
        {"phones": [{"phone": "+491713920021", "wa_id": "491713920099"}]},
        {"phones": [{"phone": "+491713920021", "wa_id": "DE.1713920021"}]},
        {"phones": [{"wa_id": "491713920021"}, {"wa_id": "491713920022"}]},
    ],
)
def test_no_other_card_attaches_anything_or_makes_a_contact(
    scene: Scene, kim: Customer, odd: dict[str, object]
) -> None:
    withheld(scene, kim, card("491713920021", **odd))
    assert Contact.objects.count() == 1
    assert set(Alias.objects.values_list("kind", flat=True)) == {"bsuid"}


def test_a_card_beside_another_number_of_the_sender_attaches_nothing(scene: Scene, kim: Customer) -> None:
    scene.tells(scene.message(kim, "wamid.C", card("491713920077")))
    assert not Alias.objects.filter(kind="phone").exists()


def test_a_number_of_somebody_else_is_taken_from_nobody_and_looked_at(
    scene: Scene, kim: Customer, nour: Customer
) -> None:
    scene.writes(nour, "Hallo")
    nours, scope = scene.chat(nour).contact_id, scene.line.scope
    withheld(scene, kim, TEXT)
    for _ in range(2):
        withheld(scene, kim, card(nour.phone.digits))
    assert addresses([nours], scope) == {nours: Address(nour.phone.digits, nour.bsuid, nours)}
    kims = scene.chat(kim).contact_id
    assert addresses([kims], scope) == {kims: Address(None, kim.bsuid, kims)}
    doubt = Review.objects.get()
    assert (doubt.kind, doubt.contact_id, doubt.other_id) == (ReviewKind.NUMBER_GIVEN, nours, kims)


def test_a_given_number_that_comes_with_another_account_goes_with_it(
    scene: Scene, kim: Customer, nour: Customer
) -> None:
    withheld(scene, kim, TEXT)
    kims = Contact.objects.get().pk
    withheld(scene, kim, card(kim.phone.digits))
    scene.writes(replace(nour, phone=kim.phone), "Neue Nummer")
    assert addresses([kims], scene.line.scope) == {kims: Address(None, kim.bsuid, kims)}
    assert scene.chat(nour).contact_id != kims
    assert Review.objects.get().contact_id == kims
