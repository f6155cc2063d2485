"""Something new is told to whom it concerns: not what was written, once a browser, and not in quiet hours."""

import json
import re
from collections.abc import Callable
from datetime import time
from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.core import clock as core_clock
from jawort.ledger.models import Handout
from jawort.messaging.assign import assign
from jawort.messaging.models import Conversation
from jawort.messaging.queries import counts
from jawort.messaging.read import mark_read
from jawort.messaging.snooze import snooze
from jawort.staff.models import Agent
from jawort.staff.preferences import prefer
from jawort.web.inbox.live import counts_html
from tests.fixtures.browser import Watch
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk
from tests.web.gallery import violations
from tests.web.live_urls import Stream
from tests.web.tongue import Tongue, both_languages

Open = Callable[..., Page]
SignedIn = Callable[[Agent], Client]
ANY = re.compile("")
EVERY = ["mine", "unassigned", "assigned"]
SET = {"sounds": ["mine"], "banners": ["mine", "assigned"], "quiet_from": "22:00", "quiet_until": "07:00"}
#: Stands in for what the system shows and plays, which no test can see: how often is written at the page's root.
RECORDS = """
window.shown = [];
const count = (what) => { const said = document.documentElement.dataset; said[what] = Number(said[what] ?? 0) + 1; };
window.Notification = class { static permission = "granted"; static requestPermission = async () => {
  count("asked"); return "granted"; };
  constructor(title, more) { window.shown.push([title, more.body]); count("shown"); } };
const Own = window.AudioContext;
window.AudioContext = class extends Own { constructor() { super(); count("played"); } };
"""


@pytest.fixture
def chat(scene: Scene, kim: Customer) -> Conversation:
    """kim has written, and nobody looks after it yet."""
    scene.writes(kim, "Meine IBAN ist geheim.")
    return scene.chat(kim)


def news(desk: Client, *came: UUID, assigned: UUID | str = "") -> tuple[bool, list[tuple[str, str]]]:
    told = desk.get("/inbox/news/", {"came": ",".join(map(str, came)), "assigned": str(assigned)}).json()
    return told["sound"], [(banner["title"], banner["body"]) for banner in told["banners"]]


