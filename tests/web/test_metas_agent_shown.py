"""Who had the chat when a message came, at the desk and over the interface."""

from collections.abc import Callable

from django.test import Client

from jawort.staff.models import Agent
from jawort.staff.tokens import issue
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]


def test_the_thread_says_that_metas_agent_had_the_chat(
    scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    held = scene.message(kim, "wamid.K1", {"type": "text", "text": {"body": "Ist noch jemand da?"}})
    scene.tells({"standby": held}, field="standby")
    scene.writes(kim, "Hallo?")
    page = f"/inbox/{scene.chat(kim).pk}/"
    marks = {"en": "Meta Business Agent had this chat", "de": "Eine Antwort von hier übernimmt ihn"}
    for language, mark in marks.items():
        Agent.objects.filter(pk=bob.pk).update(language=language)
        html = signed_in(Agent.objects.get(pk=bob.pk)).get(page).content.decode()
        assert "Ist noch jemand da?" in html
        assert html.count(mark) == 1


def test_a_program_learns_it_too(scene: Scene, bob: Agent, kim: Customer, client: Client) -> None:
    held = scene.message(kim, "wamid.K1", {"type": "text", "text": {"body": "Hallo"}})
    scene.tells({"standby": held}, field="standby")
    scene.writes(kim, "Hallo?")
    headers = {"Authorization": f"Bearer {issue(bob, 'test program', actor='system', at=scene.clock.at)}"}
    messages = client.get(f"/api/v1/conversations/{scene.chat(kim).pk}/messages", headers=headers)
    assert [one["standby"] for one in messages.json()["items"]] == [False, True]
