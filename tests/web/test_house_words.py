"""The administrator adds words that end advertising, and removes them."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.consent.house_words import add_word, house_words
from jawort.consent.models import HouseWord
from jawort.staff.models import Agent
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk
from tests.web.gallery import THEMES, WIDTHS, combined, picture_kept, violations
from tests.web.tongue import Tongue, both_languages

WORDS = "/settings/consents/words"


def test_added_and_removed(scene: Scene, ada: Agent, signed_in: Callable[[Agent], Client]) -> None:
    desk = signed_in(ada)
    assert desk.post(WORDS, {"word": "Feierabend"})["Location"] == WORDS
    assert "<td>feierabend</td>" in desk.get(WORDS).content.decode()
    for word, says in (("STOP", "ends advertising already"), ("nein", "answer and greet"), ("", "Please fill in")):
        answer = desk.post(WORDS, {"word": word})
        assert answer.status_code == 422
        assert says in answer.content.decode()
    address = f"{WORDS}/{HouseWord.objects.get().pk}/remove"
    assert desk.post(address)["Location"] == WORDS
    assert house_words() == []
    assert desk.post(address).status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), combined({(390, "dark"), (1440, "light")}, WIDTHS, THEMES))
@both_languages
def test_the_page_is_accessible_and_fits(
    desk: Desk, ada: Agent, site: str, at_desk: Callable[..., Page], tongue: Tongue, width: int, theme: str
) -> None:
    add_word("Feierabend", actor="system", at=desk.scene.clock.at)
    page = at_desk(ada, width=width, theme=theme)
    page.goto(f"{site}{WORDS}")
    expect(page.get_by_role("cell", name="feierabend", exact=True)).to_be_visible()
    picture_kept(page, f"house-words-{width}-{tongue.language}-{theme}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