def test_nothing_is_switched_on_at_first(chat: Conversation, alice: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(alice)
    assert news(desk, chat.pk) == (False, [])
    assert 'data-news=""' in desk.get("/contacts/").content.decode()


def test_settings_are_kept_and_bad_ones_lose_nothing(alice: Agent, dana: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(alice)
    assert "Saved." in desk.post("/settings/notifications", SET, follow=True).content.decode()
    alice.refresh_from_db()
    assert (alice.sounds, alice.banners, alice.banners_name) == (["mine"], ["mine", "assigned"], False)
    assert (alice.quiet_from, alice.quiet_until) == (time(22), time(7))
    page = desk.get("/settings/notifications").content.decode()
    assert 'value="22:00"' in page
    assert len(re.findall(r"checked", page)) == 3
    for wrong, said in (
        ({"quiet_until": ""}, "a beginning and an end"),
        ({"quiet_until": "22:00"}, "two different times"),
        ({"quiet_from": "late"}, "a time of day"),
    ):
        answer = desk.post("/settings/notifications", SET | wrong)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert 'value="assigned" checked' in answer.content.decode()
    assert desk.post("/settings/notifications", SET | {"sounds": ["other"]}).status_code == 422
    assert signed_in(dana).get("/settings/notifications").status_code == 404
    assert "/settings/notifications" not in signed_in(dana).get("/settings/me").content.decode()


def test_it_says_what_happened_and_where_and_a_name_only_if_wanted(
    scene: Scene, chat: Conversation, kim: Customer, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    prefer(alice, sounds=EVERY, banners=EVERY)
    desk, line = signed_in(alice), chat.line.name
    assert news(desk, chat.pk) == (True, [("New message, unassigned", line)])
    scene.writes(kim, "Hallo?")
    assert news(desk, chat.pk) == (False, [])  # whoever waits for anybody is news once
    assert news(desk, chat.pk, chat.pk) == (True, [("New message, unassigned", line)])
    assert not Handout.objects.exists()
    assign(chat, alice, actor=f"staff:{bob.pk}", at=core_clock.now())
    assert news(desk, assigned=chat.pk) == (True, [("Assigned to you", line)])
    assert news(desk, chat.pk) == (True, [("New message", line)])
    assert news(signed_in(bob), chat.pk, assigned=chat.pk) == (False, [])
    prefer(alice, banners_name=True, language="de")
    assert news(desk, chat.pk) == (True, [("Neue Nachricht", f"{line} · Kim Muster")])
    assert Handout.objects.get().object == chat.pk
    prefer(alice, sounds=["unassigned"], banners=["unassigned"])
    assert news(desk, chat.pk) == (False, [])


def test_what_does_not_concern_somebody_is_no_news(
    scene: Scene, chat: Conversation, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    for person in (alice, bob):
        prefer(person, sounds=EVERY, banners=EVERY)
    desk = signed_in(alice)
    assign(chat, bob, actor="system", at=core_clock.now())
    assert news(desk, chat.pk) == (False, [])
    assert news(signed_in(bob), chat.pk)[0]
    mark_read(chat, actor=f"staff:{bob.pk}", at=core_clock.now())
    assert news(signed_in(bob), chat.pk) == (False, [])
    snooze(chat, None, actor=f"staff:{bob.pk}", at=core_clock.now())
    assert news(signed_in(bob), assigned=chat.pk) == (False, [])
    assert news(desk, UUID(int=7), assigned="nonsense") == (False, [])


def test_quiet_hours_are_those_of_the_persons_own_clock(
    scene: Scene, chat: Conversation, alice: Agent, signed_in: SignedIn
) -> None:
    prefer(alice, sounds=EVERY, banners=EVERY, time_zone="Asia/Tokyo")
    desk, here = signed_in(alice), scene.clock.at.hour
    there = (here + 9) % 24
    for hour, told in ((there, False), (here, True)):
        prefer(alice, quiet_from=time(hour), quiet_until=time((hour + 2) % 24))
        assert news(desk, chat.pk)[0] is told


def test_who_is_given_a_conversation_by_somebody_else_hears_of_it(
    scene: Scene, chat: Conversation, kim: Customer, alice: Agent, bob: Agent
) -> None:
    def given(actor: str, agent: Agent | None) -> object:
        (told,) = scene.hears(lambda: assign(chat, agent, actor=actor, at=core_clock.now()))
        assert isinstance(told, dict)
        return told.get("a")

    assert given(f"staff:{alice.pk}", alice) is None
    assert given(f"staff:{alice.pk}", None) is None
    assert given(f"staff:{bob.pk}", alice) == [[str(chat.pk), str(alice.pk)]]
    came = scene.hears(lambda: [scene.writes(kim, "Noch etwas")].clear())
    assert [told for told in came if isinstance(told, dict) and told.get("n")]


def test_the_number_before_the_title_is_of_what_concerns_one(
    scene: Scene, chat: Conversation, nour: Customer, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    scene.writes(nour, "Hallo")
    assert counts(alice).unread == 2
    assign(chat, bob, actor="system", at=core_clock.now())
    assert (counts(alice).unread, counts(bob).unread) == (1, 2)
    assert 'data-unread="1"' in signed_in(alice).get("/settings/me").content.decode()
    mark_read(scene.chat(nour), actor="system", at=core_clock.now())
    assert 'data-view="unread" value=""' in counts_html(counts(alice))


@pytest.mark.browser
def test_one_browser_tells_once_and_the_title_counts(
    desk: Desk, alice: Agent, site: str, at_desk: Open, stream: Stream
) -> None:
    prefer(alice, sounds=EVERY, banners=EVERY)
    first = at_desk(alice)
    first.context.add_init_script(RECORDS)
    first.goto(f"{site}/contacts/")
    expect(first).to_have_title(re.compile(r"^\(\d+\) Contacts"))
    second = first.context.new_page()
    second.goto(f"{site}/inbox/{desk.chat.pk}/")
    expect(second).to_have_title(re.compile(r"^\(\d+\) Conversation"))
    assert stream.opened == 1
    first.locator("h1").click()  # a page that nobody has touched may not sound
    assign(desk.chat, alice, actor="system", at=core_clock.now())
    desk.scene.writes(desk.kim, "Sind Sie noch da?")
    waiting = counts(alice).unread
    with first.expect_response(lambda response: "/inbox/news/" in response.url) as told:
        stream.say("news", json.dumps({"came": [str(desk.chat.pk)]}))
        stream.say("counts", counts_html(counts(alice)))
    assert desk.chat.contact.pk.hex not in told.value.url
    for what in ("shown", "played"):
        expect(first.locator("html")).to_have_attribute(f"data-{what}", "1")
        expect(second.locator("html")).not_to_have_attribute(f"data-{what}", ANY)
    assert first.evaluate("window.shown") == [["New message", desk.chat.line.name]]
    for page in (first, second):
        expect(page).to_have_title(re.compile(rf"^\({waiting}\) "))


@pytest.mark.browser
def test_the_browser_is_asked_only_at_the_switch(
    desk: Desk, alice: Agent, site: str, at_desk: Open, watch: Watch
) -> None:
    page = at_desk(alice)
    page.context.add_init_script(RECORDS)
    page.goto(f"{site}/settings/me")
    page.get_by_role("link", name="Notifications").click()
    page.wait_for_url("**/settings/notifications")  # until it is loaded, no script hears of a switch
    shown = page.get_by_role("group", name="Show it on the screen")
    shown.get_by_label("Somebody waits").check()
    expect(page.locator("html")).to_have_attribute("data-asked", "1")
    page.get_by_role("group", name="Make a sound").get_by_label("A new message").check()
    expect(page.locator("html")).to_have_attribute("data-played", "1")
    page.get_by_label("from").fill("22:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#quiet-error")).to_contain_text("a beginning and an end")
    watch.forgive("422")
    expect(shown.get_by_label("Somebody waits")).to_be_checked()
    page.get_by_label("until").fill("07:00")
    assert violations(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_have_text("Saved.")
    expect(page.locator("html")).not_to_have_attribute("data-asked", ANY)
    alice.refresh_from_db()
    assert (alice.banners, alice.sounds) == (["unassigned"], ["mine"])


@pytest.mark.browser
@both_languages
@pytest.mark.parametrize(
    "at", ["/contacts/", *(pytest.param(at, marks=pytest.mark.long) for at in ("/settings/me", "/help/"))]
)
def test_pages_beside_the_inbox_say_that_the_connection_is_lost(
    desk: Desk, alice: Agent, site: str, at_desk: Open, stream: Stream, watch: Watch, at: str, tongue: Tongue
) -> None:
    page = at_desk(alice)
    page.goto(f"{site}{at}")
    said = page.get_by_text(tongue("No connection. What you type stays here."))
    expect(said).to_be_hidden()
    expect(page.locator(".offline")).to_have_attribute("data-state", "open")
    page.context.set_offline(True)
    expect(said).to_be_visible()
    assert violations(page) == []
    page.context.set_offline(False)
    expect(said).to_be_hidden(timeout=15_000)
    watch.forgive("ERR_INTERNET_DISCONNECTED")
