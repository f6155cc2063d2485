"""Filters and orders of the list: chips in the address, what they leave, and that a list that lives stays right."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, Route, expect

from jawort.messaging.describe import describe
from jawort.messaging.labels.define import define, retire
from jawort.messaging.labels.put import put_on, take_off
from jawort.messaging.models import Conversation
from jawort.messaging.send import send
from jawort.staff.models import Agent
from jawort.staff.preferences import prefer
from jawort.web.inbox import views
from jawort.web.inbox.live import rows_html
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.web.conftest import PEOPLE, Desk, a_customer
from tests.web.live_urls import Stream

SignedIn = Callable[[Agent], Client]


@pytest.fixture
def both(scene: Scene, kim: Customer, nour: Customer) -> tuple[Conversation, Conversation]:
    """kim wrote two hours ago, nour now."""
    scene.writes(kim, "Hallo")
    scene.passes(hours=2)
    scene.writes(nour, "Guten Tag")
    return scene.chat(kim), scene.chat(nour)


def listed(page: str) -> list[str]:
    """Who stands in the list, from the top."""
    return re.findall(r'class="row__name">([^<]+)<', page)


def chips(page: str) -> list[tuple[str, str]]:
    """Each chip with where it leads."""
    return [(name, unescape(to)) for to, name in re.findall(r'aria-current="true" href="\?([^"]*)">([^<]+)<svg', page)]


def test_filters_are_chips_that_can_be_taken_off_one_by_one(
    both: tuple[Conversation, Conversation], scene: Scene, alice: Agent, signed_in: SignedIn
) -> None:
    label = define("Beschwerde", 3, actor="system", at=scene.clock.at)
    for chat in both:
        put_on(chat, label, actor="system", at=scene.clock.at)
    desk = signed_in(alice)
    page = desk.get(f"/inbox/?view=all&label={label}&waits=1h&unread=yes").content.decode()
    assert listed(page) == ["Kim Muster"]
    assert chips(page) == [
        ("Unread", f"view=all&label={label}&waits=1h"),
        ("Waiting for over an hour", f"view=all&label={label}&unread=yes"),
        ("Beschwerde", "view=all&waits=1h&unread=yes"),
    ]
    assert f'name="label" value="{label}"' in page  # goes along with whatever is opened
    assert f"?view=mine&amp;label={label}&amp;waits=1h&amp;unread=yes" in page
    page = desk.get(f"/inbox/?{chips(page)[1][1]}").content.decode()
    assert listed(page) == ["Nour Beispiel", "Kim Muster"]


def test_a_language_is_a_chip_in_the_readers_own(
    both: tuple[Conversation, Conversation], scene: Scene, alice: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    assert "Languages" not in desk.get("/inbox/?view=all").content.decode()  # nobody is known to speak one
    describe(both[0].contact_id, name="", language="uk", actor="system", at=scene.clock.at)
    page = desk.get("/inbox/?view=all&waits=1h").content.decode()
    assert '<a class="menu__item" href="?view=all&amp;language=uk&amp;waits=1h">Ukrainian</a>' in page
    page = desk.get("/inbox/?view=all&language=uk&waits=1h").content.decode()
    assert listed(page) == ["Kim Muster"]
    assert chips(page) == [("Waiting for over an hour", "view=all&language=uk"), ("Ukrainian", "view=all&waits=1h")]
    prefer(alice, language="de")
    page = desk.get("/inbox/?view=all&language=tr").content.decode()
    assert [name for name, _ in chips(page)] == ["Türkisch"]  # also where nobody speaks it any more
    assert listed(page) == []
    asked = {"view": "all", "language": "uk", "name": "Auf Ukrainisch"}
    page = desk.post("/inbox/views/save", asked, follow=True).content.decode()
    assert listed(page) == ["Kim Muster"]
    assert 'href="/inbox/?view=all&amp;language=uk" aria-current="true"' in page


def test_where_nothing_matches_there_is_one_way_out(
    both: tuple[Conversation, Conversation], alice: Agent, signed_in: SignedIn
) -> None:
    page = signed_in(alice).get("/inbox/?view=all&closing=yes&order=waiting").content.decode()
    assert listed(page) == []
    assert "Nothing here matches the filters" in page
    assert 'class="btn" href="?view=all&amp;order=waiting"' in page
    assert chips(page)[-1] == ("Longest waiting first", "view=all&closing=yes")


@pytest.mark.parametrize(
    "wrong",
    [
        "label=Beschwerde",
        "label=Kim Muster",
        "line=1",
        "language=English",
        "language=xx",
        "language=de-ch",
        "waits=2h",
        "closing=1",
        "unread=true",
        "order=name",
        "view=x",
    ],
)
def test_what_is_neither_an_id_nor_a_word_of_ours_is_left_out(
    both: tuple[Conversation, Conversation], alice: Agent, signed_in: SignedIn, wrong: str
) -> None:
    page = signed_in(alice).get(f"/inbox/?{wrong}").content.decode()
    assert listed(page) == ["Nour Beispiel", "Kim Muster"]
    assert wrong.partition("=")[2] not in re.findall(r'<input type="hidden" name="\w+" value="([^"]*)"', page)


@pytest.mark.parametrize("order", ["newest", "waiting", "window"])
def test_each_order_goes_on_where_the_page_ended(
    both: tuple[Conversation, Conversation],
    alice: Agent,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
    order: str,
) -> None:
    monkeypatch.setattr(views, "ROWS_SHOWN", 1)
    send(both[0], "Ja", author(alice), both[1].opened_at + timedelta(minutes=1))
    desk, address, found = signed_in(alice), f"/inbox/?view=all&order={order}", list[str]()
    while address:
        page = desk.get(address).content.decode()
        found += listed(page)
        more = re.search(r'class="btn btn--sm" href="(/inbox/\?[^"]+)"', page)
        address = unescape(more[1]) if more else ""
    wanted = ["Kim Muster", "Nour Beispiel"]
    assert found == (wanted[::-1] if order == "waiting" else wanted)


def test_a_retired_label_is_offered_only_while_it_is_on(
    both: tuple[Conversation, Conversation], scene: Scene, alice: Agent, signed_in: SignedIn
) -> None:
    label = define("Alt", 0, actor="system", at=scene.clock.at)
    retire(label, actor="system", at=scene.clock.at)
    desk = signed_in(alice)
    assert str(label) not in desk.get("/inbox/").content.decode()
    assert [name for name, _ in chips(desk.get(f"/inbox/?label={label}").content.decode())] == ["Alt"]


def test_what_is_done_at_the_thread_keeps_the_list_as_it_is(
    both: tuple[Conversation, Conversation], scene: Scene, alice: Agent, signed_in: SignedIn
) -> None:
    label = define("Beschwerde", 3, actor="system", at=scene.clock.at)
    said = {"view": "mine", "label": str(label), "order": "window", "on": str(label)}
    page = signed_in(alice).post(f"/inbox/{both[0].pk}/label", said, headers={"HX-Request": "true"}).content.decode()
    assert f"?view=mine&amp;label={label}&amp;order=window" in page


@pytest.mark.browser
def test_a_filter_by_label_lives(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page], stream: Stream
) -> None:
    label = define("Beschwerde", 3, actor="system", at=desk.clock.at)
    page = at_desk(alice)
    page.goto(f"{site}/inbox/?view=all")
    page.wait_for_load_state("load")
    page.get_by_role("button", name="Filter").click()
    with listening(page):
        page.locator("#filter-menu").get_by_role("link", name="Beschwerde").click()
    expect(page.get_by_role("heading", name="Nothing here matches the filters")).to_be_visible()
    row = page.locator(f"#c-{desk.chat.pk}")
    put_on(desk.chat, label, actor="system", at=desk.clock.at)
    tell(stream, desk.chat.pk)
    expect(row).to_be_visible()
    expect(page.locator("#rows-empty")).to_be_hidden()
    row.locator("a").click()
    expect(page.locator(".conv__head")).to_be_visible()
    assert f"label={label}" in page.url
    take_off(desk.chat, label, actor="system", at=desk.clock.at)
    page.mouse.move(900, 500)
    tell(stream, desk.chat.pk)
    expect(row).to_have_count(0)
    page.locator(".list__on a").click()
    expect(row).to_have_attribute("data-status", "open")
    expect(page.locator(".conv__head")).to_be_visible()  # what was open stays open


@pytest.mark.browser
def test_a_filter_by_language_lives(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page], stream: Stream
) -> None:
    def speaks(language: str) -> None:
        describe(desk.chat.contact_id, name="", language=language, actor="system", at=desk.clock.at)
        tell(stream, desk.chat.pk)

    speaks("en")
    page = at_desk(alice)
    page.goto(f"{site}/inbox/?view=all")
    page.wait_for_load_state("load")
    page.get_by_role("button", name="Filter").click()
    with listening(page):
        page.locator("#filter-menu").get_by_role("link", name="English").click()
    row = page.locator(f"#c-{desk.chat.pk}")
    expect(row).to_be_visible()
    page.mouse.move(900, 500)
    speaks("tr")
    expect(row).to_have_count(0)
    expect(page.get_by_role("heading", name="Nothing here matches the filters")).to_be_visible()
    speaks("en")
    expect(row).to_be_visible()
    expect(page.locator("#rows-empty")).to_be_hidden()


LowPage = Callable[[str, int], Page]


@pytest.fixture
def low(alice: Agent, site: str, at_desk: Callable[..., Page], monkeypatch: pytest.MonkeyPatch) -> LowPage:
    """`low("?view=all", 3)`: alice's list in so low a window that the page after these three rows is not asked for."""

    def shown(query: str, rows: int) -> Page:
        monkeypatch.setattr(views, "ROWS_SHOWN", rows)
        page = at_desk(alice)
        page.set_viewport_size({"width": 1440, "height": 400})
        with listening(page):
            page.goto(f"{site}/inbox/{query}")
        page.mouse.move(900, 200)
        return page

    return shown


