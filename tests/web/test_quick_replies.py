"""Quick replies on the screen: kept in the settings, filled in at the composer, and put where the cursor is."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.messaging.quick_replies.keep import keep
from jawort.messaging.quick_replies.models import QuickReply
from jawort.messaging.quick_replies.queries import quick_replies
from jawort.messaging.quick_replies.rules import Wording
from jawort.people.describe import describe
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk
from tests.web.tongue import Tongue, both_languages

SignedIn = Callable[[Agent], Client]
PAGE = "/settings/quick-replies"
SAID = {"name": " Versand ", "text_de": "Guten Tag {{customer}}, unterwegs.", "text_en": "", "shared": ""}
SHIPPED = Wording("Versand", {"de": "Guten Tag {{customer}}, kommt am {{gap}}.", "en": "Hi {{customer}}, by {{line}}."})


def test_an_agent_keeps_their_own_words_it_anew_and_removes_it(alice: Agent, bob: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(alice)
    assert f'href="{PAGE}"' in desk.get("/settings/me").content.decode()
    assert "No quick replies yet" in desk.get(PAGE).content.decode()
    page = desk.post(PAGE, SAID | {"shared": "on"}, follow=True).content.decode()
    assert "In the composer “/” opens the list." in page
    assert 'name="shared"' not in page
    (kept,) = quick_replies(alice)
    assert (kept.wording.name, kept.is_own) == ("Versand", True)  # whoever may not share does not
    assert quick_replies(bob) == []
    one = f"{PAGE}/{kept.id}"
    page = desk.get(one).content.decode()
    assert "Guten Tag Kim Example, unterwegs." in page  # how it will look
    assert signed_in(bob).get(one).status_code == 404
    assert desk.post(one, SAID | {"text_en": "Hello"}, follow=True).status_code == 200
    assert quick_replies(alice)[0].wording.texts == {"de": SAID["text_de"], "en": "Hello"}
    assert "Removed." in desk.post(f"{one}/remove", follow=True).content.decode()
    assert desk.get(one).status_code == 404


def test_who_leads_shares_and_agents_use_but_do_not_change(
    alice: Agent, bob: Agent, dana: Agent, signed_in: SignedIn
) -> None:
    assert signed_in(bob).post(PAGE, SAID | {"shared": "on"}).status_code == 302
    (kept,) = quick_replies(alice)
    assert not kept.is_own
    one = f"{PAGE}/{kept.id}"
    assert "Everybody" in signed_in(alice).get(PAGE).content.decode()
    assert f'href="{one}"' not in signed_in(alice).get(PAGE).content.decode()
    for method in ("get", "post"):
        assert getattr(signed_in(alice), method)(one).status_code == 404
    assert signed_in(alice).post(f"{one}/remove").status_code == 404
    assert signed_in(dana).get(PAGE).status_code == 404
    assert PAGE not in signed_in(dana).get("/settings/me").content.decode()
    assert signed_in(bob).get(one).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Please fill in this field."),
        ({"name": "\u200b\u2060"}, "Please fill in this field."),
        ({"text_de": " ", "text_en": ""}, "in one language at least"),
        ({"text_de": "Hallo {{name}}"}, "{{name}} is no placeholder."),
        ({"text_en": "Hello {{customer"}, "{{ is no placeholder."),
        ({"text_en": "x" * 4_097}, "4096"),
    ],
)
def test_what_does_not_fit_is_said_and_stays_typed(
    alice: Agent, signed_in: SignedIn, wrong: dict[str, str], said: str
) -> None:
    answer = signed_in(alice).post(PAGE, SAID | {"text_en": "Kept words"} | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert any(words in answer.content.decode() for words in ("unterwegs", "Kept words", "Versand"))
    assert not QuickReply.objects.exists()


def test_a_name_that_is_taken_is_said(alice: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(alice)
    desk.post(PAGE, SAID)
    assert "There is a quick reply with this name." in desk.post(PAGE, SAID).content.decode()


def test_the_preview_keeps_nothing(alice: Agent, signed_in: SignedIn) -> None:
    desk, looks = signed_in(alice), SAID | {"act": "look", "text_en": "{{agent}} <b>{{gap}}</b>"}
    page = desk.post(PAGE, looks).content.decode()
    assert "Alice &lt;b&gt;" in page
    assert "<html" in page
    part = desk.post(PAGE, looks, headers={"HX-Request": "true"}).content.decode()
    assert '<span class="hole">{{gap}}</span>' in part
    assert "<html" not in part
    assert not QuickReply.objects.exists()


def test_the_composer_gets_them_filled_in_and_in_the_customers_language_first(
    scene: Scene, kim: Customer, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hi")
    chat, desk = scene.chat(kim), signed_in(alice)
    keep(SHIPPED, None, actor="system", at=scene.clock.at)
    keep(Wording("Heute", {"de": "Heute, {{today}}"}), alice, actor="system", at=scene.clock.at)
    keep(Wording("Fremd", {"de": "Bobs"}), bob, actor="system", at=scene.clock.at)
    address = f"/inbox/{chat.pk}/quick-replies/"
    part = desk.get(address).content.decode()
    assert "Bobs" not in part
    assert 'Guten Tag Kim Muster, kommt am <span class="hole">{{gap}}</span>.' in part
    assert "2026" in part
    assert part.index("by Service") < part.index("Guten Tag")  # alice reads English, of kim nothing is known
    describe(chat.contact_id, name="Frau Muster", language="de", actor="system", at=scene.clock.at)
    part = desk.get(address).content.decode()
    assert part.index("Guten Tag Frau Muster") < part.index("by Service")
    assert desk.get("/inbox/00000000-0000-0000-0000-000000000000/quick-replies/").status_code == 404


@pytest.fixture
def opened(desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page]) -> Page:
    """alice's browser on a telephone, with kim's conversation and three quick replies."""
    keep(SHIPPED, None, actor="system", at=desk.clock.at)
    keep(Wording("Öffnungszeiten", {"de": "Mo bis Fr\n9 bis 17 Uhr"}), None, actor="system", at=desk.clock.at)
    page = at_desk(alice, width=390)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    page.wait_for_load_state("load")
    return page


@pytest.mark.browser
@both_languages
def test_a_slash_opens_the_list_and_enter_puts_the_text_there(opened: Page, tongue: Tongue) -> None:
    text, list_ = opened.locator("#text"), opened.locator("#quick-replies")
    text.press("/")
    field = list_.get_by_role("combobox", name=tongue("Search quick replies"))
    expect(field).to_be_focused()
    expect(list_.get_by_role("option")).to_have_count(3)
    first, second = list_.get_by_role("option").nth(0), list_.get_by_role("option").nth(1)
    expect(first).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", second.get_attribute("id") or "")
    field.press("ArrowUp")
    field.press_sequentially("öffn")
    expect(list_.get_by_role("option")).to_have_count(1)
    field.press("Enter")
    expect(list_).to_be_hidden()
    expect(text).to_be_focused()
    expect(text).to_have_value("Mo bis Fr\n9 bis 17 Uhr")
    text.press("End")
    text.press_sequentially(" 1/2")
    expect(text).to_have_value("Mo bis Fr\n9 bis 17 Uhr 1/2")  # inside a text it is a slash


#: Typed before the page has told anybody that the list is open.
FASTER_THAN_ANY_HAND = """(text) => {
  text.dispatchEvent(new InputEvent("beforeinput", { data: "/", bubbles: true, cancelable: true }));
  for (const letter of "nichts") document.execCommand("insertText", false, letter);
}"""


@pytest.mark.browser
def test_a_gap_is_selected_and_esc_loses_nothing(opened: Page) -> None:
    text, list_ = opened.locator("#text"), opened.locator("#quick-replies")
    text.focus()
    text.evaluate(FASTER_THAN_ANY_HAND)
    expect(list_.get_by_role("combobox")).to_have_value("nichts")
    expect(list_.get_by_text("No quick reply fits.")).to_be_visible()
    opened.keyboard.press("Enter")
    opened.keyboard.press("Escape")
    expect(list_).to_be_hidden()
    expect(text).to_have_value("/nichts")
    expect(text).to_be_focused()
    text.fill("Hallo. ")
    opened.get_by_role("button", name="Insert a quick reply").click()
    list_.get_by_role("option").filter(has_text="DE").click()
    expect(text).to_have_value("Hallo. Guten Tag Kim Muster, kommt am {{gap}}.")
    opened.keyboard.type("Montag")
    expect(text).to_have_value("Hallo. Guten Tag Kim Muster, kommt am Montag.")
