"""Who is known for nothing is forgotten; whoever anything speaks for stays as they are."""

from datetime import datetime

import pytest
from django.db import transaction

from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.stop import object_to
from jawort.core.phone import Phone
from jawort.ledger.models import Entry
from jawort.people import checks
from jawort.people.create import create
from jawort.people.forget import forget
from jawort.people.models import Alias, Contact
from jawort.people.queries import names
from jawort.people.resolve import Sender, resolve
from jawort.people.rules import NumberBasis
from jawort.vault.keys import keks
from jawort.vault.models import SubjectKey
from jawort.vault.seal import Klass
from tests.fixtures.cast import Customer
from tests.fixtures.time import MONDAY

AT: datetime = MONDAY
pytestmark = pytest.mark.django_db(transaction=True)


def sender(who: Customer) -> Sender:
    return Sender(who.phone.digits, who.bsuid, None, who.name, "WABA", "kim.muster")


def test_names_addresses_and_keys_go_and_a_pseudonym_stays(kim: Customer, nour: Customer) -> None:
    kims, nours = resolve([sender(kim), sender(nour)], AT)
    month = Contact.objects.get(pk=kims).month
    assert keks({(kims, Klass.IDENTITY, month)}, create=False)
    with transaction.atomic():
        assert forget([kims], AT, but={}) == {kims}
    assert set(names([kims, nours])) == {nours}
    assert not Alias.objects.filter(contact=kims).exists()
    assert not SubjectKey.objects.filter(subject=kims).exists()
    assert keks({(kims, Klass.IDENTITY, month)}, create=False) == {}
    assert Entry.objects.get(kind="content.erased").object == kims
    assert checks.findings() == []
    assert resolve([sender(kim)], AT) != [kims]  # who writes again is somebody new


def test_whoever_has_said_no_or_was_entered_stays(kim: Customer) -> None:
    (kims,) = resolve([sender(kim)], AT)
    object_to(kims, CAMPAIGNS, actor=f"customer:{kims}", at=AT)
    entered, _ = create(Phone("491713920088"), "", NumberBasis.REQUEST, actor="staff:bob", at=AT)
    with transaction.atomic():
        assert forget([kims, entered], AT, but={}) == set()
    assert names([kims]) == {kims: kim.name}
