"""The page of the lines: how each is, what its customers learn of being read, and whether documents go through it."""

from collections.abc import Callable

import pytest
from django.test import Client

from jawort.ledger.models import Entry
from jawort.lines.health import set_health
from jawort.lines.models import Documents, Line, Receipts, State
from jawort.staff.models import Agent
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]


def test_it_says_how_each_line_is(scene: Scene, ada: Agent, dana: Agent, signed_in: SignedIn) -> None:
    page = signed_in(ada).get("/settings/lines").content.decode()
    assert scene.line.name in page
    assert "Sends and receives" in page
    assert "What customers learn of being read" in page
    assert scene.line.name in signed_in(dana).get("/settings/lines").content.decode()


@pytest.mark.parametrize(
    ("state", "health", "says"),
    [
        (State.PAUSED, "whatsapp.190", "Only receives|The access token is expired or invalid"),
        (State.BANNED, "platform.ban", "Banned by WhatsApp|WhatsApp has said so in a notice"),
        (State.LIVE, "platform.restriction", "begins no conversation|WhatsApp has said so in a notice"),
    ],
)
def test_it_says_what_is_wrong(
    scene: Scene, ada: Agent, signed_in: SignedIn, state: State, health: str, says: str
) -> None:
    set_health(scene.line.pk, state, health, actor="system", at=scene.clock.at)
    page = signed_in(ada).get("/settings/lines").content.decode()
    for words in says.split("|"):
        assert words in page
    assert "/notices/?open" in page
    set_health(scene.line.pk, State.LIVE, "", actor="system", at=scene.clock.at)


def test_an_administrator_decides_about_receipts(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    desk, address = signed_in(ada), f"/settings/lines/{scene.line.pk}/receipts"
    page = desk.post(address, {"receipts": "typing"}, follow=True).content.decode()
    assert "The entry in the ledger names you" in page
    assert 'value="typing" aria-describedby="' in page
    assert Line.objects.get(pk=scene.line.pk).receipts == Receipts.TYPING
    entry = Entry.objects.filter(kind="line.changed").latest("id")
    assert (entry.actor, entry.facts) == (
        f"staff:{ada.pk}",
        {"change": "receipts", "receipts": "typing", "was": "never"},
    )
    assert "Nothing changed" in desk.post(address, {"receipts": "typing"}, follow=True).content.decode()


@pytest.mark.parametrize("sent", [{}, {"receipts": ""}, {"receipts": "always"}])
def test_another_word_changes_nothing(scene: Scene, ada: Agent, signed_in: SignedIn, sent: dict[str, str]) -> None:
    answer = signed_in(ada).post(f"/settings/lines/{scene.line.pk}/receipts", sent)
    assert (answer.status_code, answer.content.decode()) == (422, "Choose one of the three.")
    assert Line.objects.get(pk=scene.line.pk).receipts == Receipts.NEVER


def test_an_administrator_decides_about_documents(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    desk, address = signed_in(ada), f"/settings/lines/{scene.line.pk}/documents"
    page = desk.post(address, {"documents": "forbidden"}, follow=True).content.decode()
    assert "The entry in the ledger names you" in page
    assert "no side door: then documents do not pass at all" in page
    assert Line.objects.get(pk=scene.line.pk).documents == Documents.FORBIDDEN
    entry = Entry.objects.filter(kind="line.changed").latest("id")
    facts = {"change": "documents", "documents": "forbidden", "was": "allowed"}
    assert (entry.actor, entry.facts) == (f"staff:{ada.pk}", facts)
    assert "Nothing changed" in desk.post(address, {"documents": "forbidden"}, follow=True).content.decode()
    wrong = desk.post(address, {"documents": "both"})
    assert (wrong.status_code, wrong.content.decode()) == (422, "Choose one of the two.")
    nowhere = "/settings/lines/00000000-0000-0000-0000-000000000000/documents"
    assert desk.post(nowhere, {"documents": "allowed"}).status_code == 404


def test_a_line_that_is_not_there_is_not_found(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    nowhere = "/settings/lines/00000000-0000-0000-0000-000000000000/receipts"
    assert signed_in(ada).post(nowhere, {"receipts": "read"}).status_code == 404


def test_without_a_line_it_says_how_to_connect_one(db: None, ada: Agent, signed_in: SignedIn) -> None:
    page = signed_in(ada).get("/settings/lines").content.decode()
    assert "No line yet" in page
    assert "jawort lines --connect" in page


def test_who_may_not_decide_reads_what_was_decided(scene: Scene, bob: Agent, signed_in: SignedIn) -> None:
    page = signed_in(bob).get("/settings/lines").content.decode()
    assert "What customers learn of being read: <b>Nothing</b>" in page
    assert "Documents may go over WhatsApp." in page
    assert 'name="receipts"' not in page
    assert 'name="documents"' not in page
