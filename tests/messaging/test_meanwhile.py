"""Nobody answers twice without having been asked: what others answered since one looked."""

from functools import partial

import pytest
from django.db import transaction

from jawort.channels.parts import Reaction
from jawort.core import clock as core_clock
from jawort.messaging.draft import Draft
from jawort.messaging.meanwhile import ANSWERS_SHOWN, AnsweredMeanwhile
from jawort.messaging.models import Conversation, Message
from jawort.messaging.note import note
from jawort.messaging.rules import State
from jawort.messaging.send import Author, send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author
from tests.messaging.test_together import Other


@pytest.fixture
def chat(scene: Scene, kim: Customer) -> Conversation:
    """kim has written."""
    scene.writes(kim, "Ist das Rad noch da?")
    return scene.chat(kim)


def answers(chat: Conversation, who: Author, text: str, seen: Message | None = None) -> Message:
    return send(chat, text, who, core_clock.now(), seen=seen.pk if seen else chat.last_message_id)


def test_whoever_has_not_seen_a_colleagues_answer_is_told_of_it(chat: Conversation, alice: Agent, bob: Agent) -> None:
    first = answers(chat, author(bob), "Ja")
    with pytest.raises(AnsweredMeanwhile) as told:
        answers(chat, author(alice), "Nein")
    assert told.value.answers == (first,)
    assert Message.objects.filter(direction="out").count() == 1
    second = answers(chat, author(alice), "Nein", first)
    with pytest.raises(AnsweredMeanwhile) as told:
        answers(chat, author(bob), "Doch", first)
    assert told.value.answers == (second,)


def test_of_many_answers_the_newest_are_told(chat: Conversation, alice: Agent, bob: Agent) -> None:
    said = [answers(chat, author(bob), str(n)) for n in range(ANSWERS_SHOWN + 2)]
    with pytest.raises(AnsweredMeanwhile) as told:
        answers(chat, author(alice), "Nein")
    assert told.value.answers == tuple(said[-ANSWERS_SHOWN:])


def test_a_program_that_answers_is_a_colleague_and_is_itself_not_asked(chat: Conversation, alice: Agent) -> None:
    program = Author("token:1", alice)
    send(chat, "Automatisch", program, core_clock.now())
    send(chat, "Automatisch", Author("token:2", alice), core_clock.now())
    assert Message.objects.filter(direction="out", state=State.QUEUED).count() == 2
    with pytest.raises(AnsweredMeanwhile):
        answers(chat, author(alice), "Von Hand")


def test_what_the_person_has_nothing_of_is_no_answer(
    scene: Scene, chat: Conversation, alice: Agent, bob: Agent
) -> None:
    at = core_clock.now()
    note(chat, "Ich kümmere mich", author(bob), at)
    send(chat, Draft("", "reaction", Reaction("👍"), chat.last_message_id), author(bob), at)
    scene.delivers()
    scene.wire.faults = [Fault.NEVER]
    lost = send(chat, "Kommt nicht an", author(bob), at)
    scene.delivers()
    assert Message.objects.get(pk=lost.pk).state == State.FAILED
    said = answers(chat, author(alice), "Ja")
    assert Message.objects.get(pk=said.pk).state == State.QUEUED


def test_ones_own_answers_are_none_of_others_and_count_as_having_looked(
    chat: Conversation, alice: Agent, bob: Agent
) -> None:
    answers(chat, author(alice), "Eins")
    answers(chat, author(alice), "Zwei")
    theirs = send(chat, "Drei", author(bob), core_clock.now())
    answers(chat, author(alice), "trotzdem", theirs)
    answers(chat, author(alice), "und die zweite Datei")
    send(chat, "Vier", author(bob), core_clock.now())
    with pytest.raises(AnsweredMeanwhile):
        answers(chat, author(alice), "Fünf")


def test_of_two_who_send_at_the_same_moment_the_second_is_asked(chat: Conversation, alice: Agent, bob: Agent) -> None:
    with transaction.atomic():
        answers(chat, author(bob), "Ja")
        other = Other(partial(answers, chat, author(alice), "Nein"))
    assert isinstance(other.end(), AnsweredMeanwhile)
    assert Message.objects.filter(direction="out").count() == 1


def test_the_same_request_again_is_answered_and_not_asked(chat: Conversation, alice: Agent, bob: Agent) -> None:
    client_id = chat.pk
    at, seen = core_clock.now(), chat.last_message_id
    first = send(chat, "Ja", author(alice), at, client_id=client_id, seen=seen)
    send(chat, "Auch", author(bob), at)
    assert send(chat, "Ja", author(alice), at, client_id=client_id, seen=seen) == first
