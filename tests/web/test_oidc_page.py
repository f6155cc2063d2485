"""Signing in by the company's sign-in service, in a real browser, by its page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jawort.staff.models import Agent
from tests.fixtures.provider import Provider, Somebody
from tests.web.live_urls import IN_FLIGHT

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "en": ("Sign in with Firma-Login", "You have no account here yet"),
    "de": ("Mit Firma-Login anmelden", "Sie haben hier noch kein Konto"),
}


@pytest.fixture
def firma(provider: Provider, alice: Agent, site: str, settings: Any) -> Provider:
    """alice has an account there, and so has somebody who has none here."""
    settings.CONFIG = replace(settings.CONFIG, public_url=site)
    provider.people = {"alice": Somebody("a-1", alice.email), "mallory": Somebody("m-1", "mallory@firma.example")}
    return provider


@pytest.mark.parametrize("language", ["en", "de"])
def test_there_and_back(open_page: Callable[..., Page], firma: Provider, site: str, language: str) -> None:
    enter, nobody = WORDS[language]
    before, page = IN_FLIGHT.count, open_page(locale=language)
    page.goto(f"{site}/settings/sign-in")
    page.get_by_role("link", name=enter).click()
    page.get_by_role("link", name="mallory").click()
    expect(page.get_by_text(nobody)).to_be_visible()
    page.goto(f"{site}/settings/sign-in")
    page.get_by_role("link", name=enter).click()
    page.get_by_role("link", name="alice").click()
    page.wait_for_url(f"{site}/settings/sign-in")
    page.wait_for_load_state("load")
    page.context.close()
    assert IN_FLIGHT.rest(before)
