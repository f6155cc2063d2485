"""In a browser: the administrator has new people say yes first, and the desk shows one with their yes, not before."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from jawort.legal.keep import keep
from jawort.lines.models import Line
from jawort.messaging.yes_first.models import Withheld
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.yes_first.waiting import COMPANY, NOTICE, asked
from tests.web.gallery import violations
from tests.web.reflow import troubles

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_desk_shows_a_new_person_with_their_yes_and_not_before(
    scene: Scene, kim: Customer, ada: Agent, alice: Agent, site: str, at_desk: Callable[..., Page], language: str
) -> None:
    keep("https://www.firma.example/impressum", NOTICE, actor="system", at=scene.clock.at)
    page = at_desk(ada, language=language, width=390)
    page.goto(f"{site}/settings/lines/{scene.line.pk}")
    page.locator("input[name=newcomers][value=yes_first]").check()
    page.locator("#id_company").fill(COMPANY)
    page.locator("form[action$='/newcomers'] button").click()
    expect(page.locator("input[name=newcomers][value=yes_first]")).to_be_checked()
    expect(page.locator("blockquote")).to_contain_text(COMPANY)
    assert Line.objects.get().asks_first
    assert violations(page) == []
    assert troubles(page, f"line-{language}") == []
    inbox = at_desk(alice, language=language)
    inbox.goto(f"{site}/inbox/?view=all")
    assert scene.hears(lambda: scene.writes(kim, "Meine Heizung ist kalt.")) == []
    asked(scene)
    assert Withheld.objects.count() == 1
    inbox.reload()
    expect(inbox.get_by_text(kim.name)).to_have_count(0)
    assert scene.hears(lambda: scene.writes(kim, "Ja")) != []
    inbox.reload()
    expect(inbox.locator(".row__name", has_text=kim.name)).to_be_visible()
