"""Whole flows in a browser, from the first click to what it was for, where no test of a single screen goes all the way.

docs/tests.md lists all flows with the tests that show them.
"""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from jawort.channels.parts import Template
from jawort.staff.models import Agent, Session
from tests.fixtures.browser import Watch
from tests.fixtures.cast import PASSWORD, Customer
from tests.messaging.listed import a_template, has
from tests.web.conftest import Desk
from tests.web.test_second_factor import code
from tests.web.tongue import Tongue, both_languages

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def signs_in(page: Page, agent: Agent, password: str = PASSWORD) -> None:
    """At the door, by keyboard."""
    page.locator("#id_login").fill(agent.email)
    page.locator("#id_password").fill(password)
    page.locator("#id_password").press("Enter")


@both_languages
def test_a_second_factor_is_set_up_and_asked_for(
    desk: Desk, alice: Agent, site: str, at_desk: Open, open_page: Open
) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/settings/sign-in")
    page.locator("form[action$='second-factor/begin'] button").click()
    secret = page.locator("code.hex").inner_text().replace(" ", "")
    page.locator("#id_code").fill(code(secret))
    page.locator("#id_old").fill(PASSWORD)
    page.locator("#id_old").press("Enter")
    expect(page.locator("#codes")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{site}/accounts/login/")
    signs_in(page, alice)
    page.locator("#id_code").fill(code(secret, steps=1))
    page.locator("#id_code").press("Enter")
    page.wait_for_url("**/inbox/")
    expect(page.locator(f"#c-{desk.chat.pk}")).to_be_visible()


@both_languages
def test_somebody_is_invited_and_gets_to_their_desk(desk: Desk, ada: Agent, site: str, at_desk: Open) -> None:
    page = at_desk(ada)
    page.goto(f"{site}/settings/people")
    page.locator("#id_name").fill("Noah Lindqvist")
    page.locator("#id_email").fill("noah@firma.example")
    page.locator("form:has(#id_email) .btn--primary").click()
    link = page.locator("#invitation").inner_text()
    page.context.clear_cookies()
    page.goto(site + urlsplit(link).path)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_again").fill(PASSWORD)
    page.locator("#id_again").press("Enter")
    page.wait_for_url("**/accounts/login/")
    signs_in(page, Agent.objects.get(email="noah@firma.example"))
    page.wait_for_url("**/inbox/")
    expect(page.locator(f"#c-{desk.chat.pk}")).to_be_visible()


@both_languages
def test_two_contacts_are_merged_and_taken_apart(
    desk: Desk, nour: Customer, bob: Agent, site: str, at_desk: Open, tongue: Tongue
) -> None:
    """Somebody writes from a number that was another person's."""
    page, older = at_desk(bob), desk.scene.chat(nour)
    desk.scene.writes(replace(nour, name="Nour (neu)", bsuid="DE.9917139200"), "Ich schreibe jetzt von hier.")
    page.goto(f"{site}/reviews/")
    page.get_by_role("link", name=tongue("The same person?")).click()
    page.get_by_role("button", name=tongue("They are the same person: merge")).click()
    expect(page.get_by_text(tongue("Merged: both now have one thread. You can take them apart below."))).to_be_visible()
    thread = f"{site}/inbox/{older.pk}/?view=all"
    page.goto(thread)
    both = page.locator("#msgs .msg--in")
    expect(both).to_have_count(2)
    page.goto(f"{site}/reviews/")
    page.get_by_role("button", name=tongue("Take apart")).click()
    expect(page.get_by_text(tongue("Taken apart: what each of them wrote is with them again."))).to_be_visible()
    page.goto(thread)
    expect(both).to_have_count(1)


@both_languages
def test_a_contact_is_entered_and_found(desk: Desk, alice: Agent, site: str, at_desk: Open, tongue: Tongue) -> None:
    page = at_desk(alice, width=390)
    page.goto(f"{site}/contacts/")
    page.get_by_role("link", name=tongue("New contact")).click()
    page.get_by_label(tongue("Phone number")).fill("+49 171 3920088")
    page.locator("#id_name").fill("Zora Beispiel")
    page.locator("[name=basis]").first.check()
    page.get_by_role("button", name=tongue("Create contact")).click()
    expect(page.get_by_role("heading", name="Zora Beispiel").first).to_be_visible()
    expect(page.get_by_text(tongue("Created. Nothing was sent."))).to_be_visible()
    page.goto(f"{site}/contacts/")
    expect(page.get_by_role("link", name="Zora Beispiel")).to_be_visible()
    desk.scene.delivers()
    assert "3920088" not in str(desk.scene.wire.sent)


@both_languages
def test_somebody_is_written_to_first(desk: Desk, alice: Agent, site: str, at_desk: Open, tongue: Tongue) -> None:
    """A contact that was entered, no word of theirs yet: a template opens the conversation."""
    has(desk.scene, a_template())
    page, placeholder = at_desk(alice), tongue("Placeholder %(n)s", n=1)
    page.goto(f"{site}/contacts/new")
    page.get_by_label(tongue("Phone number")).fill("+49 171 3920088")
    page.locator("#id_name").fill("Zora Beispiel")
    page.locator("[name=basis]").first.check()
    page.get_by_role("button", name=tongue("Create contact")).click()
    page.get_by_role("button", name=tongue("Write first")).click()
    expect(page.locator("#thread h2").first).to_have_text("Zora Beispiel")
    expect(page.get_by_text(tongue("%(who)s began the conversation", who="Alice"))).to_be_visible()
    page.locator(".pick a", has_text="fertig").click()
    page.get_by_label(tongue("Header: %(name)s", "placeholder in the header of a template", name=placeholder)).fill(
        "2291"
    )
    page.get_by_label(placeholder, exact=True).fill("Zora")
    page.get_by_label(tongue("End of the address behind “%(title)s”", title="Ansehen")).fill("2291")
    page.get_by_role("button", name=tongue("Send"), exact=True).click()
    expect(page.locator("#msgs .msg--out")).to_contain_text("Ihr Rad ist fertig.")
    expect(page.locator("#msgs .msg--queued")).to_have_count(1)
    desk.scene.delivers()
    assert [one.to_phone for one in desk.scene.wire.sent if isinstance(one.part, Template)] == ["491713920088"]


def test_language_and_theme_are_chosen_and_stay(desk: Desk, alice: Agent, site: str, at_desk: Open) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/settings/me")
    page.locator("input[name=language][value=de]").check()
    page.locator("input[name=theme][value=dark]").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Senden", exact=True)).to_be_visible()
    assert page.locator("html").evaluate("html => getComputedStyle(html).colorScheme") == "dark"


@both_languages
def test_what_was_being_written_outlives_the_session(
    desk: Desk, alice: Agent, site: str, at_desk: Open, watch: Watch
) -> None:
    """Who signs in again is back where they wrote, also where rows were opened since the page was loaded."""
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all&order=waiting")
    page.wait_for_load_state("load")
    page.locator(".row__link", has_text="Katja").click()
    expect(page.locator("#thread h2").first).to_have_text("Katja Engel")
    written_at = page.url
    page.locator("#text").fill("Das Paket kommt am Freitag.")
    page.wait_for_timeout(1_000)  # saved
    Session.objects.all().delete()
    page.locator(".row__link", has_text="Yusuf").click()
    expect(page.locator("#expired")).to_be_visible()
    page.locator("#expired .btn--primary").click()
    signs_in(page, alice)
    expect(page.locator("#thread h2").first).to_have_text("Katja Engel")
    expect(page.locator("#text")).to_have_value("Das Paket kommt am Freitag.")
    assert page.url == written_at
    watch.forgive("401")
