"""Many messages at once cost what one costs, and meet each other and everybody else without harm."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jawort.channels.parts import Media
from jawort.consent.purpose import CAMPAIGNS, CARE
from jawort.consent.stop import object_to
from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.messaging.draft import Draft, Unfit
from jawort.messaging.files.models import File
from jawort.messaging.files.upload import drop
from jawort.messaging.gate import Answer, Recipient, answers
from jawort.messaging.models import Conversation, Message
from jawort.messaging.once import ClientIdTaken
from jawort.messaging.send import send
from jawort.messaging.send_many import Unsent, Wanted, send_many
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.fixtures.together import at_once
from tests.messaging.crowd import consenting, crowd
from tests.messaging.files.test_along import uploaded
from tests.messaging.listed import FILLED, a_template, has
from tests.messaging.test_together import Other


def homes() -> list[UUID]:
    return list(Conversation.objects.order_by("pk").values_list("pk", flat=True))


def one_each(chats: Sequence[UUID], draft: Draft) -> list[Wanted]:
    return [Wanted(chat, draft, uuid4()) for chat in chats]


def stored(found: Sequence[Message | Unsent]) -> list[Message]:
    messages = [one for one in found if isinstance(one, Message)]
    assert len(messages) == len(found), found
    return messages


def test_a_crowd_costs_as_many_queries_as_two(scene: Scene, alice: Agent) -> None:
    """Texts and templates, queued and refused, new and repeated."""
    consenting(scene, 84)
    has(scene, a_template(category="MARKETING"))
    chats = homes()
    for chat in Conversation.objects.filter(pk__in=chats[::2]):
        object_to(chat.contact_id, CAMPAIGNS, actor="system", at=scene.clock.at)
    used = []
    for some in (chats[:4], chats[4:]):  # half of each may not be written to
        wanted = [*one_each(some, Draft("", "template", FILLED)), *one_each(some, Draft("Guten Tag!"))]
        for _ in "12":
            with CaptureQueriesContext(connection) as queries:
                messages = stored(send_many(wanted, author(alice), scene.clock.at))
            used.append(len(queries))
        assert [(m.state, m.gate) for m in messages[:2]] == [("refused", "objected"), ("queued", "consent")]
        assert {m.state for m in messages[len(some) :]} == {"queued"}
    assert used[:2] == used[2:], used
    assert used[0] < 30
    assert Message.objects.filter(direction="out").count() == 2 * len(chats)


def test_those_to_one_person_leave_in_their_order(scene: Scene, alice: Agent, kim: Customer, nour: Customer) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    chats = [scene.chat(who).pk for who in (kim, nour)]
    wanted = [Wanted(chats[n % 2], Draft(f"{n}"), uuid4()) for n in range(20)]
    messages = stored(send_many(wanted, author(alice), scene.clock.at))
    assert [m.pk for m in messages] == sorted(m.pk for m in messages)
    for who, first in ((kim, 0), (nour, 1)):
        home = scene.chat(who)
        newest = messages[18 + first]
        assert (home.last_message_id, home.unread, home.waiting_since) == (newest.pk, 0, None)
        scene.delivers()
        texts = [one.text for one in scene.wire.sent if one.to_bsuid == who.bsuid]
        assert texts == [f"{n}" for n in range(first, 20, 2)]


def test_what_is_refused_answers_nobody(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    waits, home = scene.chat(kim).waiting_since, scene.chat(kim)
    object_to(home.contact_id, CARE, actor="system", at=scene.clock.at)
    (message,) = stored(send_many(one_each([home.pk], Draft("Hallo!")), author(alice), scene.clock.at))
    assert (message.state, scene.chat(kim).waiting_since) == ("refused", waits)
    assert Entry.objects.filter(kind="message.refused", object=message.pk).count() == 1


def test_open_desks_are_told_at_once_of_all(scene: Scene, alice: Agent) -> None:
    crowd(scene, 70)
    wanted = one_each(homes(), Draft("Hallo!"))
    told = scene.hears(partial(send_many, wanted, author(alice), scene.clock.at))
    named = [home for each in told if isinstance(each, dict) for home in each["c"]]
    assert sorted(named) == sorted(str(one.conversation) for one in wanted)


def test_a_conversation_that_has_gone_is_that_ones_matter(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    wanted = one_each([uuid4(), scene.chat(kim).pk], Draft("Hallo!"))
    gone, message = send_many(wanted, author(alice), scene.clock.at)
    assert isinstance(gone, Conversation.DoesNotExist)
    assert isinstance(message, Message)


def test_two_that_share_conversations_in_opposite_order_both_come_through(scene: Scene, alice: Agent) -> None:
    crowd(scene, 60)
    chats = homes()
    orders = iter([chats, chats[::-1]] * 4)

    def sends(at: datetime) -> int:
        return len(stored(send_many(one_each(next(orders), Draft("Hallo!")), author(alice), at)))

    assert at_once(sends, scene.clock.at, times=8) == [60] * 8
    assert Message.objects.filter(direction="out").count() == 480


def test_one_waits_for_the_other_at_the_first_conversation(scene: Scene, alice: Agent) -> None:
    crowd(scene, 3)
    first, _, last = homes()
    with transaction.atomic():
        send_many(one_each([last], Draft("eins")), author(alice), core_clock.now())
        wanted = one_each([last, first], Draft("zwei"))
        other = Other(partial(send_many, wanted, author(alice), core_clock.now()))
        with pytest.raises(OperationalError, match="could not obtain lock"), transaction.atomic():
            Conversation.objects.select_for_update(nowait=True).get(pk=first)
    assert other.end() is None
    assert Message.objects.filter(direction="out").count() == 3


def test_the_same_request_twice_at_once_is_one(scene: Scene, alice: Agent) -> None:
    crowd(scene, 20)
    wanted = one_each(homes(), Draft("Hallo!"))
    first, second = at_once(lambda at: stored(send_many(wanted, author(alice), at)), scene.clock.at, times=2)
    assert [m.pk for m in first] == [m.pk for m in second]
    assert Message.objects.filter(direction="out").count() == 20


def test_an_id_that_is_used_elsewhere_meanwhile_is_that_ones_matter(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    nours, at = scene.chat(nour).pk, core_clock.now()
    wanted = one_each([nours, nours], Draft("Hallo!"))
    found: list[Message | Unsent] = []
    with transaction.atomic():
        send(scene.chat(kim), "eins", author(alice), at, client_id=wanted[0].client_id)
        other = Other(lambda: found.extend(send_many(wanted, author(alice), at)))
    assert other.end() is None
    assert [type(one) for one in found] == [ClientIdTaken, Message]


def test_a_file_that_goes_meanwhile_is_that_ones_matter(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    file, home = uploaded(scene, kim, alice), scene.chat(kim).pk
    wanted = [
        Wanted(home, Draft("Hallo!"), uuid4()),
        Wanted(home, Draft("", "document", Media(""), file=file.pk), uuid4()),
    ]
    found: list[Message | Unsent] = []
    with transaction.atomic():
        drop(file.pk)
        other = Other(lambda: found.extend(send_many(wanted, author(alice), scene.clock.at)))
    assert other.end() is None
    assert [type(one) for one in found] == [Message, Unfit]


def test_what_comes_between_the_look_and_the_write_is_looked_at_again(
    scene: Scene, alice: Agent, kim: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that does not open any more takes nobody along: all is begun anew."""
    scene.writes(kim, "Hallo")
    file, home = uploaded(scene, kim, alice), scene.chat(kim).pk
    between = iter([True])

    def meanwhile(recipients: Sequence[Recipient], at: datetime) -> dict[Recipient, Answer]:
        if next(between, False):
            File.objects.update(month=190001)  # its key is gone; rolled back with the rest
        return answers(recipients, at)

    monkeypatch.setattr("jawort.messaging.send.answers", meanwhile)
    wanted = [
        Wanted(home, Draft("Hallo!"), uuid4()),
        Wanted(home, Draft("", "document", Media(""), file=file.pk), uuid4()),
    ]
    messages = stored(send_many(wanted, author(alice), scene.clock.at))
    assert list(Message.objects.filter(direction="out").order_by("pk")) == messages
    assert File.objects.values_list("state", "message").get() == ("stored", messages[1].pk)
