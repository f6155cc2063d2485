"""Saved views: a listing under a name, one's own or everybody's, and nobody removes what is not theirs."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.messaging.saved_views.models import SavedView
from jawort.messaging.saved_views.rules import EACH_MAX
from jawort.staff.models import Agent
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk

SignedIn = Callable[[Agent], Client]
ASKS = {"view": "mine", "waits": "1h", "order": "waiting"}
ADDRESS = "?view=mine&amp;waits=1h&amp;order=waiting"


def saved(desk: Client, name: str, **more: str) -> str:
    """The page after saving."""
    return desk.post("/inbox/views/save", ASKS | {"name": name} | more, follow=True).content.decode()


def test_ones_own_is_there_for_oneself_alone(scene: Scene, alice: Agent, bob: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(alice)
    page = desk.get("/inbox/?view=mine&waits=1h&order=waiting").content.decode()
    assert "Save as a view" in page
    assert "For everybody" not in page
    page = saved(desk, "  Lange   offen ", shared="on")  # which she may not
    view = SavedView.objects.get()
    assert (view.owner, view.name) == (alice, "Lange offen")
    assert f'href="/inbox/{ADDRESS}" aria-current="true"' in page
    assert "Save as a view" not in page
    assert "Lange offen" not in signed_in(bob).get("/inbox/").content.decode()
    assert signed_in(bob).post(f"/inbox/views/{view.pk}/remove").status_code == 404
    assert "Lange offen" not in desk.post(f"/inbox/views/{view.pk}/remove", ASKS, follow=True).content.decode()
    assert not Entry.objects.filter(kind=Kind.SAVED_VIEW_CHANGED).exists()


def test_everybodys_is_configuration(scene: Scene, alice: Agent, bob: Agent, ada: Agent, signed_in: SignedIn) -> None:
    assert "For everybody" in signed_in(ada).get("/inbox/?view=mine&waits=1h").content.decode()
    saved(signed_in(ada), "Lange offen", shared="on")
    view = SavedView.objects.get()
    page = signed_in(alice).get("/inbox/?view=mine&waits=1h&order=waiting").content.decode()
    assert "Lange offen" in page
    assert "Remove the view" not in page
    assert signed_in(alice).post(f"/inbox/views/{view.pk}/remove").status_code == 404
    assert "Remove the view" in signed_in(ada).get("/inbox/?view=mine&waits=1h&order=waiting").content.decode()
    for _ in range(2):
        signed_in(ada).post(f"/inbox/views/{view.pk}/remove")
    told = [
        (entry.actor, entry.facts["change"])
        for entry in Entry.objects.filter(kind=Kind.SAVED_VIEW_CHANGED).order_by("pk")
    ]
    assert told == [(ada.actor, "saved"), (ada.actor, "removed")]


def test_what_cannot_be_saved_says_why(scene: Scene, alice: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(alice)
    for wrong in ("", "x" * 31, "\u200b\u2060"):
        assert "Give the view a name of at most 30 characters." in saved(desk, wrong)
    saved(desk, "Offen")
    assert "There is a view with this name." in saved(desk, "offen")
    for n in range(1, EACH_MAX):
        saved(desk, f"Ansicht {n}")
    assert "as many saved views as there may be" in saved(desk, "Noch eine")
    assert SavedView.objects.count() == EACH_MAX
    assert "Save as a view" not in desk.get("/inbox/?view=all").content.decode()  # it is one already


@pytest.mark.browser
def test_saved_and_found_again(desk: Desk, alice: Agent, at_desk: Callable[..., Page], site: str) -> None:
    page = at_desk(alice)
    page.goto(f"{site}/inbox/?view=all&unread=yes")
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Save as a view").fill("Neues <b>zuerst</b>")
    page.keyboard.press("Enter")
    opened = page.get_by_role("region", name="Views").get_by_role("link", name="Neues <b>zuerst</b>")
    expect(opened).to_have_attribute("aria-current", "true")
    page.goto(f"{site}/inbox/")
    opened.click()
    expect(page).to_have_url(f"{site}/inbox/?view=all&unread=yes")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("button", name="Remove the view").click()
    expect(opened).to_have_count(0)
