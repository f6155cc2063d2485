"""Invitations: for a week, once, for one account; whatever is wrong with a link, it opens nothing."""

from datetime import datetime
from random import Random

import pytest

from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.staff.accounts import close
from jawort.staff.invite import OPEN_FOR, HasAccount, forget_expired, invite, invited, join, take_back
from jawort.staff.models import Agent, Invitation
from jawort.staff.permissions import Role
from jawort.staff.queries import invitations
from tests.fixtures.cast import PASSWORD, a_hire
from tests.fixtures.time import Clock
from tests.fixtures.together import at_once
from tests.staff.test_forged import FORGERIES, forged

NOAH = "noah@firma.example"


def joins(token: str) -> Agent | None:
    return join(token, PASSWORD, "en", at=core_clock.now())


def test_who_was_invited_gets_the_role_once_and_all_is_entered_without_names(ada: Agent, clock: Clock) -> None:
    token = invite("Noah@Firma.example", "Noah", Role.SUPERVISOR, ada, at=clock.at)
    row = Invitation.objects.get()
    assert token.encode() not in bytes(row.digest)
    agent = joins(token)
    assert agent is not None
    assert (agent.email, agent.name, agent.role, agent.language) == (NOAH, "Noah", "supervisor", "en")
    assert agent.check_password(PASSWORD)
    assert joins(token) is None
    assert not Invitation.objects.exists()
    entries = list(Entry.objects.order_by("pk").values_list("kind", "actor", "object", "related", "facts"))[-3:]
    assert entries == [
        ("agent.invited", ada.actor, row.pk, None, {"role": "supervisor"}),
        ("role.changed", ada.actor, agent.pk, None, {"role": "supervisor"}),
        ("agent.joined", agent.actor, agent.pk, row.pk, {}),
    ]


def test_taken_back_expired_replaced_or_from_somebody_who_left_it_opens_nothing(ada: Agent, clock: Clock) -> None:
    eve = a_hire("Eve", Role.ADMINISTRATOR)
    first = invite(NOAH, "Noah", Role.AGENT, ada, at=clock.at)
    second = invite(NOAH, "Noah", Role.AGENT, eve, at=clock.at)
    assert [invited(token, clock.at) is not None for token in (first, second)] == [False, True]
    close(eve.pk, actor=ada.actor, at=clock.at)  # or a leaver would have left a door open
    assert joins(second) is None
    assert invitations(clock.at) == []
    third = invite(NOAH, "Noah", Role.AGENT, ada, at=clock.at)
    clock.forward(seconds=OPEN_FOR.total_seconds())
    assert joins(third) is None
    assert invitations(clock.at) == []
    forget_expired(clock.at)
    assert not Invitation.objects.exists()
    fourth = invite(NOAH, "Noah", Role.AGENT, ada, at=clock.at)
    assert take_back(Invitation.objects.get().pk, actor=ada.actor, at=clock.at)
    assert joins(fourth) is None
    assert not Agent.objects.filter(email=NOAH).exists()


def test_nobody_gets_a_second_account(ada: Agent, alice: Agent, clock: Clock) -> None:
    with pytest.raises(HasAccount):
        invite(alice.email.upper(), "Alice", Role.ADMINISTRATOR, ada, at=clock.at)
    token = invite(NOAH, "Noah", Role.AGENT, ada, at=clock.at)
    hired = a_hire("Noah", Role.AGENT)
    assert joins(token) is None
    hired.refresh_from_db()
    assert hired.check_password(PASSWORD)


@pytest.mark.django_db
def test_no_other_token_joins(ada: Agent, clock: Clock) -> None:
    token = invite(NOAH, "Noah", Role.AGENT, ada, at=clock.at)
    for number in range(10 * len(FORGERIES)):
        made = forged(token, number)
        assert made == token or joins(made) is None, number
    assert joins(token) is not None


@pytest.mark.django_db(transaction=True)
def test_of_many_with_the_same_link_at_once_one_joins() -> None:
    token = invite(NOAH, "Noah", Role.AGENT, a_hire("Ada", Role.ADMINISTRATOR), at=core_clock.now())
    random = Random(7)

    def act(at: datetime) -> bool:
        return join(token, f"{PASSWORD} {random.random()}", "de", at=at) is not None

    assert sum(at_once(act, core_clock.now(), times=4)) == 1
    assert Agent.objects.filter(email=NOAH).count() == 1
