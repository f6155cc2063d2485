"""We write first: one conversation, to whom it can go, and nothing that the gate would not let through."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import pytest

from jawort.channels.parts import Template
from jawort.consent.purpose import CARE
from jawort.consent.stop import object_to
from jawort.core.phone import Phone, parse
from jawort.lines.models import Line
from jawort.messaging.begin import CannotBegin, begin, free_lines
from jawort.messaging.draft import Draft
from jawort.messaging.merge import merge
from jawort.messaging.models import Conversation, Message
from jawort.messaging.resolve import resolve
from jawort.messaging.send import send
from jawort.messaging.thread import thread
from jawort.people.create import create
from jawort.people.persons import contacts_of
from jawort.people.rules import NumberBasis
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.fixtures.together import at_once
from tests.messaging.listed import FILLED, a_template, has


@pytest.fixture
def zora(scene: Scene) -> UUID:
    """A contact that nobody has heard of: entered by number."""
    number = parse("+49 171 3920088")
    assert number is not None
    contact, _ = create(number, "Zora Beispiel", NumberBasis.CONTRACT, actor="system", at=scene.clock.at)
    return contact


def begun(scene: Scene, contact: UUID, agent: Agent) -> Conversation:
    return begin(contact, scene.line.pk, agent, actor=agent.actor, at=scene.clock.at)


def test_it_is_whoevers_who_begins_and_a_template_leaves(scene: Scene, zora: UUID, alice: Agent) -> None:
    home = begun(scene, zora, alice)
    home.refresh_from_db()
    assert (home.assignee, home.status, home.unread, home.waiting_since) == (alice, "open", 0, None)
    assert [(item.kind, item.author) for item in thread(home)] == [
        ("conversation.opened", "Alice"),
        ("conversation.assigned", "Alice"),
    ]
    send(home, "Guten Tag", author(alice), scene.clock.at)
    assert Message.objects.get().gate == "window_closed"
    has(scene, a_template())
    send(home, Draft("", kind="template", part=FILLED), author(alice), scene.clock.at)
    scene.delivers()
    (sent,) = scene.wire.sent
    assert isinstance(sent.part, Template)


def test_the_open_one_goes_on_and_a_resolved_one_does_not(
    scene: Scene, kim: Customer, alice: Agent, bob: Agent
) -> None:
    scene.writes(kim, "Hallo")
    home = scene.chat(kim)
    assert begun(scene, home.contact_id, bob).pk == home.pk
    home.refresh_from_db()
    assert home.assignee is None
    assert free_lines(contacts_of(home.contact_id)) == []
    resolve(home, actor=alice.actor, at=scene.clock.at)
    assert begun(scene, home.contact_id, bob).pk != home.pk


def test_of_merged_contacts_it_is_one(scene: Scene, kim: Customer, nour: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    scene.writes(nour, "Hallo")
    front, other = scene.chat(kim).contact_id, scene.chat(nour).contact_id
    merge(front, other, actor=alice.actor, at=scene.clock.at)
    for home in Conversation.objects.filter(status="open"):
        resolve(home, actor=alice.actor, at=scene.clock.at)
    assert begun(scene, other, alice).pk == begun(scene, front, alice).pk


def test_of_several_who_begin_at_once_all_are_in_one(scene: Scene, zora: UUID, alice: Agent) -> None:
    def one(at: datetime) -> UUID:
        return begin(zora, scene.line.pk, alice, actor=alice.actor, at=at).pk

    assert len(set(at_once(one, scene.clock.at, times=4))) == 1
    assert Conversation.objects.count() == 1


def test_who_begins_while_somebody_else_does_is_in_theirs(
    scene: Scene, zora: UUID, alice: Agent, bob: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs: list[UUID] = []

    def meanwhile(person: Sequence[UUID]) -> list[Line]:
        monkeypatch.undo()
        theirs.append(begin(zora, scene.line.pk, bob, actor=bob.actor, at=scene.clock.at).pk)
        return free_lines(person)

    monkeypatch.setattr("jawort.messaging.begin.free_lines", meanwhile)
    assert [begun(scene, zora, alice).pk] == theirs


def test_what_the_customer_writes_comes_there(scene: Scene, zora: UUID, alice: Agent) -> None:
    home = begun(scene, zora, alice)
    scene.writes(Customer("Zora", Phone("491713920088"), "DE.1713920088"), "Guten Tag")
    assert Conversation.objects.get().pk == home.pk
    assert Message.objects.get().conversation_id == home.pk


def test_an_objection_still_stands(scene: Scene, zora: UUID, alice: Agent) -> None:
    object_to(zora, CARE, actor=alice.actor, at=scene.clock.at)
    home = begun(scene, zora, alice)
    has(scene, a_template())
    send(home, Draft("", kind="template", part=FILLED), author(alice), scene.clock.at)
    assert Message.objects.get().gate == "objected"


def test_without_an_address_or_a_line_that_sends_there_is_none(scene: Scene, zora: UUID, alice: Agent) -> None:
    with pytest.raises(CannotBegin):
        begin(zora, zora, alice, actor=alice.actor, at=scene.clock.at)
    scene.line.__class__.objects.update(state="paused")
    assert free_lines(contacts_of(zora)) == []
    with pytest.raises(CannotBegin):
        begun(scene, zora, alice)
    assert not Conversation.objects.exists()
    scene.line.__class__.objects.update(state="live")
