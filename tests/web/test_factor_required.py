"""Where all must have a second factor, whoever has none adds one before anything else is to be had."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.front.door import admit
from jawort.staff.models import Agent
from jawort.staff.second_factor import remove_all
from tests.fixtures.cast import PASSWORD
from tests.fixtures.provider import Provider, Somebody
from tests.fixtures.scene import Scene
from tests.fixtures.time import Clock
from tests.staff.permitted import DESK
from tests.web.test_oidc import signs_in
from tests.web.test_second_factor import code

SignedIn = Callable[[Agent], Client]
TO = "/settings/sign-in"
#: What is open: adding one, and the way out. Whatever else comes is shut by itself.
OPEN = "settings/sign-in"


@pytest.fixture
def required(settings: Any) -> None:
    settings.CONFIG = replace(settings.CONFIG, second_factor_required=True)


def has_one(agent: Agent) -> None:
    Authenticator.objects.create(user=agent, type=Authenticator.Type.TOTP, data={"secret": "x", "last": 0})


def test_nothing_else_is_to_be_had(required: None, scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    """Every route without parts in its address, as the table of routes has them: a new one is shut as well."""
    desk = signed_in(ada)
    for (method, route), permission in DESK.items():
        if permission is None or "<" in route or route.startswith(OPEN):
            continue
        answer = desk.generic(method, f"/{route}")
        assert (answer.status_code, answer.get("Location")) in {(302, TO), (401, None)}, (method, route)
    assert "wants everybody to have a second factor" in desk.get(TO).content.decode()
    assert admit(str(desk.session.session_key)) == 401


def test_with_one_all_is_open_until_it_is_gone(
    required: None, alice: Agent, ada: Agent, clock: Clock, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    has_one(alice)
    assert desk.get("/inbox/").status_code == 200
    assert admit(str(desk.session.session_key)) != 401
    remove_all(alice.pk, actor=ada.actor, at=clock.at)
    assert desk.get("/inbox/")["Location"] == TO


def test_whom_the_sign_in_service_lets_in_has_it_there(required: None, provider: Provider, alice: Agent) -> None:
    provider.people["alice"] = Somebody("a-1", alice.email)
    desk = signs_in(provider).client
    assert desk.get("/inbox/").status_code == 200
    assert admit(str(desk.session.session_key)) != 401
    desk.logout()
    desk.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert desk.get("/inbox/")["Location"] == TO


def test_where_it_is_not_asked_for_nobody_needs_one(alice: Agent, signed_in: SignedIn) -> None:
    assert signed_in(alice).get("/inbox/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_somebody_adds_one_and_goes_on(required: None, at_desk: Callable[..., Page], alice: Agent, site: str) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/inbox/")
    expect(page.get_by_text("wants everybody to have a second factor")).to_be_visible()
    page.locator("form[action$='second-factor/begin'] button").click()
    page.locator("#id_code").fill(code(page.locator("code.hex").inner_text().replace(" ", "")))
    page.locator("#id_old").fill(PASSWORD)
    page.locator("#id_old").press("Enter")
    expect(page.locator("#codes")).to_be_visible()
    page.goto(f"{site}/inbox/")
    page.wait_for_url(f"{site}/inbox/")
