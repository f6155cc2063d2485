"""Mentions: whom an @ means, and that the conversation waits for exactly them until they look."""

from collections.abc import Callable, Mapping
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from jawort.messaging.mentions.mention import looked
from jawort.messaging.mentions.models import Mention
from jawort.messaging.mentions.rules import MENTIONED_MAX, mentioned
from jawort.messaging.models import Conversation
from jawort.messaging.note import note
from jawort.messaging.queries import Listing, View, counts, news, page, rows_by_id
from jawort.messaging.resolve import resolve
from jawort.staff.models import Agent
from jawort.staff.rules import Occasion
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author

KIM, WINTER, BOB, OTHER_BOB = (UUID(int=n) for n in range(1, 5))
NAMES: Mapping[UUID, str] = {KIM: "Kim", WINTER: "Kim Winter", BOB: "Bob Öztürk", OTHER_BOB: "bob öztürk"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Kim bitte ansehen", [KIM]),
        ("@Kim Winter, bitte", [WINTER]),
        ("Frag @KIM WINTER!", [WINTER]),
        ("(@Kim)", [KIM]),
        ("@Kim und @Bob Öztürk und @Kim", [KIM, BOB, OTHER_BOB]),
        ("@Kimberly", []),
        ("@Bob", []),
        ("kim@Kim.example", []),
        ("@ Kim", []),
        ("@@Kim", [KIM]),
        ("", []),
    ],
)
def test_a_whole_name_behind_an_at(text: str, meant: list[UUID]) -> None:
    assert mentioned(text, NAMES) == meant


words = some.lists(some.sampled_from(["Kim", "Winter", "@", "@Kim", "@Kim Winter", " ", ",", "@Bob Öztürk", "ß"]))


@given(words.map("".join))
def test_nobody_is_meant_whose_name_does_not_stand_there(text: str) -> None:
    for person in (found := mentioned(text, NAMES)):
        assert f"@{NAMES[person]}".casefold() in text.casefold()
    assert len(found) == len(set(found)) <= MENTIONED_MAX


def test_it_waits_for_whom_it_names_until_they_look(
    scene: Scene, kim: Customer, alice: Agent, bob: Agent, ada: Agent
) -> None:
    scene.writes(kim, "Hallo")
    chat = scene.chat(kim)

    def write() -> None:
        note(chat, f"@{bob.name} und @{alice.name}: bitte ansehen", author(alice), scene.clock.at)

    told = str(scene.hears(write))
    assert str(bob.pk) in told
    assert str(alice.pk) not in told
    assert waiting(bob, scene) == [chat.pk]
    assert not waiting(alice, scene)  # who wrote it need not look
    assert rows_by_id(bob, [chat.pk])[0].mentions == (bob.pk,)
    assert counts(bob).mentions == 1
    assert [occasion for _, occasion in news(bob, {}, {chat.pk})] == [Occasion.NAMED]
    assert news(ada, {}, {chat.pk}) == [] or news(ada, {}, {chat.pk})[0][1] is not Occasion.NAMED
    resolve(chat, actor="system", at=scene.clock.at)
    assert waiting(bob, scene) == [chat.pk]  # wherever it is
    before = Conversation.objects.get(pk=chat.pk).version
    for _ in range(2):
        looked(chat, bob)
    assert Conversation.objects.get(pk=chat.pk).version == before + 1
    assert not waiting(bob, scene)
    assert not Mention.objects.exists()


def test_a_note_that_the_page_had_not_shown_still_waits(
    scene: Scene, kim: Customer, alice: Agent, bob: Agent, signed_in: Callable[[Agent], Client]
) -> None:
    """It came while the page was on its way, or stands after what a search led to."""
    scene.writes(kim, "Hallo")
    chat, desk = scene.chat(kim), signed_in(bob)
    first, second = (note(chat, f"@{bob.name} {n}", author(alice), scene.clock.at) for n in range(2))
    for shown, left in ((chat.last_message_id, 2), (first.pk, 1), (second.pk, 0)):
        assert desk.post(f"/inbox/{chat.pk}/read", {"shown": str(shown)}).status_code == 302
        assert Mention.objects.count() == left


def test_what_is_said_twice_names_once(scene: Scene, kim: Customer, alice: Agent, bob: Agent) -> None:
    scene.writes(kim, "Hallo")
    chat, again = scene.chat(kim), UUID(int=9)
    for _ in range(2):
        note(chat, f"@{bob.name}", author(alice), scene.clock.at, client_id=again)
    assert Mention.objects.count() == 1
    Agent.objects.filter(pk=bob.pk).update(is_active=False)
    note(chat, f"@{bob.name}", author(alice), scene.clock.at)  # who may not read it any more is not named
    assert Mention.objects.count() == 1


def waiting(person: Agent, scene: Scene) -> list[UUID]:
    """The view of this person."""
    return [row.id for row in page(person, Listing(View.MENTIONS), scene.clock.at)[0]]
