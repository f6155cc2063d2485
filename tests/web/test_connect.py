"""Connecting a number by the desk's pages, against the simulator over real HTTP."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from jawort.cli.doctor import check_world
from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.lines.models import Line, Setup, State
from jawort.lines.queries import reach
from jawort.staff.models import Agent
from jawort.vault.transit import ensure_days
from tests.simulator.stage import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, Stage, Start

SignedIn = Callable[[Agent], Client]
PIN = "271828"
CONNECT = "/settings/lines/connect"


class Visit:
    """An administrator at the pages, the simulator in WhatsApp's place."""

    def __init__(self, stage: Stage, desk: Client) -> None:
        self.stage, self.desk = stage, desk
        told = stage.settings
        self.given = {"app_ref": told.app_id, "app_name": "Unsere App", "secret": APP_SECRET}
        self.given |= {"verify_token": VERIFY_TOKEN, "account": told.waba_id, "token": ACCESS_TOKEN}

    def begins(self, **other: str) -> Any:
        """Give app and account."""
        return self.desk.post(CONNECT, self.given | other)

    @property
    def setup(self) -> str:
        """The address of what has begun."""
        return f"{CONNECT}/{Setup.objects.get().pk}"

    @property
    def number(self) -> str:
        """The address of the first number's page."""
        return f"{self.setup}/numbers/{self.stage.settings.phone_number_id}"

    def connects(self, **other: str) -> Any:
        """Register and connect the first number."""
        return self.desk.post(self.number, {"name": "Service", "region": "DE", "pin": PIN} | other)


@pytest.fixture
def visit(start: Start, db: None, ada: Agent, signed_in: SignedIn, settings: Any) -> Visit:
    return visiting(start(registered=False, subscribed=False), signed_in(ada), settings)


def visiting(stage: Stage, desk: Client, settings: Any) -> Visit:
    url = f"{stage.url}/v26.0"
    settings.CONFIG = replace(settings.CONFIG, graph_url=url, webhook_url=stage.settings.callback_url)
    return Visit(stage, desk)


def said(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def changes() -> list[str]:
    return [entry.facts["change"] for entry in Entry.objects.filter(kind="line.changed").order_by("id")]


def test_from_app_and_account_to_a_line_that_is_live(visit: Visit) -> None:
    assert visit.begins().headers["Location"] == visit.setup
    page = said(visit.desk.get(visit.setup))
    assert "Holds without an end" in page
    assert "The app does not hear of this account" in page
    assert VERIFY_TOKEN in page
    assert "Not registered yet" in page
    page = said(visit.desk.get(visit.number))
    assert 'value="DE" aria-describedby="region-de" checked' in page
    assert "only now" in page
    assert visit.connects().headers["Location"] == "/settings/lines"
    line = Line.objects.get()
    assert (line.state, line.name, line.portfolio) == (State.LIVE, "Service", visit.stage.settings.portfolio)
    assert line.display_number == "+493023125000"
    assert reach([line.pk])[line.pk].token == ACCESS_TOKEN
    stored = visit.stage.graph(None, f"/v26.0/{line.phone_number_id}/settings", method="GET").json
    assert stored["storage_configuration"]["data_localization_region"] == "DE"
    assert visit.stage.sim("GET", "number")["pin"] == PIN
    assert changes() == ["app_added", "setup_begun", "registering", "registered", "subscribed", "connected"]
    page = said(visit.desk.get(visit.setup))
    assert "The app hears of this account" in page
    assert "Connected as Service" in page
    visit.desk.post(f"{visit.setup}/end")
    assert not Setup.objects.exists()
    assert changes()[-1] == "setup_ended"
    ensure_days(core_clock.now())
    assert check_world() == []
