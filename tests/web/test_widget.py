"""The widget in a real browser, on a page of another origin that lets in nothing but us and no styles at all."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from jawort.consent.models import OptInLink
from jawort.consent.opt_in import ask_number, make_link, show_on
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.state import State
from jawort.consent.texts import put_into_use
from jawort.legal.keep import keep
from tests.consent.questions import ENGLISH, GERMAN, stands
from tests.fixtures.browser import Watch
from tests.fixtures.cast import Customer
from tests.public.doors import LEGAL
from tests.web.conftest import Desk
from tests.web.gallery import THEMES, WIDTHS, combined, picture_kept, violations
from tests.web.reflow import stays_whole

pytestmark = pytest.mark.browser
SEEN = combined({("de", 390, "dark"), ("en", 1440, "light")}, ("de", "en"), WIDTHS, THEMES)


class Elsewhere:
    """A website of somebody else, with one page."""

    def __init__(self) -> None:
        self.body = self.policy = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shown = self.path == "/"
                self.send_response(200 if shown else 204)
                self.send_header("Content-Security-Policy", outer.policy)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(outer.body.encode() if shown else b"")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def shows(self, link: OptInLink, site: str) -> None:
        """The widget of `link`, under a policy that lets in `site` for scripts and calls alone."""
        self.policy = f"default-src 'none'; style-src 'none'; script-src {site}; connect-src {site}"
        head = "<!doctype html><html lang='de'><head><meta charset='utf-8'><title>Werkstatt</title></head>"
        script = f"<script src='{site}/opt-in/{link.code}.js' async></script>"
        self.body = f"{head}<body><main><h1>Willkommen</h1>{script}</main></body></html>"


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Its server ends with the test."""
    there = Elsewhere()
    yield there
    there.server.shutdown()
    there.server.server_close()


@pytest.fixture
def link(desk: Desk, site: str, settings: Any, language: str) -> OptInLink:
    """To be shown elsewhere, in the language of the test."""
    settings.CONFIG = replace(settings.CONFIG, company="Werkstatt Lindenhof", public_url=site, side_door_url=site)
    at = desk.scene.clock.at
    keep(*LEGAL, actor="system", at=at)
    put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor="system", at=at)
    return make_link(desk.scene.line.pk, language, "Website", actor="system", at=at)


@pytest.mark.parametrize(("language", "width", "theme"), SEEN)
def test_on_a_strict_page_by_keyboard_from_the_box_to_the_consent(
    desk: Desk,
    site: str,
    link: OptInLink,
    elsewhere: Elsewhere,
    open_page: Callable[..., Page],
    width: int,
    theme: str,
    language: str,
) -> None:
    show_on(link.pk, [elsewhere.origin], actor="system", at=desk.scene.clock.at)
    elsewhere.shows(link, site)
    page = open_page(color_scheme=theme, viewport={"width": width, "height": 844})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(elsewhere.origin)
    box = page.get_by_role("checkbox")
    expect(box).not_to_be_checked()
    assert box.evaluate("box => getComputedStyle(box.form).display") == "grid"  # its own styles, under style-src 'none'
    assert violations(page) + stays_whole(page, "widget", theme, width) == []
    picture_kept(page, f"widget-{width}-{language}-{theme}")
    assert {path for path in asked if path.startswith("/opt-in")} == {f"/opt-in/{link.code}.js"}
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(box).to_be_focused()
    assert violations(page) == []
    assert f"/opt-in/{link.code}/slip" not in asked
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    way = page.get_by_role("link")
    expect(way).to_have_attribute("href", re.compile(r"^https://wa\.me/\d+\?text="))
    assert violations(page) + stays_whole(page, "widget-slip", theme, width) == []
    picture_kept(page, f"widget-slip-{width}-{language}-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    (message,) = parse_qs(urlsplit(way.get_attribute("href") or "").query)["text"]
    desk.scene.writes(desk.kim, message)
    assert stands(desk.scene, desk.kim) is State.ACTIVE


@pytest.mark.parametrize(("language", "width", "theme"), SEEN)
def test_with_the_number_by_keyboard_and_it_stays_on_the_page(
    desk: Desk,
    nour: Customer,
    site: str,
    link: OptInLink,
    elsewhere: Elsewhere,
    open_page: Callable[..., Page],
    watch: Watch,
    width: int,
    theme: str,
    language: str,
) -> None:
    show_on(link.pk, [elsewhere.origin], actor="system", at=desk.scene.clock.at)
    ask_number(link.pk, True, actor="system", at=desk.scene.clock.at)
    elsewhere.shows(link, site)
    page = open_page(color_scheme=theme, viewport={"width": width, "height": 844})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(elsewhere.origin)
    number = page.get_by_role("textbox")
    expect(number).to_have_value("")
    assert violations(page) + stays_whole(page, "widget-number", theme, width) == []
    picture_kept(page, f"widget-number-{width}-{language}-{theme}")
    assert {urlsplit(url).path for url in asked if site in url} == {f"/opt-in/{link.code}.js"}
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(number).to_be_focused()
    page.keyboard.type("171")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(number).to_be_focused()
    expect(number).to_have_attribute("aria-invalid", "true")
    assert violations(page) + stays_whole(page, "widget-number-wrong", theme, width) == []
    picture_kept(page, f"widget-number-wrong-{width}-{language}-{theme}")
    number.fill(f"+{desk.kim.phone.digits}")
    page.keyboard.press("Enter")
    way = page.get_by_role("link")
    expect(way).to_have_attribute("href", re.compile(r"^https://wa\.me/\d+\?text="))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not [url for url in asked if desk.kim.phone.digits[3:] in url]
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    (message,) = parse_qs(urlsplit(way.get_attribute("href") or "").query)["text"]
    desk.scene.writes(nour, message)
    desk.scene.writes(desk.kim, message)
    assert stands(desk.scene, nour) is State.NONE
    assert stands(desk.scene, desk.kim) is State.ACTIVE
    watch.forgive("422")  # the number that is none


@pytest.mark.parametrize("language", ["de"])
def test_a_page_that_nobody_has_named_leads_to_ours(
    site: str, link: OptInLink, elsewhere: Elsewhere, open_page: Callable[..., Page], watch: Watch, language: str
) -> None:
    elsewhere.shows(link, site)
    page = open_page()
    page.goto(elsewhere.origin)
    page.get_by_role("checkbox").check()
    page.get_by_role("button").click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", f"{site}/opt-in/{link.code}")
    for part in ("403", "Access-Control-Allow-Origin", "ERR_FAILED"):
        watch.forgive(part)
