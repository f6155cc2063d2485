"""The pages by which people come in, each by axe in both languages, themes and widths; see test_gallery.py."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from jawort.core import clock as core_clock
from jawort.staff.first import offer
from jawort.staff.models import Agent
from tests.fixtures.browser import Watch
from tests.fixtures.cast import PASSWORD
from tests.fixtures.provider import Provider
from tests.web.gallery import matrix, picture_kept, violations
from tests.web.reflow import stays_whole
from tests.web.test_passkeys import added, with_device
from tests.web.test_second_factor import code

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_the_way_in_is_clean(
    site: str,
    ada: Agent,
    at_desk: Callable[..., Page],
    open_page: Callable[..., Page],
    watch: Watch,
    language: str,
    theme: str,
    width: int,
) -> None:
    page, found = at_desk(ada, theme=theme, language=language, width=width), []
    page.goto(f"{site}/settings/people")
    page.locator("#id_name").fill("Noah Lindqvist")
    page.locator("#id_email").fill("noah@firma.example")
    page.locator("form:has(#id_email) .btn--primary").click()
    link = page.locator("#invitation").inner_text()
    picture_kept(page, f"invited-{width}-{language}-{theme}")
    found += violations(page)
    guest = open_page(color_scheme=theme, viewport={"width": width, "height": 844}, locale=language)
    guest.goto(site + urlsplit(link).path)
    guest.locator("#id_password").fill("short")
    guest.locator("#id_password").press("Enter")
    expect(guest.locator("#password-error .field__error")).to_be_visible()
    picture_kept(guest, f"join-{width}-{language}-{theme}")
    found += violations(guest) + stays_whole(guest, "join", theme, width)
    guest.goto(f"{site}/join/other")
    picture_kept(guest, f"no-invitation-{width}-{language}-{theme}")
    found += violations(guest) + stays_whole(guest, "no-invitation", theme, width)
    page.goto(f"{site}/settings/people/{ada.pk}")
    page.locator("form[action$='password-link'] button").click()
    link = page.locator("#password-link").inner_text()
    picture_kept(page, f"password-link-{width}-{language}-{theme}")
    found += violations(page) + stays_whole(page, "password-link", theme, width)
    guest.goto(site + urlsplit(link).path)
    picture_kept(guest, f"new-password-{width}-{language}-{theme}")
    found += violations(guest) + stays_whole(guest, "new-password", theme, width)
    guest.goto(f"{site}/new-password/other")
    picture_kept(guest, f"no-password-link-{width}-{language}-{theme}")
    found += stays_whole(guest, "no-password-link", theme, width)
    assert found + violations(guest) == []
    watch.forgive("422")
    watch.forgive("404")


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_the_first_account_is_clean(
    site: str, open_page: Callable[..., Page], watch: Watch, language: str, theme: str, width: int
) -> None:
    link = offer(core_clock.now())
    page = open_page(color_scheme=theme, viewport={"width": width, "height": 844}, locale=language)
    page.goto(f"{site}/first/{link}")
    page.locator("#id_email").fill("ada")
    page.locator("#id_email").press("Enter")
    expect(page.locator("#email-error")).to_be_visible()
    picture_kept(page, f"first-{width}-{language}-{theme}")
    found = violations(page) + stays_whole(page, "first", theme, width)
    page.goto(f"{site}/first/other")
    picture_kept(page, f"no-first-{width}-{language}-{theme}")
    found += stays_whole(page, "no-first", theme, width)
    assert found + violations(page) == []
    watch.forgive("422")
    watch.forgive("404")


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_a_second_factor_is_clean(
    site: str, settings: Any, bob: Agent, at_desk: Callable[..., Page], language: str, theme: str, width: int
) -> None:
    settings.CONFIG = replace(settings.CONFIG, second_factor_required=True)
    page, found = at_desk(bob, theme=theme, language=language, width=width), []

    def look(name: str) -> None:
        picture_kept(page, f"factor-{name}-{width}-{language}-{theme}")
        found.extend(violations(page) + stays_whole(page, name, theme, width))

    page.goto(f"{site}/inbox/")
    look("required")
    page.locator("form[action$='second-factor/begin'] button").click()
    expect(page.locator(".qr")).to_be_visible()
    secret = page.locator("code.hex").inner_text().replace(" ", "")
    look("set-up")
    page.locator("#id_code").fill(code(secret))
    page.locator("#id_old").fill(PASSWORD)
    page.locator("#id_old").press("Enter")
    paper = page.locator("#codes").inner_text().split()
    look("codes")
    page.goto(f"{site}/settings/sign-in")
    page.locator(".stop summary").click()
    look("kept")
    with_device(page)
    added(page, site, language)
    page.wait_for_url(f"{site}/settings/sign-in")
    page.locator("#passkeys-title ~ ul summary").click()
    look("passkeys")
    page.goto(f"{site}/settings/sign-in/passkeys/new")
    look("passkey-new")
    page.goto(f"{site}/settings/sign-in")
    page.locator("form[action$='logout/']").last.evaluate("form => form.submit()")
    page.locator("#id_login").fill(bob.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.locator("#id_code").fill("000")
    page.locator("#id_code").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    look("asked")
    page.locator("#id_code").fill(paper[0])
    page.locator("#id_code").press("Enter")
    page.wait_for_url("**/inbox/")
    assert found == []


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_the_door_is_clean(
    site: str,
    settings: Any,
    provider: Provider,
    open_page: Callable[..., Page],
    watch: Watch,
    language: str,
    theme: str,
    width: int,
) -> None:
    page = open_page(color_scheme=theme, viewport={"width": width, "height": 844})
    page.goto(f"{site}/accounts/login/")
    expect(page.get_by_role("link", name="Firma-Login")).to_be_visible()
    page.get_by_role("button", name="Deutsch" if language == "de" else "English").click()
    expect(page.get_by_role("button", name="Anmelden" if language == "de" else "Sign in", exact=True)).to_be_visible()
    page.locator("#id_login").fill("nobody@firma.example")
    page.locator("#id_password").fill("wrong")
    page.locator("#id_password").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    picture_kept(page, f"door-{width}-{language}-{theme}")
    found = violations(page)
    settings.CONFIG = replace(settings.CONFIG, oidc_only=True)
    page.goto(f"{site}/accounts/login/")
    page.locator("summary").click()
    picture_kept(page, f"door-only-{width}-{language}-{theme}")
    found += violations(page) + stays_whole(page, "door-only", theme, width)
    page.goto(f"{site}/nowhere")
    picture_kept(page, f"nowhere-{width}-{language}-{theme}")
    found += stays_whole(page, "nowhere", theme, width)
    assert found + violations(page) == []
    watch.forgive("404")
