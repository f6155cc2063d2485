"""Help: from every page of the desk, in the same place, to what one does there; in both languages."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.staff.models import Agent
from jawort.staff.preferences import prefer
from jawort.web.help.topics import TOPICS
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk

SignedIn = Callable[[Agent], Client]
LEADS = re.compile(r'href="(/help/[^"]*)"')


def leads(page: str) -> set[str]:
    """Where the page says that its help is."""
    return set(LEADS.findall(page))


def test_each_page_leads_to_its_own_topic_after_the_places(
    scene: Scene, kim: Customer, ada: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hallo")
    chat, desk = scene.chat(kim), signed_in(ada)
    for address, topic in {
        "/inbox/?view=all": "inbox",
        f"/inbox/{chat.pk}/": "inbox",
        f"/inbox/{chat.pk}/templates/": "templates",
        f"/contacts/{chat.contact_id}/": "contacts",
        "/ledger/": "ledger",
        "/parked/": "parked",
        "/reviews/": "reviews",
        "/notices/": "notices",
        "/alarms/": "alarms",
        "/settings/lines": "lines",
        "/settings/people": "people",
        "/settings/labels": "words",
        "/settings/me": "own",
    }.items():
        page = desk.get(address).content.decode()
        assert leads(page) == {f"/help/{topic}/"}, address
        menu = page.partition('<ul class="nav__list">')[2].partition("</ul>")[0]
        assert re.findall(r'<a href="([^"]+)"', menu)[-1] == f"/help/{topic}/"
    answer = desk.post("/inbox/search", {"text": "Hallo", "view": "all"})  # without scripts it is a page
    assert leads(answer.content.decode()) == {"/help/search/"}


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_topic_is_read_in_the_persons_language(alice: Agent, signed_in: SignedIn, language: str) -> None:
    prefer(alice, language=language)
    desk, seen = signed_in(alice), set[str]()
    index = desk.get("/help/").content.decode()
    for name in TOPICS:
        assert f'href="/help/{name}/"' in index
        page = desk.get(f"/help/{name}/").content.decode()
        title = re.search(r"<h1>([^<]+)</h1>", page)
        assert title is not None
        seen.add(title[1])
        heads = re.findall(r"</svg>([^<]+)</h2>", page)
        said = {"de": "Was Sie hier tun", "en": "What you do here"}[language]
        assert (len(heads), heads[0]) == (3, said)
        assert "http" not in page.partition("<main")[2].partition("</main>")[0].replace("http://www.w3.org", "")
    assert len(seen) == len(TOPICS)
    assert ("Posteingang" in seen) is (language == "de")
    assert desk.get("/help/nothing/").status_code == 404


def test_the_account_menu_that_comes_anew_leads_where_the_page_leads(alice: Agent, signed_in: SignedIn) -> None:
    said = {"presence": "busy", "next": "/contacts/?x=1"}
    menu = signed_in(alice).post("/settings/presence", said, headers={"HX-Request": "true"}).content.decode()
    assert leads(menu) == {"/help/contacts/"}


@pytest.mark.browser
def test_on_a_phone_it_stands_in_the_account_menu(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page]
) -> None:
    page = at_desk(alice, width=390, language="de")
    page.goto(f"{site}/contacts/")
    expect(page.locator(".nav__list").get_by_role("link", name="Hilfe")).to_be_hidden()
    page.locator(".nav__face").click()
    page.locator("#me-menu").get_by_role("link", name="Hilfe").click()
    expect(page.get_by_role("heading", level=1, name="Kontakte")).to_be_visible()
    expect(page.get_by_role("heading", name="Was sich nicht rückgängig machen lässt")).to_be_visible()
    page.get_by_role("link", name="Alle Themen").click()
    page.get_by_role("link", name="Seitentür").click()
    expect(page.get_by_role("heading", level=1, name="Seitentür")).to_be_visible()
