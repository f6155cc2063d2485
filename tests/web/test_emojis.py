"""Emojis in the composer: a list that stands in both languages, found by words, moved in by keys, put at the cursor."""

import unicodedata
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.staff.models import Agent
from jawort.web.inbox.emojis import groups
from tests.web.conftest import Desk

EMOJIS = [emoji for group in groups("en") for emoji in group.emojis]


def test_each_stands_once_and_has_a_name_of_its_own_in_both_languages() -> None:
    german = [emoji for group in groups("de") for emoji in group.emojis]
    assert len(EMOJIS) == len(german) > 150
    assert len({emoji.text for emoji in EMOJIS}) == len({emoji.dom_id for emoji in EMOJIS}) == len(EMOJIS)
    for found in (EMOJIS, german):
        names = sorted(emoji.name for emoji in found)
        assert not [name for name, other in pairwise(names) if name == other]
        assert all(emoji.name and emoji.name in emoji.words for emoji in found)


def test_each_is_an_emoji_that_unicode_knows() -> None:
    for emoji in EMOJIS:
        assert all(unicodedata.name(character, "") for character in emoji.text)
        is_emoji = ord(emoji.text[0]) >= 0x1F000 or "\ufe0f" in emoji.text or unicodedata.category(emoji.text) == "So"
        assert is_emoji, emoji.text
        needs_selector = ord(emoji.text[0]) < 0x2300 and len(emoji.text) == 1
        assert not needs_selector, emoji.text


def test_the_names_are_in_the_readers_language(alice: Agent, signed_in: Callable[[Agent], Client]) -> None:
    assert 'aria-label="thumbs up"' in signed_in(alice).get("/inbox/emojis/").content.decode()
    Agent.objects.filter(pk=alice.pk).update(language="de")
    part = signed_in(alice).get("/inbox/emojis/").content.decode()
    assert 'aria-label="Daumen hoch"' in part
    assert "thumbs up" in part  # found in either language


@pytest.mark.browser
def test_one_is_found_and_put_where_the_cursor_is(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page]
) -> None:
    page = at_desk(alice, width=390)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    page.wait_for_load_state("load")
    text, panel = page.locator("#text"), page.locator("#emojis")
    text.fill("Hallo, bis dann")
    text.evaluate("(field) => field.setSelectionRange(5, 5)")
    page.get_by_role("button", name="Insert an emoji").click()
    field = panel.get_by_role("combobox", name="Search emojis")
    expect(field).to_be_focused()
    expect(panel.get_by_role("option", name="grinning", exact=True)).to_have_attribute("aria-selected", "true")
    field.press("ArrowRight")
    expect(panel.get_by_role("option", name="smiling with open mouth")).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    assert panel.locator("[aria-selected=true]").evaluate("(one) => one.offsetTop > one.parentElement.offsetTop")
    field.fill("winken")
    expect(panel.get_by_role("option")).to_have_count(1)
    expect(panel.get_by_text("Faces")).to_be_hidden()
    field.press("Enter")
    expect(text).to_have_value("Hallo👋, bis dann")
    expect(text).to_be_focused()
    page.keyboard.type("!")
    expect(text).to_have_value("Hallo👋!, bis dann")
    page.get_by_role("button", name="Insert an emoji").click()
    panel.get_by_role("option", name="party popper").click()
    expect(text).to_have_value("Hallo👋!🎉, bis dann")
