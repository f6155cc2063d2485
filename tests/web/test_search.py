"""Searching conversations: who is shown what, what is entered, and how it looks when something lacks."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, expect

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.messaging import queries
from jawort.messaging.labels.define import define
from jawort.messaging.labels.put import put_on
from jawort.messaging.merge import merge
from jawort.messaging.models import Conversation, Message
from jawort.messaging.resolve import resolve
from jawort.messaging.search import queries as search_queries
from jawort.staff.models import Agent
from jawort.web.inbox import present
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.fixtures.search import Searching
from tests.web.conftest import Desk
from tests.web.tongue import Tongue, both_languages

SignedIn = Callable[[Agent], Client]
Open = Callable[..., Page]


def found(client: Client, text: str, **more: Any) -> str:
    """What stands in place of the list."""
    answer = client.post("/inbox/search", {"text": text, "view": "all", **more}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def leads_to(html: str) -> list[str]:
    """Where the rows lead, without the view."""
    return [
        link.partition("view=")[0].removesuffix("&amp;").removesuffix("?")
        for link in re.findall(r'href="([^"]+)" hx-get', html)
    ]


def to_message(home: Conversation, back: int = 0) -> str:
    """The address of the newest message of a conversation, or of one before it."""
    message = Message.objects.filter(conversation=home).order_by("-id")[back]
    return f"/inbox/{home.pk}/?at={message.pk}"


def test_words_are_found_marked_and_entered(
    scene: Scene, searching: Searching, alice: Agent, kim: Customer, nour: Customer, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Wo bleibt die <b>Rechnung</b> für die große Lieferung?")
    scene.writes(nour, "Rechnung ist da, danke.")
    searching.reads()
    html = found(signed_in(alice), "rechnu")
    assert leads_to(html) == [to_message(scene.chat(nour)), to_message(scene.chat(kim))]
    assert "die &lt;b&gt;<mark>Rechnung</mark>&lt;/b&gt; für" in html
    entered = Entry.objects.filter(kind=Kind.HANDED_OUT, actor=f"staff:{alice.pk}").values_list("object", flat=True)
    assert set(entered) == {scene.chat(kim).pk, scene.chat(nour).pk}
    assert leads_to(found(signed_in(alice), "GROSSE rechnung")) == [to_message(scene.chat(kim))]
    assert 'class="hits"' not in found(signed_in(alice), " x ") + found(signed_in(alice), "")
    assert "Nothing found in this view" in found(signed_in(alice), "fahrrad")


def test_it_combines_with_view_and_filters_and_says_what_lies_elsewhere(
    scene: Scene, searching: Searching, alice: Agent, kim: Customer, nour: Customer, signed_in: SignedIn
) -> None:
    client, home = signed_in(alice), scene.chat
    scene.writes(kim, "Rechnung eins")
    scene.writes(nour, "Rechnung zwei")
    searching.reads()
    label = define("Beschwerde", 3, actor="system", at=scene.clock.at)
    put_on(home(kim), label, actor="system", at=scene.clock.at)
    resolve(home(nour), actor="system", at=scene.clock.at)
    only_kim, only_nour = [to_message(home(kim))], [to_message(home(nour))]
    assert leads_to(found(client, "rechnung")) == only_kim
    assert leads_to(found(client, "rechnung", view="resolved")) == only_nour
    assert leads_to(found(client, "rechnung", everywhere="yes")) == only_nour + only_kim
    assert leads_to(found(client, "rechnung", everywhere="yes", label=str(label))) == only_kim
    assert "search all" in found(client, "rechnung")
    assert "search all" not in found(client, "rechnung", everywhere="yes")
    assert "search all" not in found(client, "eins")
    assert leads_to(found(client, "beschw")) == [f"/inbox/{home(kim).pk}/"]


def test_a_label_is_found_by_its_index_also_where_a_name_fits(
    scene: Scene, searching: Searching, alice: Agent, kim: Customer, nour: Customer, signed_in: SignedIn
) -> None:
    """Asked for together, both would be looked for in every conversation that there is."""
    client = signed_in(alice)
    for customer in (nour, kim):
        scene.writes(customer, "Hallo")
        scene.passes(minutes=1)
    searching.reads()
    put_on(scene.chat(nour), define("Muster", 3, actor="system", at=scene.clock.at), actor="system", at=scene.clock.at)
    with CaptureQueriesContext(connection) as asked:
        html = found(client, "muster")
    assert leads_to(html) == [f"/inbox/{scene.chat(kim).pk}/", f"/inbox/{scene.chat(nour).pk}/"]
    looks = [each["sql"] for each in asked if '"messaging_labelled" U0' in each["sql"]]
    assert looks
    with connection.cursor() as cursor:
        for look in looks:
            cursor.execute(f"EXPLAIN {look}")
            assert "SubPlan" not in str(cursor.fetchall()), look


def test_people_are_found_by_name_and_whole_number_merged_ones_by_any(
    scene: Scene, searching: Searching, alice: Agent, kim: Customer, nour: Customer, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hallo")
    scene.writes(nour, "Guten Tag")
    searching.reads()
    client = signed_in(alice)
    there = [f"/inbox/{scene.chat(kim).pk}/"]
    assert leads_to(found(client, "must")) == leads_to(found(client, "0171 3920021")) == there
    assert leads_to(found(client, "0171 392002")) == []
    merge(scene.chat(kim).contact_id, scene.chat(nour).contact_id, actor="system", at=scene.clock.at)
    both = {f"/inbox/{home.pk}/" for home in Conversation.objects.all()}
    assert set(leads_to(found(client, "beispiel", everywhere="yes"))) == both


def test_nobody_gets_what_they_may_not_see(
    scene: Scene,
    searching: Searching,
    alice: Agent,
    dana: Agent,
    kim: Customer,
    nour: Customer,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever narrows what somebody may see narrows what they find, and what they are told of other views."""
    scene.writes(kim, "Rechnung eins")
    scene.writes(nour, "Rechnung zwei")
    searching.reads()
    hidden = scene.chat(nour).pk

    def visible(_person: Agent) -> QuerySet[Conversation]:
        return Conversation.objects.exclude(pk=hidden)

    for module in (queries, search_queries):
        monkeypatch.setattr(module, "visible", visible)
    client = signed_in(alice)
    for view in ("all", "mine"):
        for text in ("rechnung", "nour", "0171 3920047"):
            html = found(client, text, view=view)
            assert str(hidden) not in html
            assert ("search all" in html) == (view == "mine" and text == "rechnung")
    assert str(scene.chat(kim).pk) in found(client, "rechnung")
    assert signed_in(dana).post("/inbox/search", {"text": "rechnung", "view": "all"}).status_code == 404


