"""Snoozing at the desk: what is offered, what is taken, what is refused with a sentence, and what the list shows."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import APIResponse, Page, Route, expect

from jawort.messaging.models import Conversation
from jawort.messaging.snooze import snooze, wake
from jawort.staff.models import Agent
from jawort.web.inbox.live import rows_html
from jawort.web.inbox.snoozes import presets, times
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk
from tests.web.live_urls import Stream
from tests.web.tongue import Tongue, both_languages

SignedIn = Callable[[Agent], Client]
BERLIN = ZoneInfo("Europe/Berlin")


@settings(deadline=None)
@given(st.integers(1_704_067_200, 1_893_456_000))  # 2024 to 2029
@example(1_774_744_200)  # half an hour before the clocks go forward
@example(1_792_884_600)  # an hour and a half before they go back
def test_every_time_offered_lies_ahead_once_and_mornings_are_at_nine(second: int) -> None:
    at = datetime.fromtimestamp(second, BERLIN)
    offered = {each.word: each.until for each in presets(at)}
    ahead = [until for until in offered.values() if until]
    assert offered["reply"] is None
    assert len(set(ahead)) == len(ahead)
    assert all(timedelta(0) < until.astimezone(UTC) - at.astimezone(UTC) <= timedelta(days=8) for until in ahead)
    assert all(until.hour == 9 for word, until in offered.items() if until and word != "later")
    assert offered["later"] is not None
    assert offered["later"].astimezone(UTC) - at.astimezone(UTC) == timedelta(hours=3)
    assert (found := times(at)["monday"]) is not None
    assert found.weekday() == 0


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, 1, tzinfo=BERLIN), datetime(2026, 10, 25, 1, tzinfo=BERLIN)])
def test_three_hours_are_three_hours_when_the_clocks_change(day: datetime) -> None:
    later = times(day)["later"]
    assert later is not None
    assert later.astimezone(UTC) - day.astimezone(UTC) == timedelta(hours=3)


@pytest.fixture
def chat(scene: Scene, kim: Customer) -> Conversation:
    """Somebody has written."""
    scene.writes(kim, "Haben Sie das Rad noch?")
    return scene.chat(kim)


def put(desk: Client, chat: Conversation, **given: str) -> str:
    return desk.post(f"/inbox/{chat.pk}/snooze", given, headers={"HX-Request": "true"}).content.decode()


def test_by_a_preset_it_leaves_the_list_and_says_until_when(
    scene: Scene, chat: Conversation, alice: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    page = put(desk, chat, until="tomorrow", seen=str(chat.last_message_id))
    assert "Snoozed until" in page
    assert "End snooze" in page
    assert "alice snoozed the conversation until" in page.lower()
    chat.refresh_from_db()
    assert chat.snoozed_until is not None
    assert chat.snoozed_until.astimezone(BERLIN).hour == 9
    assert str(chat.pk) not in desk.get("/inbox/?view=all").content.decode()
    listed = desk.get("/inbox/?view=snoozed").content.decode()
    assert f'id="c-{chat.pk}"' in listed
    assert 'data-snoozed="yes"' in listed
    back = desk.post(f"/inbox/{chat.pk}/wake", headers={"HX-Request": "true"}).content.decode()
    assert "Snoozed until" not in back.split("msgs__pane")[0]
    assert f'id="c-{chat.pk}"' in desk.get("/inbox/?view=all").content.decode()


def test_a_page_that_is_older_than_midnight_means_the_day_that_it_shows(
    scene: Scene, chat: Conversation, alice: Agent, signed_in: SignedIn
) -> None:
    page = signed_in(alice).get(f"/inbox/{chat.pk}/").content.decode()
    button = re.search(r'value="([^"]+)">Tomorrow morning<relative-time [^>]*datetime="([^"]+)"', page)
    assert button is not None
    scene.passes(hours=18)  # it is tomorrow, and not yet nine
    put(signed_in(alice), chat, until=unescape(button[1]))
    chat.refresh_from_db()
    assert chat.snoozed_until == datetime.fromisoformat(button[2])
    scene.passes(hours=12)
    scene.delivers()
    assert "the time is past" in put(signed_in(alice), chat, until=unescape(button[1]))


def test_until_the_person_writes(scene: Scene, chat: Conversation, alice: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(alice)
    assert "Snoozed until the person writes" in put(desk, chat, until="reply")
    assert "Until a reply" in desk.get("/inbox/?view=snoozed").content.decode()


def test_a_time_of_ones_own_is_read_on_ones_own_clock(
    scene: Scene, chat: Conversation, alice: Agent, signed_in: SignedIn
) -> None:
    Agent.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    wanted = (scene.clock.at + timedelta(days=2)).astimezone(ZoneInfo("Asia/Tokyo")).replace(second=0, microsecond=0)
    put(signed_in(Agent.objects.get(pk=alice.pk)), chat, until="at", at=wanted.strftime("%Y-%m-%dT%H:%M"))
    chat.refresh_from_db()
    assert chat.snoozed_until == wanted
    wake(chat, actor="system", at=scene.clock.at)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2027-03-28T02:30", datetime(2027, 3, 28, 3, 30, tzinfo=BERLIN)),
        ("2026-10-25T02:30", datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)),
    ],
)
def test_an_hour_that_the_clocks_skip_or_repeat_is_a_time(
    scene: Scene, chat: Conversation, alice: Agent, signed_in: SignedIn, typed: str, meant: datetime
) -> None:
    put(signed_in(alice), chat, until="at", at=typed)
    chat.refresh_from_db()
    assert chat.snoozed_until == meant.astimezone(UTC)
    wake(chat, actor="system", at=scene.clock.at)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"until": "someday"},
        {"until": "at"},
        {"until": "2026-06-09T09:00"},
        {"until": "2026-02-30T09:00+01:00"},
        {"until": "at", "at": "soon"},
        {"until": "at", "at": "2026-02-30T09:00"},
        {"until": "at", "at": "9" * 5_000},
    ],
)
def test_what_is_no_time_is_refused_with_a_sentence(
    scene: Scene, chat: Conversation, alice: Agent, signed_in: SignedIn, given: dict[str, str]
) -> None:
    assert "Choose until when: a day and a time." in put(signed_in(alice), chat, **given)
    chat.refresh_from_db()
    assert chat.snoozed_at is None


@pytest.mark.parametrize("when", ["2001-01-01T09:00", "9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_time_that_is_past_or_too_far_is_refused_with_a_sentence(
    scene: Scene, chat: Conversation, alice: Agent, signed_in: SignedIn, when: str
) -> None:
    assert "more than a year away" in put(signed_in(alice), chat, until="at", at=when)
    chat.refresh_from_db()
    assert chat.snoozed_at is None


def test_what_came_in_meanwhile_keeps_it_in_sight(
    scene: Scene, chat: Conversation, kim: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    seen = str(chat.last_message_id)
    scene.writes(kim, "Und den Helm?")
    page = put(signed_in(alice), chat, until="later", seen=seen)
    assert "something came in meanwhile" in page
    assert "Und den Helm?" in page


def test_without_scripts_it_answers_with_the_page(
    scene: Scene, chat: Conversation, alice: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    page = desk.post(f"/inbox/{chat.pk}/snooze", {"until": "reply"}, follow=True).content.decode()
    assert "Snoozed until the person writes" in page
    past = {"until": "at", "at": "2001-01-01T09:00"}
    page = desk.post(f"/inbox/{chat.pk}/snooze", past, follow=True).content.decode()
    assert "more than a year away" in page


@pytest.mark.browser
@both_languages
def test_by_the_keyboard_alone(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page], stream: Stream, tongue: Tongue
) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    expect(page.locator(f"#c-{desk.chat.pk}")).to_be_visible()
    page.keyboard.press("s")
    menu = page.locator("#snooze-menu")
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(menu.get_by_role("button", name=tongue("Tomorrow morning"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#window-state")).to_contain_text(tongue("Snoozed until"))
    expect(page.get_by_role("button", name=tongue("End snooze"))).to_be_focused()
    stream.say("row", "".join(rows_html([desk.chat.pk], tongue.language, "agent").values()))
    expect(page.locator(f"#c-{desk.chat.pk}")).to_have_count(0)
    page.keyboard.press("s")
    expect(page.get_by_role("button", name=tongue("Snooze"), exact=True)).to_be_visible()
    stream.say("row", "".join(rows_html([desk.chat.pk], tongue.language, "agent").values()))
    expect(page.locator(f"#c-{desk.chat.pk}")).to_be_visible()


@pytest.mark.browser
def test_who_looks_on_sees_it_come_and_go(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page], stream: Stream
) -> None:
    page = at_desk(alice, width=390, language="de")
    with page.expect_response(lambda response: response.url.endswith("/messages/")):  # the resync is over
        page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    expect(page.locator(".conv__head")).to_be_visible()
    snooze(desk.chat, None, actor="system", at=desk.clock.at)
    stream.say("row", "".join(rows_html([desk.chat.pk], "de", "agent").values()))
    expect(page.locator("#window-state")).to_contain_text("Wiedervorlage, sobald die Person schreibt")
    wake(desk.chat, actor="system", at=desk.clock.at)
    stream.say("row", "".join(rows_html([desk.chat.pk], "de", "agent").values()))
    expect(page.locator("#window-state")).not_to_contain_text("Wiedervorlage")


@pytest.mark.browser
def test_the_enter_key_takes_the_time_that_was_typed(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page]
) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    wanted = (desk.clock.at + timedelta(days=40)).astimezone(BERLIN).replace(second=0, microsecond=0)
    page.get_by_role("button", name="Snooze", exact=True).click()
    page.get_by_label("Another time").fill(wanted.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_label("Another time").press("Enter")
    expect(page.locator("#window-state")).to_contain_text("Snoozed until")
    assert Conversation.objects.get(pk=desk.chat.pk).snoozed_until == wanted


@pytest.mark.browser
def test_an_older_answer_that_comes_late_does_not_stay(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page], stream: Stream
) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    page.wait_for_load_state("networkidle")
    late: list[tuple[Route, APIResponse]] = []
    page.route("**/?view=all", lambda route: late.append((route, route.fetch())), times=1)
    snooze(desk.chat, None, actor="system", at=desk.clock.at)
    stream.say("row", "".join(rows_html([desk.chat.pk], "en", "agent").values()))
    for _ in range(500):  # answered, and held back
        if late:
            break
        page.wait_for_timeout(20)
    wake(desk.chat, actor="system", at=desk.clock.at)
    stream.say("row", "".join(rows_html([desk.chat.pk], "en", "agent").values()))
    expect(page.locator(f"#c-{desk.chat.pk}")).to_have_attribute("data-snoozed", "")
    route, answer = late.pop()
    route.fulfill(response=answer)
    expect(page.locator("#thread")).to_have_attribute("data-snoozed", "")
    expect(page.locator("#window-state")).not_to_contain_text("Snoozed")