@pytest.mark.browser
def test_longest_waiting_first_lives_and_scrolls(desk: Desk, alice: Agent, low: LowPage, stream: Stream) -> None:
    page = low("?view=all&order=waiting", 6)
    rows = page.locator("#rows .row__name")
    waiting = [name for name, _ in PEOPLE if name != "Jonas Özdemir"]  # whose conversation is resolved
    expect(rows).to_have_text(["Nour Beispiel", *waiting[:5]])
    expect(page.locator("#rows .row__waits").first).to_be_visible()
    expect(page.locator("#rows .row__time").first).to_be_hidden()
    # Somebody is answered: they go to those who do not wait, on a page that comes later.
    yusuf = desk.scene.chat(a_customer(waiting[0], 60))
    send(yusuf, "Ja!", author(alice), desk.clock.at)
    tell(stream, yusuf.pk)
    expect(rows).to_have_text(["Nour Beispiel", *waiting[1:5]])
    # Somebody new has waited for the shortest time: behind all that are shown, so later too.
    desk.scene.writes(a_customer("Neu Hier", 79), "Hallo")
    tell(stream, Conversation.objects.latest("opened_at").pk)
    page.locator("#rows-more").scroll_into_view_if_needed()
    expect(rows).to_have_text(["Nour Beispiel", *waiting[1:], "Kim Muster", "Neu Hier", waiting[0]])
    # With everything there somebody who is answered goes to the end at once.
    katja = desk.scene.chat(a_customer(waiting[1], 61))
    desk.clock.forward(seconds=5)
    send(katja, "Gern.", author(alice), desk.clock.at)
    tell(stream, katja.pk)
    expect(rows).to_have_text(["Nour Beispiel", *waiting[2:], "Kim Muster", "Neu Hier", waiting[1], waiting[0]])


