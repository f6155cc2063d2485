"""What opens over a page, and the pages that say no: each by axe in both languages, themes and widths.

With ARTEFACTS set to a folder the pictures are kept there, to be looked at.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from jawort.messaging.labels.define import define as define_label
from jawort.messaging.models import Message
from jawort.staff.models import Agent, Session
from jawort.staff.preferences import prefer
from tests.fixtures.browser import Watch
from tests.web.conftest import Desk, at_chat
from tests.web.gallery import matrix, picture_kept, violations
from tests.web.test_before import IBAN
from tests.web.test_gallery import a_quick_reply
from tests.web.test_unreadable import a_byte_turned

pytestmark = pytest.mark.browser

#: Reaches over an edge of the window, as far as it cannot be scrolled into it.
STICKS_OUT = """menu => { const box = menu.getBoundingClientRect();
  return box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight }"""


def looks(page: Page, found: list[str], variant: str) -> Callable[[str], None]:
    def look(name: str) -> None:
        page.wait_for_load_state("load")
        page.wait_for_timeout(150)
        picture_kept(page, f"{name}-{variant}")
        found.extend(
            [f"{name}: sticks out"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
        )
        found.extend(f"{name}: {violation}" for violation in violations(page))

    return look


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_open_menus_are_clean(
    desk: Desk, bob: Agent, site: str, at_desk: Callable[..., Page], language: str, theme: str, width: int
) -> None:
    for hue, words in enumerate(("Reklamation", "Rechnung", "Dringend")):
        define_label(words, hue * 3, actor="system", at=desk.clock.at)
    a_quick_reply(desk)
    page = at_desk(bob, theme=theme, language=language, width=width)
    found: list[str] = []
    look = looks(page, found, f"{width}-{language}-{theme}")

    def opens(*names: str) -> None:
        for name in names:
            page.locator(f"[popovertarget={name}]:visible").last.click()
            menu = page.locator(f"#{name}")
            expect(menu).to_be_visible()
            expect(menu.locator("[role=listbox]:empty")).to_have_count(0)
            look(f"open-{name}")
            found.extend([f"{name}: out of the window"] if menu.evaluate(STICKS_OUT) else [])
            page.keyboard.press("Escape")
            expect(menu).to_be_hidden()

    page.goto(f"{site}/inbox/?view=all")
    expect(page.locator(".live")).to_have_attribute("data-state", "open")
    opens("filter-menu", "order-menu", "me-menu")
    page.locator(".row__link").first.focus()
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_visible()
    opens("bulk-assign", "bulk-label", "bulk-snooze")
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    expect(page.locator(".live")).to_have_attribute("data-state", "open")
    opens("assign-menu", "snooze-menu", *(["label-menu"] if width > 600 else []))
    page.locator(".msg--in .bubble").last.hover()
    opens("message-menu", "emojis", "quick-replies")
    page.locator("#text").blur()
    page.keyboard.press("n")
    opens("colleagues")
    page.locator("#text").blur()
    page.keyboard.press("Control+k")
    expect(page.locator(".commands [role=option]").first).to_be_visible()
    look("open-commands")
    if width < 600:
        page.goto(f"{site}/settings/me")
        opens("sections")
    assert found == []


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_open_dialogs_and_toasts_are_clean(
    desk: Desk,
    alice: Agent,
    site: str,
    at_desk: Callable[..., Page],
    language: str,
    theme: str,
    width: int,
) -> None:
    page = at_desk(alice, theme=theme, language=language, width=width)
    prefer(alice, undo_seconds=20)
    found: list[str] = []
    look = looks(page, found, f"{width}-{language}-{theme}")
    at_chat(page, desk, site)
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    look("open-shortcuts")
    page.keyboard.press("Escape")
    page.locator("[data-dialog=ask]").click()
    expect(page.locator("#ask-text")).to_be_visible()
    look("open-ask")
    page.keyboard.press("Escape")
    page.locator("#text").fill("Kommt morgen.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts form")).to_be_visible()
    look("toast-undo")
    page.locator("#expired").evaluate("dialog => dialog.showModal()")
    look("open-expired")
    assert found == []


@pytest.mark.parametrize(("language", "theme", "width"), matrix([1440, 390]))
def test_pages_that_say_no_are_clean(
    desk: Desk,
    alice: Agent,
    site: str,
    at_desk: Callable[..., Page],
    watch: Watch,
    language: str,
    theme: str,
    width: int,
) -> None:
    page = at_desk(alice, theme=theme, language=language, width=width)
    found: list[str] = []
    look = looks(page, found, f"{width}-{language}-{theme}")
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    page.locator("chat-composer #text").fill(IBAN)
    with page.expect_navigation():  # as a page without scripts does it
        page.locator("chat-composer form[action*='/send']").evaluate("form => form.submit()")
    expect(page.locator("button[name=confirmed]")).to_be_visible()
    look("sure")
    first = Message.objects.filter(conversation=desk.chat, direction="in").order_by("id")[0]
    with a_byte_turned():
        page.goto(f"{site}/inbox/{desk.chat.pk}/messages/{first.pk}/data/")
        expect(page.get_by_role("alert")).to_be_visible()
        look("data-shut")
    for name, address, status in (
        ("403", "forbids", 403),
        ("404", "settings/people", 404),
        ("500", "breaks", 500),
        ("inactive", "accounts/inactive/", 403),
    ):
        answer = page.goto(f"{site}/{address}")
        assert answer is not None
        assert answer.status == status
        look(name)
    page.goto(f"{site}/settings/me")
    with page.expect_navigation() as refused:
        page.locator("form[action$='logout/']").last.evaluate(
            "form => { form.elements.csrfmiddlewaretoken.value = ''; form.submit() }"
        )
    assert refused.value is not None
    assert refused.value.status == 403
    look("403-csrf")
    page.goto(f"{site}/settings/me")
    Session.objects.all().delete()
    with page.expect_navigation() as signed_out:
        page.locator("main form.form").first.evaluate("form => form.submit()")
    assert signed_out.value is not None
    assert signed_out.value.status == 401
    look("401")
    assert found == []
    for expected in ("422", "401", "403", "404", "500"):
        watch.forgive(f"{expected} (")
