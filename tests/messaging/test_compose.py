"""A text leaves with the signature of whoever wrote it; nothing else does."""

from hypothesis import given
from hypothesis import strategies as st

from jawort.channels.parts import Reaction
from jawort.core import clock as core_clock
from jawort.messaging.compose import jot, reply, signed
from jawort.messaging.contents import texts_of
from jawort.messaging.draft import Draft
from jawort.messaging.models import Message
from jawort.messaging.thread import thread
from jawort.messaging.undo import undo
from jawort.staff.models import Agent
from jawort.staff.preferences import prefer
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SIGNATURE = "Alice vom Service"


def writer(agent: Agent) -> Agent:
    prefer(agent, signature=SIGNATURE, undo_seconds=10)
    agent.refresh_from_db()
    return agent


def test_a_text_is_signed_and_a_note_is_not(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    home, at = scene.chat(kim), core_clock.now()
    reply(home, Draft("Guten Tag!"), writer(alice), at, client_id=None)
    jot(home, "Ruft morgen an.", alice, at, None)
    said = [item.text for item in thread(home) if item.direction in {"out", "note"}]
    assert said == [f"Guten Tag!\n\n{SIGNATURE}", "Ruft morgen an."]


def test_what_is_taken_back_and_sent_again_is_signed_once(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    home, at, person = scene.chat(kim), core_clock.now(), writer(alice)
    first = reply(home, Draft("Guten Tag!"), person, at, client_id=None)
    given_back = undo(first, person, at)
    reply(home, Draft(given_back.text), person, at, client_id=None)
    assert [item.text for item in thread(home) if item.direction == "out"] == [f"Guten Tag!\n\n{SIGNATURE}"]


def test_a_reaction_is_not_signed(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    home = scene.chat(kim)
    named = Message.objects.get(direction="in")
    draft = Draft(kind="reaction", part=Reaction("👍"), about=named.pk)
    sent = reply(home, draft, writer(alice), core_clock.now(), client_id=None)
    assert texts_of([sent]) == {sent.pk: "👍"}


@given(text=st.text(), signature=st.text(max_size=100))
def test_signing_twice_is_signing_once(text: str, signature: str) -> None:
    assert signed(signed(text, signature), signature) == signed(text, signature)
    assert signed(text, "") == text