@pytest.mark.browser
def test_after_a_break_the_list_is_as_long_as_it_was(desk: Desk, low: LowPage, stream: Stream) -> None:
    """Whoever has scrolled down keeps their place and the focus."""
    page = low("?view=all", 3)
    rows = page.locator("#rows .row")
    for many in (6, 9):
        page.locator("conv-list").evaluate("list => { list.scrollTop = list.scrollHeight; }")
        expect(rows).to_have_count(many)
    last = rows.last.locator(".row__link")
    last.focus()
    place = page.locator("conv-list").evaluate("list => list.scrollTop")
    assert place > 0
    desk.scene.writes(a_customer("Neu Hier", 79), "Hallo")
    with page.expect_response(lambda answer: "/inbox/rows/" in answer.url):
        stream.say("resync", "")
    expect(page.locator("#rows .row__name").first).to_have_text("Neu Hier")
    expect(last).to_be_focused()
    expect(rows).to_have_count(10)
    assert page.locator("conv-list").evaluate("list => list.scrollTop") >= place


#: How often a page is looked at before nothing comes any more: a minute at least, on a machine with nothing else to do.
PATIENCE = 3_000


def held(page: Page, routes: list[Route], count: int, again: Callable[[], object] = lambda: None) -> None:
    """Until so many requests have come; `again` is done at first, and every two seconds in which none has."""
    for n in range(PATIENCE):
        if len(routes) >= count:
            return
        if n % 100 == 0:
            again()
        page.wait_for_timeout(20)
    raise AssertionError(f"{len(routes)} requests came, not {count}")


