"""Two at once, and a process that dies: whoever says yes in time is let in, and is asked once."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction

from jawort.channels.whatsapp.parse import parse
from jawort.intake.models import RawEvent
from jawort.intake.story import take_in
from jawort.lanes.outcome import Done, Job
from jawort.messaging.models import Conversation, Message
from jawort.messaging.rules import State
from jawort.messaging.yes_first.ask import PROMPT, ask_newcomers
from jawort.messaging.yes_first.end import end_silent
from jawort.messaging.yes_first.models import Ended, Newcomer, Withheld
from jawort.people.models import Contact
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Died, Fault, Scene
from tests.messaging.test_together import Other
from tests.messaging.yes_first.waiting import asked, asks_first

YES = {"type": "text", "text": {"body": "Ja"}}


@pytest.fixture(autouse=True)
def first(scene: Scene) -> None:
    """The line asks for a yes first."""
    asks_first(scene)


@pytest.fixture
def late(scene: Scene, kim: Customer) -> None:
    """kim was asked a day ago; her yes, from a minute before, waits to be taken in."""
    scene.writes(kim, "Hallo")
    asked(scene)
    scene.passes(hours=23, minutes=59)
    scene.stores(scene.message(kim, "wamid.YES", dict(YES)))
    scene.passes(minutes=1)


def how() -> dict[str, int]:
    return dict(Ended.objects.values_list("how", "count"))


@pytest.mark.usefixtures("late")
def test_the_end_comes_first_and_the_yes_begins_anew(scene: Scene) -> None:
    with transaction.atomic():
        assert end_silent(scene.clock.at, scene.clock.at)[0] == 1
        taking = Other(scene.takes)
        assert taking.thread.is_alive()
    assert taking.end() is None
    assert how() == {"silent": 1}
    assert not Conversation.objects.exists()
    assert Withheld.objects.count() == 1
    assert Newcomer.objects.get().contact_id == Contact.objects.latest("pk").pk  # who was forgotten is somebody new
    assert Contact.objects.count() == 2
    scene.delivers()
    assert len(scene.wire.sent) == 2


@pytest.mark.usefixtures("late")
def test_the_yes_comes_first_and_nothing_is_deleted(scene: Scene) -> None:
    raw = RawEvent.objects.get()
    updates = parse(scene.opener.open(bytes(raw.body)))
    swept: list[int] = []
    with transaction.atomic():
        assert take_in(updates, scene.clock.at) == []
        ending = Other(lambda: swept.append(end_silent(scene.clock.at, scene.clock.at)[0]))
        assert ending.end() is None
        raw.delete()
    assert swept == [0]
    assert how() == {"let_in": 1}
    assert Conversation.objects.get().unread == 2


def test_a_job_that_runs_twice_asks_once(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    newcomer: UUID = Newcomer.objects.get().pk
    job = Job(1, f"newcomer:{newcomer}", PROMPT, {"newcomer": str(newcomer)}, 0, scene.clock.at)
    assert ask_newcomers([job]) == ask_newcomers([job]) == [Done()]
    asked(scene)


def test_two_workers_that_ask_at_once_ask_once(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    newcomer: UUID = Newcomer.objects.get().pk
    job = Job(1, f"newcomer:{newcomer}", PROMPT, {"newcomer": str(newcomer)}, 0, scene.clock.at)
    with transaction.atomic():
        ask_newcomers([job])
        other = Other(partial(ask_newcomers, [job]))
    assert other.end() is None
    asked(scene)


def test_who_writes_again_is_asked_again_where_a_worker_died_while_it_asked(scene: Scene, kim: Customer) -> None:
    scene.wire.faults = [Fault.DIES]
    scene.writes(kim, "Hallo")
    with pytest.raises(Died):
        scene.delivers()
    scene.passes(minutes=10)
    scene.recovers()
    assert len(scene.wire.sent) == 1
    assert Message.objects.get().state == State.UNKNOWN
    scene.writes(kim, "Hallo?")  # perhaps they never saw the question, and what they wrote would be deleted unread
    scene.delivers()
    assert len(scene.wire.sent) == 2
    scene.writes(kim, "Ja")
    assert Conversation.objects.get().unread == 3


def test_a_batch_that_does_not_get_through_leaves_everything_as_it_was(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    asked(scene)
    scene.stores(scene.message(kim, "wamid.YES", dict(YES)))
    updates = parse(scene.opener.open(bytes(RawEvent.objects.get().body)))
    with transaction.atomic():
        take_in(updates, scene.clock.at + timedelta(seconds=1))
        transaction.set_rollback(True)
    assert Withheld.objects.count() == 1
    assert not Conversation.objects.exists()
    scene.takes()
    assert Conversation.objects.get().unread == 2
