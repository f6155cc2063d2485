"""Another role, closed, open again: what ends with an account, and that somebody can always administer."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from django.test import Client

from jawort.core.clock import now
from jawort.ledger.models import Entry
from jawort.staff.access import holds
from jawort.staff.accounts import LastAdministrator, change_role, close, reopen
from jawort.staff.models import Agent, Session
from jawort.staff.permissions import Permission, Role
from jawort.staff.tokens import bearer, issue
from tests.fixtures.cast import a_hire
from tests.fixtures.together import at_once


def entered() -> list[tuple[str, str]]:
    found = Entry.objects.filter(actor="staff:ada").order_by("pk").values_list("kind", "object")
    return [(kind, str(object)) for kind, object in found]


def test_a_closed_account_leaves_no_way_in_and_reopened_brings_none_back(
    ada: Agent, alice: Agent, bob: Agent, signed_in: Callable[[Agent], Client]
) -> None:
    desk, others = signed_in(alice), signed_in(bob)
    token, kept = (issue(who, "program", actor="system", at=now()) for who in (alice, bob))
    close(alice.pk, actor="staff:ada", at=now())
    close(alice.pk, actor="staff:ada", at=now())  # twice is once
    assert bearer(token, now()) is None
    assert desk.get("/inbox/").status_code == 302
    reopen(alice.pk, actor="staff:ada", at=now())
    assert bearer(token, now()) is None
    assert desk.get("/inbox/").status_code == 302
    assert signed_in(alice).get("/inbox/").status_code == 200
    assert (others.get("/inbox/").status_code, bearer(kept, now()) is None) == (200, False)
    assert [kind for kind, _ in entered()] == ["agent.closed", "token.revoked", "agent.reopened"]


def test_a_sign_in_that_was_under_way_does_not_outlive_the_closing(
    ada: Agent, alice: Agent, signed_in: Callable[[Agent], Client]
) -> None:
    close(alice.pk, actor="staff:ada", at=now())
    late = signed_in(alice)
    assert late.get("/inbox/").status_code == 302
    late = signed_in(alice)
    reopen(alice.pk, actor="staff:ada", at=now())
    assert late.get("/inbox/").status_code == 302


def test_a_role_holds_at_once_and_is_entered(ada: Agent, alice: Agent) -> None:
    change_role(alice.pk, Role.SUPERVISOR, actor="staff:ada", at=now())
    change_role(alice.pk, Role.SUPERVISOR, actor="staff:ada", at=now())
    alice.refresh_from_db()
    assert holds(alice, Permission.LEDGER_READ)
    assert entered() == [("role.changed", str(alice.pk))]


def test_the_last_open_administrator_stays(ada: Agent, alice: Agent) -> None:
    eve = a_hire("Eve", Role.ADMINISTRATOR)
    close(eve.pk, actor="system", at=now())
    with pytest.raises(LastAdministrator):
        close(ada.pk, actor="staff:ada", at=now())
    with pytest.raises(LastAdministrator):
        change_role(ada.pk, Role.AGENT, actor="staff:ada", at=now())
    change_role(ada.pk, Role.ADMINISTRATOR, actor="staff:ada", at=now())  # what is so already is no loss
    change_role(eve.pk, Role.AGENT, actor="system", at=now())  # a closed one is not the last open one
    with pytest.raises(Agent.DoesNotExist):
        close(UUID(int=0), actor="staff:ada", at=now())


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_right_from_each_other_leave_one() -> None:
    pair = [a_hire("Ada", Role.ADMINISTRATOR).pk, a_hire("Eve", Role.ADMINISTRATOR).pk]
    taken = iter([*pair, *pair])

    def act(at: datetime) -> bool:
        whom = next(taken)
        try:
            if whom == pair[0]:
                close(whom, actor="system", at=at)
            else:
                change_role(whom, Role.AGENT, actor="system", at=at)
        except LastAdministrator:
            return False
        return True

    at_once(act, now(), times=4)
    assert Agent.objects.filter(is_active=True, role=Role.ADMINISTRATOR).count() == 1


def test_a_session_knows_whose_it_is_and_is_seen_to_the_quarter_of_an_hour(
    alice: Agent, signed_in: Callable[[Agent], Client]
) -> None:
    desk = signed_in(alice)
    desk.get(
        "/inbox/", headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}
    )
    row = Session.objects.get()
    assert (row.agent_id, row.browser) == (alice.pk, "Firefox/Linux")
    assert row.seen_at is not None
    assert (row.seen_at.minute % 15, row.seen_at.second) == (0, 0)
