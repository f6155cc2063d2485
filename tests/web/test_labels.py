"""Labels on the screen: the administrator defines them, agents put them on, and whoever looks on sees it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.core.clock import now
from jawort.messaging.labels.define import define, rename, retire
from jawort.messaging.labels.models import Label
from jawort.messaging.labels.put import put_on, take_off
from jawort.messaging.labels.rules import LABELS_MAX
from jawort.messaging.models import Conversation
from jawort.staff.models import Agent
from jawort.web.inbox.live import rows_html
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk
from tests.web.live_urls import Stream
from tests.web.tongue import Tongue, both_languages

SignedIn = Callable[[Agent], Client]
HX = {"HX-Request": "true"}


@pytest.fixture
def chat(scene: Scene, kim: Customer) -> Conversation:
    """kim has written."""
    scene.writes(kim, "Guten Tag")
    return scene.chat(kim)


@pytest.fixture
def complaint(scene: Scene) -> UUID:
    """A label that the administrator has defined."""
    return define("Beschwerde", 3, actor="staff:ada", at=scene.clock.at)


def test_the_administrator_defines_renames_retires_and_restores(ada: Agent, bob: Agent, signed_in: SignedIn) -> None:
    admin = signed_in(ada)
    assert 'href="/settings/labels"' in admin.get("/settings/me").content.decode()
    assert "/settings/labels" not in signed_in(bob).get("/settings/me").content.decode()
    page = admin.get("/settings/labels").content.decode()
    assert "No labels" in page
    assert "No names of people" in page
    page = admin.post("/settings/labels", {"name": "Beschwerde", "hue": "3"}, follow=True).content.decode()
    assert "Defined." in page
    assert '<span class="tag hue-3">Beschwerde</span>' in page
    address = f"/settings/labels/{Label.objects.get().pk}"
    assert "0 conversations carry this label." in admin.get(address).content.decode()
    assert "Klage" in admin.post(address, {"name": "Klage", "hue": "4"}, follow=True).content.decode()
    assert "Retired" in admin.post(f"{address}/retire", follow=True).content.decode()
    assert "In use" in admin.post(f"{address}/restore", follow=True).content.decode()
    assert admin.post(f"/settings/labels/{UUID(int=0)}/retire").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Please fill in this field."),
        ({"name": "\u200b\u2060"}, "Please fill in this field."),
        ({"name": "x" * 31}, "At most 30 characters"),
        ({"name": "beschwerde"}, "There is a label with this name"),
        ({"hue": ""}, "Please choose a colour."),
        ({"hue": "8"}, "8 is not one of the available choices"),
    ],
)
def test_what_does_not_fit_is_said_and_stays_typed(
    complaint: UUID, ada: Agent, signed_in: SignedIn, wrong: dict[str, str], said: str
) -> None:
    other = define("Rechnung", 0, actor="staff:ada", at=now())
    for address in ("/settings/labels", f"/settings/labels/{other}"):
        answer = signed_in(ada).post(address, {"name": "Neu", "hue": "1"} | wrong)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert f'value="{wrong.get("name", "Neu")}"' in answer.content.decode()
    assert sorted(Label.objects.values_list("name", "hue")) == [("Beschwerde", 3), ("Rechnung", 0)]


def test_when_there_are_too_many_the_page_says_so(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    first, *_ = [define(f"Wort {n}", 0, actor="staff:ada", at=scene.clock.at) for n in range(LABELS_MAX)]
    assert "as many labels as there may be" in signed_in(ada).get("/settings/labels").content.decode()
    retire(first, actor="staff:ada", at=scene.clock.at)
    define("Noch eins", 0, actor="staff:ada", at=scene.clock.at)
    page = signed_in(ada).post(f"/settings/labels/{first}/restore", follow=True).content.decode()
    assert "as many labels as there may be" in page
    assert Label.objects.get(pk=first).retired_at is not None


def test_an_agent_puts_one_on_and_takes_it_off(
    chat: Conversation, complaint: UUID, alice: Agent, signed_in: SignedIn
) -> None:
    desk, address = signed_in(alice), f"/inbox/{chat.pk}/label"
    page = desk.post(address, {"on": str(complaint)}, headers=HX).content.decode()
    assert f'name="off" value="{complaint}"' in page
    assert '<span class="tag hue-3">Beschwerde</span><button' in page
    assert '<span class="cut">Beschwerde</span>' in desk.get("/inbox/").content.decode()
    assert "Alice put on the label “Beschwerde”" in page
    page = desk.post(address, {"off": str(complaint)}, follow=True).content.decode()  # without scripts
    assert f'name="on" value="{complaint}"' in page
    assert "Alice took off the label “Beschwerde”" in page
    assert '<span class="cut">Beschwerde</span>' not in page


def test_one_that_was_retired_meanwhile_is_refused_with_a_sentence(
    chat: Conversation, complaint: UUID, alice: Agent, signed_in: SignedIn
) -> None:
    retire(complaint, actor="staff:ada", at=chat.opened_at)
    desk, address = signed_in(alice), f"/inbox/{chat.pk}/label"
    assert "not used any more" in desk.post(address, {"on": str(complaint)}, headers=HX).content.decode()
    assert "not used any more" in desk.post(address, {"on": str(complaint)}, follow=True).content.decode()
    assert desk.post(address, {"on": "Beschwerde"}).status_code == 400
    assert 'id="label-menu"' not in desk.get(f"/inbox/{chat.pk}/").content.decode()  # nothing to put on or take off


def test_a_row_says_what_its_labels_are_called_now(
    chat: Conversation, complaint: UUID, alice: Agent, signed_in: SignedIn
) -> None:
    put_on(chat, complaint, actor="staff:ada", at=chat.opened_at)
    desk = signed_in(alice)
    assert ">Beschwerde<" in desk.get("/inbox/").content.decode()
    rename(complaint, "Klage", 3, actor="staff:ada", at=chat.opened_at)
    page = desk.get("/inbox/").content.decode()
    assert ">Klage<" in page
    assert ">Beschwerde<" not in page


@pytest.mark.browser
@both_languages
def test_by_the_keyboard_alone_and_whoever_looks_on_sees_it(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page], stream: Stream, tongue: Tongue
) -> None:
    complaint = define("Beschwerde", 3, actor="staff:ada", at=desk.clock.at)
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    page.wait_for_load_state("load")
    expect(page.locator(f"#c-{desk.chat.pk}")).to_be_visible()
    page.keyboard.press("l")
    choice = page.locator("#label-menu").get_by_role("button", name="Beschwerde")
    expect(choice).to_be_visible()
    page.keyboard.press("Tab")
    expect(choice).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-facts .tag")).to_have_text("Beschwerde")
    expect(page.locator(".conv__label")).to_be_focused()
    stream.say("row", "".join(rows_html([desk.chat.pk], tongue.language, "agent").values()))
    expect(page.locator(f"#c-{desk.chat.pk} .hue-3", has_text="Beschwerde")).to_be_visible()
    take_off(desk.chat, complaint, actor="system", at=desk.clock.at)  # somebody else
    stream.say("row", "".join(rows_html([desk.chat.pk], tongue.language, "agent").values()))
    expect(page.locator("#panel-facts .tag")).to_have_count(0)
    expect(page.locator(f"#c-{desk.chat.pk}", has_text="Beschwerde")).to_have_count(0)


def test_a_row_names_two_and_says_how_many_more(chat: Conversation, alice: Agent, signed_in: SignedIn) -> None:
    for name in ("Eins", "Zwei", "Drei", "Vier"):
        put_on(chat, define(name, 0, actor="system", at=now()), actor="system", at=now())
    page = signed_in(alice).get("/inbox/").content.decode()
    assert [name for name in ("Drei", "Eins", "Vier", "Zwei") if f'<span class="cut">{name}<' in page] == [
        "Drei",
        "Eins",
    ]
    assert '<span class="tag">+2</span>' in page