def test_a_process_that_is_away_or_still_reads_is_told_and_the_rest_goes_on(
    scene: Scene,
    searching: Searching,
    alice: Agent,
    kim: Customer,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene.writes(kim, "Rechnung")
    client = signed_in(alice)
    assert "Not everything is loaded yet: messages are searched back to" in found(client, "rechnung")
    searching.reads()
    assert "Not everything" not in found(client, "rechnung")
    searching.config.search_socket.unlink()
    html = found(client, "0171 3920021")
    assert "cannot be searched right now" in html
    assert leads_to(html) == [f"/inbox/{scene.chat(kim).pk}/"]
    assert client.get("/inbox/").status_code == 200


def test_without_scripts_it_is_a_page_with_the_list_still_there(
    scene: Scene, searching: Searching, alice: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Rechnung")
    searching.reads()
    page = signed_in(alice).post("/inbox/search", {"text": "rechnung", "view": "unassigned"}).content.decode()
    assert 'name="text" maxlength="200" value="rechnung"' in page
    assert to_message(scene.chat(kim)) in page
    assert "<option" not in page
    assert '<input type="hidden" name="view" value="unassigned">' in page


def test_a_found_message_is_loaded_however_far_back_and_gets_the_focus(
    scene: Scene, alice: Agent, kim: Customer, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(present, "MESSAGES_SHOWN", 5)
    monkeypatch.setattr(present, "REACHED_MAX", 20)
    for number in range(30):
        scene.writes(kim, f"Nachricht {number}")
    home, client = scene.chat(kim), signed_in(alice)

    def shown(back: int) -> str:
        return client.get(to_message(home, back)).content.decode()

    assert "Nachricht 14" not in client.get(f"/inbox/{home.pk}/").content.decode()
    html = shown(15)
    assert re.search(
        r'class="msg msg--in msg--received msg--found" tabindex="-1" autofocus.*?Nachricht 14\b', html, re.DOTALL
    )
    assert "Nachricht 4<" in html
    assert "Nachricht 3<" not in html
    far = shown(25)
    assert "lies too far back" in far
    assert "autofocus data-at" not in far


@pytest.mark.browser
@both_languages
def test_at_the_desk(desk: Desk, searching: Searching, alice: Agent, site: str, at_desk: Open, tongue: Tongue) -> None:
    """As one types; a click goes to the message; without words the list is back."""
    searching.reads()
    page = at_desk(alice)
    page.goto(f"{site}/inbox/")
    page.wait_for_load_state("load")
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name=tongue("Search conversations"))
    expect(field).to_be_focused()
    page.keyboard.type("bestell", delay=20)
    hits = page.locator(".hits .row__link")
    expect(hits).to_have_count(2)
    expect(page.locator("conv-list")).to_be_hidden()
    expect(hits.nth(1).locator("mark")).to_have_text("Bestellung")
    expect(page.locator("#hits-say")).to_have_text(tongue.of("%(n)s hit", "%(n)s hits", 2))
    hits.nth(1).click()
    expect(page.locator(".msg--found")).to_be_focused()
    expect(page.locator(".msg--found")).to_contain_text("ich habe eine Frage zu meiner Bestellung 48213")
    expect(page.locator(".msg--found")).to_be_in_viewport()
    expect(page).to_have_url(re.compile(rf"/inbox/{desk.chat.pk}/\?at=[0-9a-f-]{{36}}&view=all"))
    field.fill("vielen dank")
    expect(page.get_by_text(tongue("Nothing found in this view"))).to_be_visible()
    page.get_by_role("button", name=tongue("There is more in other views: search all")).click()
    expect(hits).to_have_count(1)
    field.press("Escape")  # empties it
    expect(page.locator("conv-list")).to_be_visible()
    expect(page.locator("conv-list .row").first).to_be_visible()
