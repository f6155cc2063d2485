"""The whole way to a connected number in a browser, in both languages; every page of it is clean."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.lines.models import Line
from jawort.staff.models import Agent
from tests.fixtures.browser import Watch
from tests.simulator.stage import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, Start
from tests.web.gallery import matrix, picture_kept, violations
from tests.web.reflow import stays_whole
from tests.web.test_connect import PIN, visiting

pytestmark = pytest.mark.browser
TALL = 2_000  # the whole of each page is looked at
SignedIn = Callable[[Agent], Client]


class Look:
    """A page, looked at as it stands."""

    def __init__(self, page: Page, language: str, theme: str, width: int) -> None:
        self.page, self.theme, self.width = page, theme, width
        self.ending = f"{width}-{language}-{theme}"
        self.found: list[str] = []

    def __call__(self, name: str) -> None:
        """Keep a picture_kept of it, and what is wrong with it."""
        self.page.wait_for_load_state("load")
        picture_kept(self.page, f"{name}-{self.ending}")
        sticks_out = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        self.found += [f"{name}: sticks out"] if sticks_out else []
        self.found += [f"{name}: {violation}" for violation in violations(self.page)]
        self.found += stays_whole(self.page, name, self.theme, self.width)


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_an_administrator_connects_a_number(
    site: str,
    ada: Agent,
    start: Start,
    settings: Any,
    signed_in: SignedIn,
    at_desk: Callable[..., Page],
    watch: Watch,
    language: str,
    theme: str,
    width: int,
) -> None:
    visit = visiting(start(registered=False, subscribed=False), signed_in(ada), settings)
    page = at_desk(ada, theme=theme, language=language, width=width)
    page.set_viewport_size({"width": width, "height": TALL})
    look = Look(page, language, theme, width)
    page.goto(f"{site}/settings/lines")
    page.wait_for_load_state("load")
    page.locator(".pagehead .btn--primary").click()
    told = visit.stage.settings
    page.locator("#id_app_ref").fill(told.app_id)
    page.locator("#id_app_name").fill("Unsere App")
    page.locator("#id_secret").fill(APP_SECRET)
    page.locator("#id_account").fill(told.waba_id)
    page.locator("#id_token").fill("wrong")
    page.locator("main form .btn--primary").click()
    expect(page.locator("#token-error")).to_be_visible()
    assert page.locator("#id_secret").input_value() == page.locator("#id_token").input_value() == ""
    look("connect")
    page.locator("#id_secret").fill(APP_SECRET)
    assert page.locator("#id_verify_token").input_value()
    page.locator("#id_verify_token").fill(VERIFY_TOKEN)
    page.locator("#id_token").fill(ACCESS_TOKEN)
    page.locator("main form .btn--primary").click()
    expect(page.locator("#verify")).to_have_text(VERIFY_TOKEN)
    page.locator("form[action$=test] button").click()
    expect(page.locator(".say--ok")).to_have_count(2)
    look("setup")
    page.locator("#numbers-title + .card a.btn").click()
    page.locator("#id_pin").fill(PIN)
    look("number")
    page.locator("main form .btn--primary").click()
    expect(page.locator(".say--ok")).to_be_visible()
    look("connected")
    page.locator("form[action$=read] button").click()
    page.locator("#id_about").fill("Räder, die fahren")
    page.locator("#id_email").fill("hallo@firma.example")
    page.locator("#id_website").fill("https://firma.example/impressum")
    page.locator("form[action$=profile] .btn--primary").click()
    expect(page.locator(".say--ok")).to_be_visible()
    expect(page.locator("#id_about")).to_have_value("Räder, die fahren")
    look("line")
    page.goto(f"{site}/settings/lines/moving")
    look("moving")
    assert Line.objects.get().phone_number_id == told.phone_number_id
    assert visit.stage.sim("GET", "number")["pin"] == PIN
    assert look.found == []
    watch.forgive("422")
