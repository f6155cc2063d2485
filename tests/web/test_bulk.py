"""Several conversations at once: what goes is done, what does not stays, and the page says how many of each."""

import html
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.messaging.assign import assign
from jawort.messaging.labels.define import define, retire
from jawort.messaging.labels.models import Labelled
from jawort.messaging.models import Conversation
from jawort.messaging.resolve import resolve
from jawort.staff.models import Agent
from jawort.web.inbox.live import rows_html
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk
from tests.web.live_urls import Stream

SignedIn = Callable[[Agent], Client]
Open = Callable[..., Page]


@pytest.fixture
def both(scene: Scene, kim: Customer, nour: Customer) -> tuple[Conversation, Conversation]:
    """kim and nour have written."""
    scene.writes(kim, "Hallo")
    scene.writes(nour, "Guten Tag")
    return scene.chat(kim), scene.chat(nour)


def chosen(page: str) -> list[str]:
    """What choosing every row of the list says."""
    return re.findall(r'name="chosen" form="bulk" value="([^"]+)"', page)


def test_each_act_holds_for_all_that_were_chosen(
    both: tuple[Conversation, Conversation], scene: Scene, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    label = define("Beschwerde", 3, actor="system", at=scene.clock.at)
    desk = signed_in(bob)

    def act(name: str, view: str, **said: str) -> str:
        rows = chosen(desk.get(f"/inbox/?view={view}").content.decode())
        assert len(rows) == 2
        answer = desk.post(f"/inbox/bulk/{name}", {"chosen": rows, "view": view} | said, follow=True)
        assert answer.request["QUERY_STRING"] == f"view={view}"
        return answer.content.decode()

    for name, view, said, done in (
        ("assign", "unassigned", {"agent": str(alice.pk)}, "assigned"),
        ("label", "all", {"on": str(label)}, "labelled"),
        ("snooze", "all", {"until": "tomorrow"}, "snoozed"),
        ("assign", "snoozed", {"agent": ""}, "assigned"),  # brings them back into sight
        ("resolve", "all", {}, "resolved"),
    ):
        assert f"2 conversations {done}." in act(name, view, **said)
    assert Conversation.objects.filter(status="resolved", assignee=None, snoozed_at=None).count() == 2
    assert Labelled.objects.filter(label=label).count() == 2
    assert Entry.objects.filter(kind=Kind.CONVERSATION_RESOLVED, actor=bob.actor).count() == 2


def test_what_has_changed_since_it_was_shown_is_neither_resolved_nor_put_aside(
    both: tuple[Conversation, Conversation], scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    """Closed over it, nobody would ever read what came in."""
    desk = signed_in(alice)
    rows = chosen(desk.get("/inbox/?view=all").content.decode())
    scene.writes(kim, "Eine Frage noch")
    page = desk.post("/inbox/bulk/snooze", {"chosen": rows, "until": "reply"}, follow=True).content.decode()
    assert "1 conversation snoozed." in page
    assert "1 stays as it was. Something came in meanwhile" in page
    assert not Conversation.objects.get(pk=both[0].pk).snoozed_at
    page = desk.post("/inbox/bulk/resolve", {"chosen": rows}, follow=True).content.decode()
    assert "2 stay as they were." in page  # nour's was put aside, which its row had not shown
    assert not Conversation.objects.filter(status="resolved").exists()


def test_what_cannot_be_holds_up_no_other(
    both: tuple[Conversation, Conversation], scene: Scene, alice: Agent, signed_in: SignedIn
) -> None:
    gone = define("Beschwerde", 3, actor="system", at=scene.clock.at)
    desk = signed_in(alice)
    rows = chosen(desk.get("/inbox/?view=all").content.decode())
    retire(gone, actor="system", at=scene.clock.at)
    page = desk.post("/inbox/bulk/label", {"chosen": rows, "on": str(gone)}, follow=True).content.decode()
    assert "2 stay as they were. This label is not used any more." in page
    resolve(both[0], actor="system", at=scene.clock.at)
    said = {"chosen": [*rows, f"{UUID(int=0)}:1"], "agent": str(alice.pk)}
    page = desk.post("/inbox/bulk/assign", said, follow=True).content.decode()
    assert "1 conversation assigned." in page
    assert "2 stay as they were." in page
    assert Conversation.objects.get(pk=both[1].pk).assignee == alice


def offered(page: str) -> str:
    """What the way to undo it says."""
    return html.unescape(re.findall(r'name="did" value="([^"]+)"', page)[0])


def test_it_can_be_undone_where_nothing_has_changed_since(
    both: tuple[Conversation, Conversation], scene: Scene, nour: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    rows = chosen(desk.get("/inbox/?view=all").content.decode())
    page = desk.post("/inbox/bulk/resolve", {"chosen": rows, "view": "all"}, follow=True).content.decode()
    assert "2 conversations resolved." in page
    did = offered(page)
    assert 'name="did"' not in desk.get("/inbox/").content.decode()  # it is offered once
    scene.writes(nour, "Eine Frage noch")
    answer = desk.post("/inbox/bulk/undo", {"did": did, "view": "all"}, follow=True)
    assert (answer.request["PATH_INFO"], answer.request["QUERY_STRING"]) == ("/inbox/", "view=all")
    page = answer.content.decode()
    assert "1 conversation is as it was before." in page
    assert "1 could not be undone. Something has happened there since" in page
    assert [Conversation.objects.get(pk=home.pk).status for home in both] == ["open", "resolved"]
    page = desk.post("/inbox/bulk/undo", {"did": did}, follow=True).content.decode()
    assert "2 could not be undone." in page


def test_nobody_undoes_what_they_have_not_done(
    both: tuple[Conversation, Conversation], alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    """How it was before is ours to say: who could say it themselves would give conversations to anybody."""
    desk = signed_in(alice)
    rows = chosen(desk.get("/inbox/?view=all").content.decode())
    page = desk.post("/inbox/bulk/assign", {"chosen": rows, "agent": str(bob.pk)}, follow=True).content.decode()
    did = offered(page)
    for said in ("", "x", did[:-1], did[1:]):
        assert desk.post("/inbox/bulk/undo", {"did": said}).status_code == 400
    assert signed_in(bob).post("/inbox/bulk/undo", {"did": did}).status_code == 400
    assert Conversation.objects.filter(assignee=bob).count() == 2


def test_what_was_so_already_is_not_offered(
    both: tuple[Conversation, Conversation], alice: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    rows = chosen(desk.get("/inbox/?view=all").content.decode())
    page = desk.post("/inbox/bulk/assign", {"chosen": rows, "agent": ""}, follow=True).content.decode()
    assert "2 conversations assigned." in page
    assert 'name="did"' not in page


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, "Choose between one and 200 conversations."),
        ({"chosen": [f"{UUID(int=n)}:1" for n in range(19_000)]}, "Choose between one and 200 conversations."),
        ({"chosen": ["Kim Muster:1"]}, 404),
        ({"chosen": [f"{UUID(int=1)}:x"]}, 404),
        ({"chosen": [str(UUID(int=1))]}, 404),
        ({"chosen": [f"{UUID(int=1)}:{'9' * 5_000}"]}, 404),
    ],
)
def test_nothing_too_many_and_nonsense(
    alice: Agent, signed_in: SignedIn, said: dict[str, list[str]], status: str | int
) -> None:
    answer = signed_in(alice).post("/inbox/bulk/resolve", said, follow=True)
    assert answer.status_code == status if isinstance(status, int) else status in answer.content.decode()


def test_a_time_or_a_label_that_is_missing(
    both: tuple[Conversation, Conversation], alice: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    rows = chosen(desk.get("/inbox/?view=all").content.decode())
    page = desk.post("/inbox/bulk/snooze", {"chosen": rows}, follow=True).content.decode()
    assert "Choose until when" in page
    assert desk.post("/inbox/bulk/label", {"chosen": rows}).status_code == 400
    assert desk.post("/inbox/bulk/assign", {"chosen": rows, "agent": "1"}).status_code == 404


@pytest.mark.browser
def test_by_keyboard_and_mouse(desk: Desk, alice: Agent, at_desk: Open, site: str, stream: Stream) -> None:
    page = at_desk(alice)
    with page.expect_response(re.compile("/inbox/rows/")):
        page.goto(f"{site}/inbox/?view=unassigned")
    page.wait_for_load_state("load")
    bar, rows = page.locator("#bulk"), page.locator(".row")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar).to_contain_text("1 chosen")
    rows.nth(3).hover()
    rows.nth(3).get_by_role("checkbox").click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 chosen")
    second = rows.nth(1)
    home = str(second.get_attribute("id"))[2:]
    desk.scene.passes(minutes=1)
    Conversation.objects.filter(pk=home).update(version=1_000)
    stream.say("row", rows_html([UUID(home)], "en", "agent")[UUID(home)])
    there = page.locator(f"#c-{home}")
    expect(there).to_have_attribute("data-version", "1000")  # the list lives on, and keeps what was chosen
    expect(there.get_by_role("checkbox")).to_be_checked()
    expect(there.get_by_role("checkbox")).to_have_value(f"{home}:1000")
    there.get_by_role("checkbox").uncheck()
    expect(bar).to_contain_text("3 chosen")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.locator("#bulk-assign").get_by_role("button", name="Alice").click()
    expect(page.get_by_text("3 conversations assigned.")).to_be_visible()
    expect(bar).to_be_hidden()
    assert Conversation.objects.filter(assignee=alice, status="open").count() == 4
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".list__choose").click()  # a finger hovers over nothing
    expect(rows.first.get_by_role("checkbox")).to_be_visible()
    rows.first.get_by_role("checkbox").check()
    bar.get_by_role("button", name="Choose none").click()
    expect(bar).to_be_hidden()
    expect(rows.first.get_by_role("checkbox")).to_be_focused()  # not lost with the button


@pytest.mark.browser
def test_what_came_in_since_a_row_was_chosen_stays(
    desk: Desk, alice: Agent, at_desk: Open, site: str, stream: Stream
) -> None:
    """The list shows it at once, but perhaps where nobody looks: it must not be resolved with all the others."""
    page, chat = at_desk(alice), desk.chat
    with page.expect_response(re.compile("/inbox/rows/")):
        page.goto(f"{site}/inbox/?view=all")
    page.wait_for_load_state("load")
    row = page.locator(f"#c-{chat.pk}")
    row.hover()
    row.get_by_role("checkbox").check()
    desk.scene.passes(minutes=1)
    desk.scene.writes(desk.kim, "Eine Frage noch")
    stream.say("row", rows_html([chat.pk], "en", "agent")[chat.pk])
    expect(row).to_contain_text("Eine Frage noch")
    expect(row.get_by_role("checkbox")).to_be_checked()
    page.locator("#bulk").get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("1 stays as it was.")).to_be_visible()
    assert Conversation.objects.get(pk=chat.pk).status == "open"


