"""Accounts are linked with the sign-in service once, also by many at the same moment."""

from functools import partial
from itertools import count

import pytest

from jawort.ledger.models import Entry
from jawort.staff.link import NotLet, Taken, link, whose
from jawort.staff.models import Agent, Linked
from tests.fixtures.time import Clock
from tests.fixtures.together import at_once

ISSUER = "https://login.firma.example"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_links_and_all_come_in(alice: Agent, clock: Clock) -> None:
    found = at_once(lambda at: whose(ISSUER, "a-1", alice.email, at=at), clock.at, times=4)
    assert found == [alice] * 4
    assert Linked.objects.count() == Entry.objects.filter(kind="agent.linked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_account_is_one_persons_whoever_comes_first(alice: Agent, clock: Clock) -> None:
    """Two at the service have the same verified address at the same moment."""
    numbers = count()
    found = at_once(lambda at: whose(ISSUER, f"a-{next(numbers)}", alice.email, at=at), clock.at, times=4)
    assert sorted(map(str, found), key=len)[:3] == [NotLet.OTHER] * 3
    assert alice in found
    assert Linked.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_pseudonym_opens_one_account_whatever_its_address_is(alice: Agent, bob: Agent, clock: Clock) -> None:
    addresses = iter([alice.email, bob.email])
    found = at_once(lambda at: whose(ISSUER, "a-1", next(addresses), at=at), clock.at, times=2)
    (linked,) = Linked.objects.select_related("agent")
    assert set(found) <= {linked.agent, NotLet.OTHER}
    assert linked.agent in found
    again = partial(whose, ISSUER, "a-1", at=clock.at)
    assert again(alice.email) == again(bob.email) == again(None) == linked.agent


@pytest.mark.django_db
def test_another_service_is_another_world(alice: Agent, bob: Agent, clock: Clock) -> None:
    """Where the issuer is changed, links of the old one open nothing."""
    link(alice.pk, "https://old.firma.example", "a-1", actor="system", at=clock.at)
    assert whose(ISSUER, "a-1", None, at=clock.at) is NotLet.UNKNOWN
    assert whose(ISSUER, "a-1", bob.email, at=clock.at) == bob


@pytest.mark.django_db
def test_by_hand_a_link_takes_the_place_of_another(alice: Agent, bob: Agent, clock: Clock) -> None:
    link(alice.pk, ISSUER, "a-1", actor="system", at=clock.at)
    link(alice.pk, ISSUER, "a-2", actor="system", at=clock.at)
    link(alice.pk, ISSUER, "a-2", actor="system", at=clock.at)
    assert Linked.objects.get().subject == "a-2"
    with pytest.raises(Taken):
        link(bob.pk, ISSUER, "a-2", actor="system", at=clock.at)
    kinds = Entry.objects.filter(kind__contains="linked").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["agent.linked", "agent.unlinked", "agent.linked"]
