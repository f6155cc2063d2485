"""What is being written is found: by its author elsewhere, and by a colleague, who takes it over."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.ledger.models import Entry
from jawort.messaging.drafts.keep import keep
from jawort.messaging.drafts.queries import drafts_in
from jawort.messaging.drafts.rules import CHARACTERS_MAX, Meant, Words
from jawort.messaging.resolve import resolve
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk

SignedIn = Callable[[Agent], Client]


def test_each_finds_their_own_in_the_composer_and_the_others_above_it(
    scene: Scene, alice: Agent, bob: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Wann?")
    home = scene.chat(kim)
    url, one, other = f"/inbox/{home.pk}/", signed_in(alice), signed_in(bob)
    assert one.post(f"{url}draft", {"text": "Zahlt <nie>", "kind": "note"}).status_code == 204
    page = one.get(url).content.decode()
    assert re.search(r'value="note" checked', page)
    assert re.search(r"<textarea[^>]*>\s*Zahlt &lt;nie&gt;</textarea>", page)
    assert "Draft by" not in page
    page = other.get(url).content.decode()
    assert "Draft by Alice" in page
    assert "Zahlt &lt;nie&gt;</span>" in page
    assert re.search(r"<textarea[^>]*></textarea>", page)
    assert Entry.objects.filter(kind="content.handed_out", actor=bob.actor, object=home.pk).count() == 1
    keep(home, bob, Words("Bitte"), scene.clock.at)
    page = other.post(f"{url}drafts/{alice.pk}/take", follow=True).content.decode()
    assert re.search(r"<textarea[^>]*>\s*Bitte\nZahlt &lt;nie&gt;</textarea>", page)
    assert re.search(r'value="note" checked', page), "what was meant for us alone stays so"
    assert len(drafts_in(home)) == 2
    assert one.post(f"{url}draft", {"text": " ", "kind": "note"}).status_code == 204
    assert "Draft by" not in other.get(url).content.decode()
    assert other.post(f"{url}drafts/{alice.pk}/take").status_code == 404


@pytest.mark.parametrize("wrong", [{"kind": "template"}, {"text": "x" * (CHARACTERS_MAX + 1)}])
def test_what_is_no_draft_is_refused(
    scene: Scene, alice: Agent, kim: Customer, signed_in: SignedIn, wrong: dict[str, str]
) -> None:
    scene.writes(kim, "Wann?")
    form = {"text": "Morgen", "kind": "reply"} | wrong
    assert signed_in(alice).post(f"/inbox/{scene.chat(kim).pk}/draft", form).status_code == 422
    assert drafts_in(scene.chat(kim)) == []


def test_what_comes_late_outlives_no_conversation(
    scene: Scene, alice: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Wann?")
    home, desk = scene.chat(kim), signed_in(alice)
    resolve(home, actor=alice.actor, at=scene.clock.at)
    assert desk.post(f"/inbox/{home.pk}/draft", {"text": "Morgen", "kind": "reply"}).status_code == 204
    assert drafts_in(home) == []
    assert desk.post(f"/inbox/{home.pk}/draft", {"text": "Für uns", "kind": "note"}).status_code == 204
    assert [each.words.text for each in drafts_in(home)] == ["Für uns"]


@pytest.mark.browser
def test_a_deputy_takes_over_what_was_left(
    desk: Desk, alice: Agent, bob: Agent, site: str, at_desk: Callable[..., Page]
) -> None:
    address = f"{site}/inbox/{desk.chat.pk}/?view=all"
    first = at_desk(alice)
    first.goto(address)
    first.keyboard.press("n")
    first.locator("#text").fill("Ersatz ist unterwegs.")
    with first.expect_response(lambda response: response.url.endswith("/draft")):
        first.locator(".row__link", has_text="Yusuf").click()
    assert [kept.words for kept in drafts_in(desk.chat)] == [Words("Ersatz ist unterwegs.", Meant.NOTE)]

    deputy = at_desk(bob)
    deputy.goto(address)
    expect(deputy.locator(f"#c-{desk.chat.pk}")).to_contain_text("Draft: Alice")
    deputy.locator("#text").fill("Zu Kim:")
    draft = deputy.locator("#drafts")
    expect(draft).to_contain_text("Draft by Alice")
    draft.get_by_role("button", name="Take over").click()
    expect(deputy.locator("#text")).to_have_value("Zu Kim:\nErsatz ist unterwegs.")
    expect(deputy.locator("[name=kind][value=note]")).to_be_checked()

    elsewhere = at_desk(alice)
    elsewhere.goto(address)
    expect(elsewhere.locator("#text")).to_have_value("Ersatz ist unterwegs.")
    expect(elsewhere.locator("[name=kind][value=note]")).to_be_checked()
    with elsewhere.expect_response(lambda response: response.url.endswith("/send")):
        elsewhere.locator("#text").press("Control+Enter")
    assert [kept.author for kept in drafts_in(desk.chat)] in ([], ["Bob"])


@pytest.mark.browser
def test_what_this_browser_has_newer_wins_over_the_servers(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page]
) -> None:
    page = at_desk(alice)
    address = f"{site}/inbox/{desk.chat.pk}/?view=all"
    page.goto(address)
    page.locator("#text").fill("Von hier")
    page.wait_for_timeout(1_000)  # saved
    keep(desk.chat, alice, Words("Von früher"), desk.clock.at)
    page.goto(f"{site}/settings/me")
    keep(desk.chat, alice, Words("Von früher"), desk.clock.at)
    page.goto(address)
    expect(page.locator("#text")).to_have_value("Von hier")
    page.goto(f"{site}/settings/me")
    keep(desk.chat, alice, Words("Von später"), desk.clock.forward(minutes=1))
    page.goto(address)
    expect(page.locator("#text")).to_have_value("Von später")
