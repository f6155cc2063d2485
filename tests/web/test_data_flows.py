"""The data-flow page: what left, to whom and why, where everything lies, what the firewall lets pass."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from jawort.channels.destinations import Datum, Destination
from jawort.egress.write_down import add
from jawort.staff.models import Agent
from tests.fixtures.time import Clock
from tests.web.conftest import Desk
from tests.web.gallery import matrix, picture_kept, violations

SignedIn = Callable[[Agent], Client]
Config = Callable[..., None]


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Config:
    def change(**given: Any) -> None:
        monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, **given))

    return change


def left(clock: Clock) -> None:
    """Some messages today, and more before."""
    for days, count in ((0, 12), (3, 40), (20, 700)):
        at = clock.at - timedelta(days=days)
        data = (Datum.NUMBER, Datum.TEXT, Datum.OWN_ID, Datum.CREDENTIALS)
        add({(Destination.GRAPH, datum): count for datum in data}, at)


def test_it_says_what_left_to_whom_and_how_often(
    scene: object, clock: Clock, dana: Agent, signed_in: SignedIn, configured: Config
) -> None:
    configured(
        graph_url="https://graph.facebook.com/v26.0",
        stored_at="Beispiel GmbH; Frankfurt am Main; Deutschland",
        mail_host="",
        alarm_webhook_url="",
        oidc_issuer="",
    )
    left(clock)
    shown = signed_in(dana).get("/flows/").content.decode()
    assert "WhatsApp Ireland Limited" in shown
    assert '<td class="end" data-label="Today">12</td>' in shown
    assert '<td class="end" data-label="7 days">52</td>' in shown
    assert '<td class="end" data-label="30 days">752</td>' in shown
    assert "Frankfurt am Main, Deutschland" in shown
    assert "backed_up_at" in shown
    assert "graph.facebook.com:443" in shown
    assert "Not set up, and so nothing goes there: Mail server, Alarm webhook, Sign-in service." in shown
    Agent.objects.update(language="de")
    shown = signed_in(Agent.objects.get(pk=dana.pk)).get("/flows/").content.decode()
    assert "Telefonnummer der angeschriebenen Person" in shown
    assert "Nur dort löschbar" in shown


@pytest.mark.parametrize(("who", "status"), [("alice", 404), ("bob", 404), ("dana", 200), ("ada", 200)])
def test_it_is_for_the_officer_and_the_administration(
    scene: object, who: str, status: int, request: pytest.FixtureRequest, signed_in: SignedIn
) -> None:
    assert signed_in(request.getfixturevalue(who)).get("/flows/").status_code == status


@pytest.mark.browser
@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390, 320]))
def test_it_is_clean(
    desk: Desk,
    ada: Agent,
    site: str,
    at_desk: Callable[..., Page],
    configured: Config,
    language: str,
    theme: str,
    width: int,
) -> None:
    configured(
        graph_url="https://graph.facebook.com/v26.0",
        public_url="https://desk.example.org",
        database_url="postgresql://jawort@db.example.org/jawort",
        mail_host="mail.example.org",
        https_proxy="http://proxy.example.org:3128",
        stored_at="Beispiel Rechenzentrum GmbH; Frankfurt am Main; Deutschland",
    )
    left(desk.clock)
    page = at_desk(ada, theme=theme, language=language, width=width)
    page.goto(f"{site}/flows/")
    height = page.evaluate("document.querySelector('main').scrollHeight + 200")
    page.set_viewport_size({"width": width, "height": height})
    picture_kept(page, f"flows-{width}-{language}-{theme}")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not violations(page)
