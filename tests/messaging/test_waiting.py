"""Since when somebody waits: kept by every verb as it would be reckoned from the messages."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jawort.channels.parts import Reaction
from jawort.consent.purpose import CARE
from jawort.consent.stop import object_to
from jawort.core.phone import Phone
from jawort.messaging.draft import Draft
from jawort.messaging.merge import merge, unmerge
from jawort.messaging.models import Conversation, Message
from jawort.messaging.note import note
from jawort.messaging.read import mark_read
from jawort.messaging.resolve import reopen, resolve
from jawort.messaging.send import send
from jawort.messaging.waiting import wait_anew
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author


def since(chat: Conversation) -> datetime | None:
    """As it is kept; reckoned anew it is the same."""
    kept = Conversation.objects.get(pk=chat.pk).waiting_since
    wait_anew([chat.pk])
    assert Conversation.objects.get(pk=chat.pk).waiting_since == kept
    return kept


def test_from_the_first_message_until_an_answer(scene: Scene, kim: Customer, alice: Agent) -> None:
    begun = scene.clock.at
    scene.writes(kim, "Hallo?")
    chat = scene.chat(kim)
    scene.passes(hours=1)
    scene.writes(kim, "Ist da jemand?")
    mark_read(chat, actor="system", at=scene.clock.at)
    note(chat, "Ich kümmere mich.", author(alice), scene.clock.at)
    assert since(chat) == begun
    send(chat, "Ja!", author(alice), scene.clock.at)
    assert since(chat) is None
    scene.delivers()
    scene.passes(hours=1)
    scene.writes(kim, "Gut.")
    assert since(chat) == scene.clock.at


def test_a_reaction_is_no_answer_and_wants_none(scene: Scene, kim: Customer, alice: Agent) -> None:
    begun = scene.clock.at
    scene.writes(kim, "Danke!")
    chat = scene.chat(kim)
    asked = Message.objects.get(conversation=chat)
    send(chat, Draft("", "reaction", Reaction("👍"), about=asked.pk), author(alice), scene.clock.at)
    assert since(chat) == begun
    answer = send(chat, "Gern.", author(alice), scene.clock.at)
    scene.delivers()
    reaction = {"message_id": f"wamid.OUT-{answer.pk}", "emoji": "❤️"}
    scene.tells(scene.message(kim, "wamid.HEART", {"type": "reaction", "reaction": reaction}))
    assert since(chat) is None


def test_an_answer_that_did_not_get_through_leaves_them_waiting(scene: Scene, kim: Customer, alice: Agent) -> None:
    begun = scene.clock.at
    scene.writes(kim, "Hallo?")
    chat = scene.chat(kim)
    scene.wire.faults = [Fault.NEVER]
    answer = send(chat, "Ja!", author(alice), scene.clock.at)
    assert since(chat) is None
    scene.delivers()
    assert since(chat) == begun
    scene.tells(scene.receipt(answer, "delivered"))  # it arrived all the same
    assert since(chat) is None


def test_what_the_gate_refused_is_no_answer(scene: Scene, kim: Customer, alice: Agent) -> None:
    begun = scene.clock.at
    scene.writes(kim, "Lassen Sie mich in Ruhe.")
    chat = scene.chat(kim)
    object_to(chat.contact_id, CARE, actor="staff:x", at=scene.clock.at)
    send(chat, "Gern.", author(alice), scene.clock.at)
    assert since(chat) == begun


def test_nobody_waits_in_a_resolved_one_and_reopened_they_wait_on(scene: Scene, kim: Customer) -> None:
    begun = scene.clock.at
    scene.writes(kim, "Hallo?")
    chat = scene.chat(kim)
    resolve(chat, actor="system", at=scene.clock.at)
    assert since(chat) is None
    scene.passes(hours=1)
    reopen(chat, actor="system", at=scene.clock.at)
    assert since(chat) == begun


def test_merged_the_longer_wait_counts_and_taken_apart_each_has_its_own(scene: Scene, kim: Customer) -> None:
    begun = scene.clock.at
    scene.writes(kim, "Hallo?")
    scene.passes(minutes=5)
    later = scene.clock.at
    scene.writes(replace(kim, phone=Phone("491713920099"), bsuid="DE.1713920099"), "Ich bin es.")
    first, second = Conversation.objects.order_by("opened_at")
    merge(second.contact_id, first.contact_id, actor="staff:x", at=scene.clock.at)
    assert Conversation.objects.get(pk=first.pk).waiting_since == begun
    unmerge(first.contact_id, actor="staff:x", at=scene.clock.at)
    assert [since(first), since(second)] == [begun, later]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["in", "out", "note", "lost", "resolve", "reopen"]), min_size=1, max_size=8))
def test_whatever_happens_it_is_the_first_word_that_nothing_answered(
    scene: Scene, kim: Customer, alice: Agent, acts: list[str]
) -> None:
    scene.writes(kim, "Hallo")
    scene.wire.faults = []
    send(scene.chat(kim), "Guten Tag.", author(alice), scene.clock.at)  # what examples before this one left is answered
    scene.delivers()
    unanswered: dict[UUID, datetime] = {}  # by conversation: from a resolved one a word may lead into another
    for act in acts:
        scene.passes(minutes=1)
        chat, at = scene.chat(kim), scene.clock.at
        match act:
            case "in":
                scene.writes(kim, "Noch etwas")
                unanswered.setdefault(scene.chat(kim).pk, at)
            case "out" | "lost" if chat.status == "open":
                scene.wire.faults = [Fault.NEVER] if act == "lost" else []
                send(chat, "Ja.", author(alice), at)
                scene.delivers()
                if act == "out":
                    unanswered.pop(chat.pk, None)
            case "note":
                note(chat, "Merken", author(alice), at)
            case "resolve":
                resolve(chat, actor="system", at=at)
            case "reopen" if chat.status == "resolved":
                reopen(chat, actor="system", at=at)
        now = scene.chat(kim)
        assert since(now) == (unanswered.get(now.pk) if now.status == "open" else None)
