"""Settings › People: who has an account, another role, closed and open again."""

from collections.abc import Callable
from uuid import UUID

from django.test import Client

from jawort.core import clock as core_clock
from jawort.messaging.assign import assign
from jawort.staff.models import Agent
from jawort.staff.second_factor import set_up
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]


def test_the_administrator_changes_a_role_closes_and_reopens(ada: Agent, alice: Agent, signed_in: SignedIn) -> None:
    admin, address = signed_in(ada), f"/settings/people/{alice.pk}"
    assert 'href="/settings/people"' in admin.get("/settings/me").content.decode()
    page = admin.get("/settings/people").content.decode()
    assert alice.email in page
    assert ">never</span>" in page
    page = admin.post(address, {"role": "supervisor"}, follow=True).content.decode()
    assert "Saved." in page
    assert "Team lead" in page
    page = admin.post(f"{address}/close", follow=True).content.decode()
    assert "The account of Alice is closed." in page
    assert ">Closed</span>" in page
    assert "Reopen account" in admin.get(address).content.decode()
    assert "open again" in admin.post(f"{address}/reopen", follow=True).content.decode()


def test_what_does_not_go_is_said(ada: Agent, signed_in: SignedIn) -> None:
    admin, address = signed_in(ada), f"/settings/people/{ada.pk}"
    answer = admin.post(address, {"role": "agent"})
    assert (answer.status_code, "Nobody else can administer." in answer.content.decode()) == (422, True)
    assert "Nobody else can administer." in admin.post(f"{address}/close", follow=True).content.decode()
    assert admin.post(address, {"role": "owner"}).status_code == 422
    for act in ("", "/close", "/reopen"):
        assert admin.post(f"/settings/people/{UUID(int=0)}{act}", {"role": "agent"}).status_code == 404


def test_before_closing_it_is_said_what_stays_assigned(
    scene: Scene, kim: Customer, ada: Agent, alice: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Guten Tag")
    address = f"/settings/people/{alice.pk}"
    assert "stays assigned" not in signed_in(ada).get(address).content.decode()
    assign(scene.chat(kim), alice, actor="system", at=scene.clock.at)
    assert "1 open conversation stays assigned" in signed_in(ada).get(address).content.decode()


def test_who_has_no_second_factor_is_told_from_who_has(ada: Agent, alice: Agent, signed_in: SignedIn) -> None:
    admin = signed_in(ada)
    assert admin.get("/settings/people").content.decode().count("no second factor") == 2
    set_up(ada, "JBSWY3DPEHPK3PXP", 0, at=core_clock.now())
    assert admin.get("/settings/people").content.decode().count("no second factor") == 1