def reached(page: Page, rows: Locator, count: int, scroll: Callable[[], object]) -> None:
    """Scroll until so many rows are there: each page is asked for when its end is reached, however long one takes."""
    for _ in range(PATIENCE):
        if rows.count() >= count:
            return
        scroll()
        page.wait_for_timeout(20)


@pytest.mark.browser
def test_a_break_while_more_rows_are_on_their_way_loses_none(desk: Desk, low: LowPage, stream: Stream) -> None:
    for n in range(8):
        desk.scene.writes(a_customer(f"Neu {n}", 80 + n), "Hallo")
    page = low("?view=all", 4)
    rows, anew, more = page.locator("#rows .row"), list[Route](), list[Route]()
    scroll = "list => { list.scrollTop = list.scrollHeight; }"

    page.route("**/inbox/rows/*shown=*", lambda route: anew.append(route))
    page.route("**/inbox/rows/*after=*", lambda route: more.append(route))
    # Said again where nobody heard it: a busy browser takes its line up once more.
    held(page, anew, 1, lambda: stream.say("resync", ""))
    page.locator("conv-list").evaluate(scroll)
    held(page, more, 1)
    more[0].continue_()
    expect(rows).to_have_count(8)
    page.locator("conv-list").evaluate(scroll)
    held(page, more, 2)
    anew[0].continue_()  # as many as were shown when the line came back, and behind them the next ones
    held(page, more, 3)
    with page.expect_response(more[1].request.url):
        more[1].continue_()  # what was asked for when there were more comes first
    page.wait_for_timeout(200)
    page.route("**/inbox/rows/*after=*", lambda route: route.continue_())
    more[2].continue_()
    everybody = Conversation.objects.filter(status="open").count()
    reached(page, rows, everybody, lambda: page.locator("conv-list").evaluate(scroll))
    expect(rows).to_have_count(everybody)
    assert len(set(rows.evaluate_all("rows => rows.map((row) => row.id)"))) == everybody


@contextmanager
def listening(page: Page) -> Iterator[None]:
    """Until the page that is opened here hears the stream and has asked for its list once more."""
    with page.expect_response(lambda answer: "/inbox/rows/" in answer.url):
        yield
    page.wait_for_load_state("load")


def tell(stream: Stream, chat: UUID) -> None:
    stream.say("row", "".join(rows_html([chat], "en", "agent").values()))


@pytest.mark.parametrize("now", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_from_the_end_of_the_calendar_is_left_out(
    both: tuple[Conversation, Conversation], alice: Agent, signed_in: SignedIn, now: str
) -> None:
    said = {"view": "closing", "waits": "1h", "after": str(UUID(int=0)), "at": now, "now": now}
    assert signed_in(alice).get("/inbox/rows/", said).status_code == 200
