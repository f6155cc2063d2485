"""The first administrator: a link for a day, once, and worth nothing once somebody can administer."""

from datetime import datetime
from random import Random

import pytest

from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.staff.first import OPEN_FOR, AddressTaken, offer, opens, take
from jawort.staff.models import Agent, FirstLink
from jawort.staff.permissions import Role
from tests.fixtures.cast import PASSWORD, a_hire
from tests.fixtures.time import Clock
from tests.fixtures.together import at_once
from tests.staff.test_forged import FORGERIES, forged

ADA = "ada@firma.example"


def takes(token: str, email: str = ADA) -> Agent | None:
    return take(token, email, "Ada", PASSWORD, "de", at=core_clock.now())


def offered() -> str:
    token = offer(core_clock.now())
    assert token is not None
    return token


@pytest.mark.django_db
def test_who_has_the_link_administers_and_it_is_entered_without_a_name(clock: Clock) -> None:
    token = offered()
    assert token.encode() not in bytes(FirstLink.objects.get().digest)
    agent = takes(token)
    assert agent is not None
    assert (agent.email, agent.role, agent.language) == (ADA, "administrator", "de")
    assert agent.check_password(PASSWORD)
    entry = Entry.objects.latest("pk")
    assert (entry.kind, entry.actor, entry.object, entry.facts) == (
        "role.changed",
        "system",
        agent.pk,
        {"role": "administrator"},
    )
    assert takes(token, "eve@firma.example") is None
    assert offer(clock.at) is None
    assert not FirstLink.objects.exists()


@pytest.mark.django_db
def test_replaced_or_too_late_it_opens_nothing(clock: Clock) -> None:
    first, second = offered(), offered()
    assert [opens(token, clock.at) for token in (first, second)] == [False, True]
    clock.forward(seconds=OPEN_FOR.total_seconds())
    assert takes(second) is None
    assert not Agent.objects.exists()


@pytest.mark.django_db
def test_it_ends_when_somebody_is_hired_who_administers_and_not_before(clock: Clock) -> None:
    token = offered()
    a_hire("Alice", Role.AGENT)
    assert opens(token, clock.at)
    a_hire("Eve", Role.ADMINISTRATOR)
    assert takes(token) is None


@pytest.mark.django_db
def test_an_address_that_is_taken_leaves_the_link_open(clock: Clock) -> None:
    token, alice = offered(), a_hire("Alice", Role.AGENT)
    with pytest.raises(AddressTaken):
        takes(token, alice.email.upper())
    assert takes(token) is not None


@pytest.mark.django_db
def test_no_other_token_opens(clock: Clock) -> None:
    token = offered()
    for number in range(10 * len(FORGERIES)):
        made = forged(token, number)
        assert made == token or takes(made) is None, number
    assert takes(token) is not None


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_the_first() -> None:
    token, random = offered(), Random(7)

    def act(at: datetime) -> bool:
        return take(token, f"{random.random()}@firma.example", "Ada", PASSWORD, "de", at=at) is not None

    assert sum(at_once(act, core_clock.now(), times=4)) == 1
    assert Agent.objects.count() == 1
