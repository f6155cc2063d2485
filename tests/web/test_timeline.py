"""What happened to a person, on their page: in order, with who did it, and without what anybody said."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from jawort.consent.purpose import CAMPAIGNS, CARE
from jawort.consent.stop import lift_objection, object_to, restrict
from jawort.messaging.merge import merge, unmerge
from jawort.messaging.models import Conversation
from jawort.people.describe import describe
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]
ALICE = "staff:{}"


@pytest.fixture
def chat(scene: Scene, kim: Customer) -> Conversation:
    scene.writes(kim, "Guten Tag")
    return scene.chat(kim)


def lines(desk: Client, chat: Conversation, query: str = "") -> list[str]:
    """The sentences of the timeline."""
    page = desk.get(f"/contacts/{chat.contact_id}/{query}").content.decode()
    return re.findall(r"<li><p>([^<]*)</p><relative-time", page)


def test_newest_first_with_who_did_it(scene: Scene, chat: Conversation, alice: Agent, signed_in: SignedIn) -> None:
    actor = ALICE.format(alice.pk)
    for act in (
        lambda at: describe(chat.contact_id, name="Kimchen", language="de", actor=actor, at=at),
        lambda at: object_to(chat.contact_id, CAMPAIGNS, actor=actor, at=at),
        lambda at: lift_objection(chat.contact_id, CAMPAIGNS, actor=actor, at=at),
        lambda at: restrict(chat.contact_id, actor=actor, at=at),
    ):
        scene.clock.forward(minutes=1)
        act(scene.clock.at)
    found = lines(signed_in(alice), chat)
    assert found == [
        "Alice recorded a restriction of processing",
        "Alice lifted the objection to marketing",
        "Alice recorded an objection to marketing",
        "Alice noted the person’s language",
        "Alice gave the contact a name",
        "The person wrote for the first time",
    ]
    assert not any("Kimchen" in line for line in found)


def test_page_by_page(scene: Scene, chat: Conversation, alice: Agent, signed_in: SignedIn) -> None:
    for _ in range(15):
        scene.clock.forward(minutes=1)
        object_to(chat.contact_id, CARE, actor="system", at=scene.clock.at)
        lift_objection(chat.contact_id, CARE, actor="system", at=scene.clock.at)
    desk = signed_in(alice)
    page = desk.get(f"/contacts/{chat.contact_id}/").content.decode()
    (query,) = re.findall(r'href="[^"?]*(\?events=\d+)#timeline-title"', page)
    first, second = lines(desk, chat), lines(desk, chat, query)
    assert (len(first), len(second)) == (20, 11)
    assert second[-1] == "The person wrote for the first time"
    assert first[0] == "Jawort lifted the objection"


@pytest.mark.parametrize("odd", ["abc", "-1", "9" * 40, "%00", "١٢"])
def test_what_is_no_entry_begins_at_the_newest(chat: Conversation, alice: Agent, signed_in: SignedIn, odd: str) -> None:
    assert lines(signed_in(alice), chat, f"?events={odd}") == ["The person wrote for the first time"]


def test_merged_contacts_have_one_timeline(
    scene: Scene, chat: Conversation, nour: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    scene.clock.forward(minutes=1)
    scene.writes(nour, "Hallo")
    other, actor = scene.chat(nour), ALICE.format(alice.pk)
    scene.clock.forward(minutes=1)
    merge(chat.contact_id, other.contact_id, actor=actor, at=scene.clock.at)
    assert lines(signed_in(alice), chat) == [
        "Alice merged this contact with another one",
        *["The person wrote for the first time"] * 2,
    ]
    scene.clock.forward(minutes=1)
    unmerge(other.contact_id, actor=actor, at=scene.clock.at)
    assert lines(signed_in(alice), chat) == ["The person wrote for the first time"]
    assert lines(signed_in(alice), other)[0] == "Alice took the merged contacts apart"


def test_the_language_stands_beside_the_thread(
    scene: Scene, chat: Conversation, alice: Agent, signed_in: SignedIn
) -> None:
    desk, address = signed_in(alice), f"/inbox/{chat.pk}/"
    assert "+49 171 … 21</p>" in desk.get(address).content.decode()
    describe(chat.contact_id, name="", language="de", actor="system", at=scene.clock.at)
    assert "+49 171 … 21 · German</p>" in desk.get(address).content.decode()
