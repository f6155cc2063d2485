"""An answer with a file waits as one without does: nothing of it is given away before, and undone nothing is left."""

from uuid import uuid4

import pytest
from django.db import transaction

from jawort.channels.parts import Media
from jawort.core import clock as core_clock
from jawort.intake.upkeep import upkeep
from jawort.lanes.outcome import Job
from jawort.ledger.models import Entry
from jawort.messaging.compose import reply
from jawort.messaging.draft import Draft, Unfit
from jawort.messaging.drafts.queries import drafts_in
from jawort.messaging.drafts.rules import Words
from jawort.messaging.files.give import Give
from jawort.messaging.files.models import Chunk, File
from jawort.messaging.models import Message
from jawort.messaging.proof import prove
from jawort.messaging.send import send
from jawort.messaging.thread import thread
from jawort.messaging.undo import CannotUndo, undo
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.messaging.files.stored import PDF
from tests.messaging.files.test_along import uploaded
from tests.messaging.test_together import Other


@pytest.fixture
def file(scene: Scene, alice: Agent, kim: Customer) -> File:
    """kim has written, and alice has uploaded something."""
    scene.writes(kim, "Wann?")
    return uploaded(scene, kim, alice)


def answers(scene: Scene, who: Customer, person: Agent, file: File, text: str = "Anbei") -> Message:
    person.undo_seconds = 10
    draft = Draft(text, "document", Media(""), file=file.pk)
    return reply(scene.chat(who), draft, person, scene.clock.at, client_id=uuid4())


def test_it_waits_and_then_leaves_with_its_entry(scene: Scene, alice: Agent, kim: Customer, file: File) -> None:
    message = answers(scene, kim, alice, file)
    assert [each.name for each in thread(scene.chat(kim))[-1].files] == ["Angebot.pdf"]
    scene.passes(seconds=9.9)
    scene.delivers()
    scene.restarts()
    upkeep([])
    scene.delivers()
    assert (scene.wire.given, scene.wire.sent) == ([], [])
    assert not Entry.objects.filter(kind="message.file").exists()
    scene.passes(seconds=0.1)
    scene.delivers()
    assert (scene.wire.given, [left.text for left in scene.wire.sent]) == ([PDF], ["Anbei"])
    file.refresh_from_db()
    assert (file.state, file.message_id) == ("stored", message.pk)
    with pytest.raises(CannotUndo):
        undo(message, alice, scene.clock.at)
    assert prove().problems == []


@pytest.mark.parametrize(("text", "kept"), [("Anbei", [Words("Anbei")]), ("", [])])
def test_undone_nothing_is_left_but_its_text(
    scene: Scene, alice: Agent, kim: Customer, file: File, text: str, kept: list[Words]
) -> None:
    message = answers(scene, kim, alice, file, text)
    scene.passes(seconds=5)
    assert undo(message, alice, scene.clock.at) == Words(text)
    scene.passes(minutes=1)
    scene.delivers()
    assert (scene.wire.given, scene.wire.sent) == ([], [])
    assert not File.objects.exists()
    assert not Chunk.objects.exists()
    assert [each.words for each in drafts_in(scene.chat(kim))] == kept
    assert prove().problems == []


def test_what_is_refused_when_it_would_leave_keeps_its_file(
    scene: Scene, alice: Agent, kim: Customer, file: File
) -> None:
    message = answers(scene, kim, alice, file)
    scene.passes(hours=25)
    scene.delivers()
    message.refresh_from_db()
    file.refresh_from_db()
    assert (message.state, message.gate, file.state) == ("refused", "window_closed", "stored")
    assert scene.wire.given == []


def test_a_file_that_waits_leaves_in_no_other_message(scene: Scene, alice: Agent, kim: Customer, file: File) -> None:
    answers(scene, kim, alice, file)
    with pytest.raises(Unfit):
        send(scene.chat(kim), Draft("", "document", Media(""), file=file.pk), author(alice), core_clock.now())


def test_of_undo_and_the_file_that_leaves_one_comes_first(
    scene: Scene, alice: Agent, kim: Customer, file: File
) -> None:
    message = answers(scene, kim, alice, file)
    scene.passes(seconds=11)
    with transaction.atomic():
        undo(message, alice, scene.clock.at)
        leaves = Other(scene.delivers)
    assert leaves.end() is None
    assert (scene.wire.given, scene.wire.sent) == ([], [])


def test_what_has_been_given_cannot_be_undone_though_the_message_waits(
    scene: Scene, alice: Agent, kim: Customer, file: File
) -> None:
    """WhatsApp has the file: that nobody sees it there yet is no reason to say that it never left."""
    message = answers(scene, kim, alice, file)
    scene.passes(seconds=11)
    Give(scene.wire)([Job(0, "", "give", {"message": str(message.pk)}, 0, scene.clock.at)])
    assert scene.wire.given == [PDF]
    with pytest.raises(CannotUndo):
        undo(message, alice, scene.clock.at)
    scene.delivers()
    assert len(scene.wire.sent) == 1
