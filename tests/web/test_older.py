"""Looking through older messages at the desk: hits come, it can be stopped, and what it cannot do it says."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db.models import QuerySet
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.messaging import queries
from jawort.messaging.models import Conversation, Message
from jawort.messaging.resolve import resolve
from jawort.messaging.search import queries as search_queries
from jawort.messaging.search import scan
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.fixtures.search import Searching
from tests.web.test_search import found, leads_to, to_message

SignedIn = Callable[[Agent], Client]
Open = Callable[..., Page]


@pytest.fixture
def old(scene: Scene, kim: Customer, nour: Customer) -> None:
    """Two messages that the search process does not hold: it begins when they are there, and has read nothing yet."""
    scene.writes(kim, "Rechnung eins")
    scene.passes(days=2)
    scene.writes(nour, "Rechnung zwei")
    scene.passes(days=1)


def older(client: Client, act: str = "begin", **said: Any) -> str:
    """What stands below the hits."""
    asked = {"text": "rechnung", "view": "all", "act": act, **said}
    answer = client.post("/inbox/search/older", asked, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def of(html: str, name: str) -> str:
    """What a hidden field of the form says; empty where there is none."""
    said = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', html)
    return said[1] if said else ""


def all_of(searching: Searching, client: Client, **said: Any) -> str:
    """What is shown when it has come to its end."""
    begun = older(client, **said)
    searching.scan()
    return older(client, "look", scan=of(begun, "scan"), **said)


@pytest.mark.usefixtures("old")
def test_hits_come_and_are_entered(
    scene: Scene, searching: Searching, alice: Agent, kim: Customer, nour: Customer, signed_in: SignedIn
) -> None:
    client = signed_in(alice)
    assert "Search older messages too" in found(client, "rechnung")
    begun = older(client)
    assert 'hx-trigger="every 1s"' in begun
    searching.scan()
    html = older(client, "look", scan=of(begun, "scan"))
    assert leads_to(html) == [to_message(scene.chat(nour)), to_message(scene.chat(kim))]
    assert "<mark>Rechnung</mark> zwei" in html
    assert "2 messages looked at, back to 8 June 2026. That is all of them." in " ".join(html.split())
    assert 'hx-trigger="every' not in html
    entered = Entry.objects.filter(kind=Kind.HANDED_OUT, actor=f"staff:{alice.pk}").values_list("object", flat=True)
    assert set(entered) == {scene.chat(kim).pk, scene.chat(nour).pk}
    assert "There are no older messages in this time" in all_of(searching, client, until="2026-06-01")
    assert "Nothing found among them" in all_of(searching, client, text="fahrrad")


@pytest.mark.usefixtures("old")
def test_days_and_what_is_wrong_with_them(
    scene: Scene, searching: Searching, alice: Agent, kim: Customer, nour: Customer, signed_in: SignedIn
) -> None:
    client = signed_in(alice)
    ask = {"from": "2026-06-08", "until": "2026-06-08"}
    assert leads_to(all_of(searching, client, **ask)) == [to_message(scene.chat(kim))]
    assert leads_to(all_of(searching, client, **{"from": "2026-06-09"})) == [to_message(scene.chat(nour))]
    assert len(leads_to(all_of(searching, client, **{"from": "2026-06-99", "until": "morgen"}))) == 2
    assert "The first day lies after the last one" in older(client, **{"from": "2026-06-09", "until": "2026-06-08"})
    assert "at least two characters" in older(client, text="x")
    assert "at least two characters" in older(client, text="a\0b")


@pytest.mark.usefixtures("old")
def test_view_and_filters_hold_as_for_recent_ones(
    scene: Scene, searching: Searching, alice: Agent, kim: Customer, nour: Customer, signed_in: SignedIn
) -> None:
    client = signed_in(alice)
    resolve(scene.chat(nour), actor="system", at=scene.clock.at)
    html = all_of(searching, client)
    assert leads_to(html) == [to_message(scene.chat(kim))]
    assert "Other views have hits too" in html
    assert len(leads_to(all_of(searching, client, everywhere="yes"))) == 2
    assert leads_to(all_of(searching, client, view="resolved")) == [to_message(scene.chat(nour))]


@pytest.mark.usefixtures("old")
def test_nobody_gets_what_they_may_not_read_nor_what_another_asked(
    scene: Scene,
    searching: Searching,
    alice: Agent,
    ada: Agent,
    dana: Agent,
    kim: Customer,
    nour: Customer,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hidden = scene.chat(nour).pk

    def visible(_person: Agent) -> QuerySet[Conversation]:
        return Conversation.objects.exclude(pk=hidden)

    for module in (queries, search_queries):
        monkeypatch.setattr(module, "visible", visible)
    client = signed_in(alice)
    for view in ("all", "mine"):
        html = all_of(searching, client, view=view)
        assert str(hidden) not in html
        assert ("Other views" in html) == (view == "mine")
    of_alice = of(older(client), "scan")
    assert "This search has ended" in older(signed_in(ada), "look", scan=of_alice)
    assert signed_in(dana).post("/inbox/search/older", {"text": "rechnung", "view": "all"}).status_code == 404


@pytest.mark.usefixtures("old")
def test_it_is_stopped_and_gone_on_with_below_what_is_shown(
    scene: Scene,
    searching: Searching,
    alice: Agent,
    kim: Customer,
    nour: Customer,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = signed_in(alice)
    monkeypatch.setattr(scan, "BATCH", 1)
    begun = older(client)
    searching.scans.step()
    html = older(client, "stop", scan=of(begun, "scan"))
    assert leads_to(html) == [to_message(scene.chat(nour))]
    assert "Stopped." in html
    below = of(html, "below")
    assert leads_to(all_of(searching, client, below=below)) == [to_message(scene.chat(kim))]
    monkeypatch.setattr("jawort.messaging.search.older.SHOWN_MAX", 1)
    html = all_of(searching, client)
    assert leads_to(html) == [to_message(scene.chat(nour))]
    assert UUID(of(html, "below")) == Message.objects.filter(conversation=scene.chat(nour)).get().pk


@pytest.mark.usefixtures("old")
def test_a_process_that_is_away_busy_or_was_started_anew_is_told(
    searching: Searching, alice: Agent, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(alice)
    assert "This search has ended" in older(client, "look", scan="01890000-0000-7000-8000-000000000000")
    monkeypatch.setattr(scan, "SCANS_MAX", 0)
    assert "Two others are searching" in older(client)
    searching.config.search_socket.unlink()
    html = older(client)
    assert "cannot be searched right now" in html
    assert 'name="act" value="begin"' in html


@pytest.mark.usefixtures("old")
def test_without_scripts_it_is_a_page(
    scene: Scene, searching: Searching, alice: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    client, asked = signed_in(alice), {"text": "rechnung", "view": "unassigned"}
    page = client.post("/inbox/search/older", asked).content.decode()
    assert "Show how far it has come" in page
    searching.scan()
    page = client.post("/inbox/search/older", asked | {"act": "look", "scan": of(page, "scan")}).content.decode()
    assert to_message(scene.chat(kim)) in page
    assert 'name="text" maxlength="200" value="rechnung"' in page


@pytest.mark.browser
@pytest.mark.usefixtures("old")
def test_at_the_desk(scene: Scene, searching: Searching, alice: Agent, kim: Customer, site: str, at_desk: Open) -> None:
    """The page asks by itself how far it has come; a hit opens at its message."""
    page = at_desk(alice)
    page.goto(f"{site}/inbox/")
    page.wait_for_load_state("load")
    page.get_by_role("searchbox", name="Search conversations").fill("eins")
    page.get_by_role("button", name="Search older messages too").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    searching.scan()
    hit = page.locator("#older .row__link")
    expect(hit).to_have_count(1)
    expect(page.get_by_text("That is all of them.")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    hit.click()
    expect(page.locator(".msg--found")).to_contain_text("Rechnung eins")
    expect(page).to_have_url(re.compile(rf"/inbox/{scene.chat(kim).pk}/\?at=[0-9a-f-]{{36}}&view=all"))