@pytest.mark.browser
def test_what_leaves_the_list_is_not_counted(
    desk: Desk, alice: Agent, at_desk: Open, site: str, stream: Stream
) -> None:
    page = at_desk(alice)
    with page.expect_response(re.compile("/inbox/rows/")):
        page.goto(f"{site}/inbox/?view=unassigned")
    page.wait_for_load_state("load")
    bar, rows = page.locator("#bulk"), page.locator(".row")
    for n in range(2):
        rows.nth(n).hover()
        rows.nth(n).get_by_role("checkbox").check()
    expect(bar).to_contain_text("2 chosen")
    home = Conversation.objects.get(pk=str(rows.first.get_attribute("id"))[2:])
    page.mouse.move(0, 0)
    assign(home, alice, actor=alice.actor, at=desk.clock.at)
    stream.say("row", rows_html([home.pk], "en", "agent")[home.pk])
    expect(page.locator(f"#c-{home.pk}")).to_have_count(0)
    expect(bar).to_contain_text("1 chosen")


@pytest.mark.browser
@pytest.mark.parametrize(("scripts", "by_key"), [(True, False), (True, True), (False, False)])
def test_a_toast_undoes_it(desk: Desk, alice: Agent, at_desk: Open, site: str, scripts: bool, by_key: bool) -> None:
    page = at_desk(alice, language="de", width=1024, scripts=scripts)
    before = list(Conversation.objects.order_by("pk").values("pk", "status", "unread", "assignee", "waiting_since"))
    page.goto(f"{site}/inbox/?view=all")
    page.wait_for_load_state("load")
    rows = page.locator(".row")
    for n in range(3):
        rows.nth(n).hover()
        rows.nth(n).get_by_role("checkbox").check()
    page.locator("#bulk").get_by_role("button", name="Abschließen").click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text("3 Unterhaltungen abgeschlossen.")
    assert Conversation.objects.filter(status="resolved").count() == 4
    if by_key:
        page.keyboard.press("z")
    else:
        toast.get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_text("3 Unterhaltungen sind wieder wie vorher.")).to_be_visible()
    expect(toast).to_have_count(0)
    assert "did" not in page.url
    after = list(Conversation.objects.order_by("pk").values("pk", "status", "unread", "assignee", "waiting_since"))
    assert after == before
