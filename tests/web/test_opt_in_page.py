"""The page of an opt-in link in a real browser: by keyboard, nothing kept, nothing from elsewhere."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from jawort.consent.opt_in import ask_number, make_link
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.texts import put_into_use
from jawort.legal.keep import keep
from tests.consent.questions import ENGLISH, GERMAN
from tests.fixtures.browser import Watch
from tests.public.doors import LEGAL
from tests.web.conftest import Desk
from tests.web.gallery import THEMES, WIDTHS, combined, picture_kept, violations
from tests.web.reflow import stays_whole


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "theme", "language"), combined({(390, "light", "de"), (1440, "dark", "en")}, WIDTHS, THEMES, ("de", "en"))
)
def test_by_keyboard_and_nothing_is_kept(
    desk: Desk,
    site: str,
    settings: Any,
    open_page: Callable[..., Page],
    watch: Watch,
    width: int,
    theme: str,
    language: str,
) -> None:
    settings.CONFIG = replace(settings.CONFIG, company="Werkstatt Lindenhof", public_url=site, side_door_url=site)
    keep(*LEGAL, actor="system", at=desk.scene.clock.at)
    put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor="system", at=desk.scene.clock.at)
    link = make_link(desk.scene.line.pk, language, "Website", actor="system", at=desk.scene.clock.at)
    page = open_page(color_scheme=theme, viewport={"width": width, "height": 844}, locale="fr")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/opt-in/{link.code}")
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    picture_kept(page, f"opt-in-page-{width}-{language}-{theme}")
    assert violations(page) + stays_whole(page, "opt-in-page", theme, width) == []
    page.get_by_role("checkbox").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#tick-error")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("a.btn")).to_have_attribute("href", re.compile(r"^https://wa\.me/\d+\?text="))
    picture_kept(page, f"opt-in-slip-{width}-{language}-{theme}")
    assert violations(page) + stays_whole(page, "opt-in-slip", theme, width) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("script")).to_have_count(0)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(site).netloc}
    watch.forgive("422")  # the form without its tick


@pytest.mark.browser
def test_a_number_that_is_none_is_said_at_its_field(
    desk: Desk, site: str, settings: Any, open_page: Callable[..., Page], watch: Watch
) -> None:
    settings.CONFIG = replace(settings.CONFIG, company="Werkstatt Lindenhof", public_url=site, side_door_url=site)
    keep(*LEGAL, actor="system", at=desk.scene.clock.at)
    put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor="system", at=desk.scene.clock.at)
    link = make_link(desk.scene.line.pk, "de", "Website", actor="system", at=desk.scene.clock.at)
    ask_number(link.pk, True, actor="system", at=desk.scene.clock.at)
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(f"{site}/opt-in/{link.code}")
    number = page.get_by_role("textbox")
    page.get_by_role("checkbox").check()
    number.fill("171 3920021")
    picture_kept(page, "opt-in-page-number-390-de-light")
    page.keyboard.press("Enter")
    expect(page.locator("#number-error")).to_be_visible()
    expect(number).to_be_focused()
    expect(number).to_have_value("171 3920021")
    expect(page.get_by_role("checkbox")).to_be_checked()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    number.fill("0171 3920021")
    page.keyboard.press("Enter")
    expect(page.locator("a.btn")).to_have_attribute("href", re.compile(r"^https://wa\.me/\d+\?text="))
    assert "3920021" not in page.url
    watch.forgive("422")
