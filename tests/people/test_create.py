"""A contact entered by number: with its basis, once, and the same one when somebody writes from there."""

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from jawort.core.phone import Phone, abroad
from jawort.ledger.models import Entry
from jawort.people.create import create
from jawort.people.models import Alias, Contact
from jawort.people.queries import addresses, names
from jawort.people.resolve import Sender, resolve
from jawort.people.rules import NumberBasis
from tests.fixtures.time import Clock

pytestmark = pytest.mark.django_db
ACTOR = "staff:00000000-0000-0000-0000-000000000001"
NUMBER = Phone("491713920021")


def entered(clock: Clock, name: str = "Kim Muster", basis: NumberBasis = NumberBasis.CONTRACT) -> tuple[UUID, bool]:
    return create(NUMBER, name, basis, actor=ACTOR, at=clock.at)


def wrote(clock: Clock, bsuid: str | None = "DE.1713920021", name: str = "kim") -> UUID:
    (contact,) = resolve([Sender(NUMBER.digits, bsuid, None, name, "waba")], clock.at)
    return contact


def test_number_name_and_basis_are_there_and_entered(clock: Clock) -> None:
    contact, created = entered(clock)
    assert created
    assert names([contact]) == {contact: "Kim Muster"}
    assert addresses([contact], "waba")[contact].phone == NUMBER.digits
    alias = Alias.objects.get()
    assert (alias.kind, alias.basis, alias.first_seen) == ("phone", "contract", clock.at)
    assert NUMBER.digits.encode() not in bytes(alias.ciphertext)
    (entry,) = Entry.objects.filter(kind="contact.created")
    facts = {"aliases": {str(alias.pk): "phone"}, "basis": "contract"}
    assert (entry.kind, entry.actor, entry.object, entry.facts) == ("contact.created", ACTOR, contact, facts)


def test_a_number_that_is_known_leads_to_whose_it_is_and_changes_nothing(clock: Clock) -> None:
    kim = wrote(clock)
    assert entered(clock, "Jemand anderes") == (kim, False)
    assert names([kim]) == {kim: "kim"}
    assert Contact.objects.count() == 1
    assert not Alias.objects.exclude(basis="").exists()


def test_twice_entered_is_one(clock: Clock) -> None:
    first, _ = entered(clock)
    assert entered(clock, basis=NumberBasis.CONSENT) == (first, False)
    assert Alias.objects.get().basis == "contract"


def test_whoever_writes_from_the_number_is_that_contact_under_our_name(clock: Clock) -> None:
    contact, _ = entered(clock)
    assert wrote(clock) == contact
    assert names([contact]) == {contact: "Kim Muster"}
    assert set(Alias.objects.values_list("kind", "basis")) == {("phone", "contract"), ("wa_id", ""), ("bsuid", "")}


def test_a_number_that_somebody_has_no_longer_is_somebody_new(clock: Clock) -> None:
    kim = wrote(clock)
    Alias.objects.filter(contact=kim).update(valid_to=clock.at)
    contact, created = entered(clock)
    assert created
    assert contact != kim


def test_a_name_is_not_needed(clock: Clock) -> None:
    contact, _ = entered(clock, "  ")
    assert names([contact]) == {}


@pytest.mark.parametrize("fields", [{"basis": "hearsay"}, {"basis": "contract", "kind": "wa_id"}])
def test_the_table_takes_no_other_basis_and_none_for_what_customers_came_with(
    clock: Clock, fields: dict[str, str]
) -> None:
    entered(clock)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alias.objects.update(**fields)


@pytest.mark.parametrize("text", ["+49 171 3920021", "0049 (0)171 392-0021", "tel:+491713920021"])
def test_a_number_with_its_country_is_taken(text: str) -> None:
    assert abroad(text) == NUMBER


@pytest.mark.parametrize("text", ["0171 3920021", "491713920021", "+49", "+", "00", "", "Kim", "+49 171 39x0021"])
def test_without_its_country_a_number_could_be_anybodys(text: str) -> None:
    assert abroad(text) is None
