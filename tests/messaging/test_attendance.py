"""Who has a conversation open is seen by the others while it is so, and by nobody afterwards."""

from datetime import timedelta

from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from jawort.core import clock as core_clock
from jawort.intake.upkeep import upkeep
from jawort.ledger.models import Entry
from jawort.messaging.attendance.attend import attend
from jawort.messaging.attendance.models import Attendance
from jawort.messaging.attendance.queries import attending
from jawort.messaging.attendance.rules import ATTENDS_FOR, WRITES_FOR, Doing, doing
from jawort.messaging.models import Conversation
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.fixtures.together import at_once

DISTANCES = st.timedeltas(timedelta(minutes=-3), timedelta(minutes=3))


@given(DISTANCES, st.none() | DISTANCES)
def test_whoever_was_there_lately_attends_and_whoever_wrote_lately_writes(
    seen: timedelta, wrote: timedelta | None
) -> None:
    at = core_clock.now()
    does = doing(at - seen, None if wrote is None else at - wrote, at)
    assert (does is None) == (abs(seen) > ATTENDS_FOR)
    assert (does is Doing.WRITES) == (does is not None and wrote is not None and abs(wrote) <= WRITES_FOR)


def a_chat(scene: Scene, who: Customer) -> Conversation:
    scene.writes(who, "Hallo")
    return scene.chat(who)


def comes(chat: Conversation, agent: Agent, scene: Scene, *, writes: bool = False) -> None:
    attend(chat, agent, writes=writes, at=scene.clock.at)


def seen_by(agent: Agent, chat: Conversation, scene: Scene) -> list[tuple[str, str]]:
    return [(other.name, does) for other, does in attending(chat, besides=agent, at=scene.clock.at)]


def test_the_others_see_who_is_there_and_writes_until_it_is_over(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, bob: Agent, ada: Agent
) -> None:
    chat, other = a_chat(scene, kim), a_chat(scene, nour)
    comes(chat, alice, scene)
    comes(chat, bob, scene, writes=True)
    comes(other, ada, scene)
    assert seen_by(ada, chat, scene) == [("Bob", "writes"), ("Alice", "reads")]
    assert seen_by(bob, chat, scene) == [("Alice", "reads")]
    assert seen_by(alice, other, scene) == [("Ada", "reads")]
    scene.clock.forward(seconds=11)
    assert seen_by(ada, chat, scene) == [("Alice", "reads"), ("Bob", "reads")]
    scene.clock.forward(seconds=30)
    comes(chat, alice, scene)
    scene.clock.forward(seconds=5)
    assert seen_by(ada, chat, scene) == [("Alice", "reads")]
    Agent.objects.filter(pk=alice.pk).update(is_active=False)
    assert seen_by(ada, chat, scene) == []


def test_desks_hear_of_what_changes_for_the_others_and_of_nothing_else(
    scene: Scene, kim: Customer, alice: Agent, bob: Agent
) -> None:
    chat = a_chat(scene, kim)
    told = [{"w": [str(chat.pk)]}]
    assert scene.hears(lambda: comes(chat, alice, scene)) == told
    assert scene.hears(lambda: comes(chat, alice, scene)) == []
    assert scene.hears(lambda: comes(chat, bob, scene)) == told
    scene.clock.forward(seconds=20)
    assert scene.hears(lambda: comes(chat, alice, scene)) == []
    assert scene.hears(lambda: comes(chat, alice, scene, writes=True)) == told
    scene.clock.forward(seconds=5)
    assert scene.hears(lambda: comes(chat, alice, scene, writes=True)) == []
    assert scene.hears(lambda: comes(chat, alice, scene)) == told
    scene.clock.forward(minutes=1)
    assert scene.hears(lambda: comes(chat, alice, scene)) == told


def test_it_leaves_nothing_behind(scene: Scene, kim: Customer, alice: Agent, bob: Agent) -> None:
    """Neither in the ledger nor in the table, which neither log nor backup of the database hold."""
    chat = a_chat(scene, kim)
    entries = Entry.objects.count()
    comes(chat, alice, scene, writes=True)
    scene.clock.forward(seconds=40)
    comes(chat, bob, scene)
    scene.clock.forward(seconds=6)
    upkeep([])
    assert list(Attendance.objects.values_list("agent", flat=True)) == [bob.pk]
    attend(chat, bob, writes=False, at=scene.clock.at + timedelta(minutes=10))  # before the clock was set back
    upkeep([])
    assert not Attendance.objects.exists()
    assert Entry.objects.count() == entries
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'messaging_attendance'")
        assert cursor.fetchone() == ("u",)


def test_two_pages_of_one_person_at_once_are_one(scene: Scene, kim: Customer, alice: Agent, bob: Agent) -> None:
    chat = a_chat(scene, kim)
    at_once(lambda at: attend(chat, alice, writes=False, at=at), scene.clock.at, times=4)
    assert seen_by(bob, chat, scene) == [("Alice", "reads")]
