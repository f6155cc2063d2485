"""The list of contacts: who is in it, in which order, and what a search looks at."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jawort.core.phone import Phone
from jawort.messaging import contacts
from jawort.messaging.contacts import active, find, rows
from jawort.messaging.merge import merge
from jawort.messaging.resolve import resolve
from jawort.people.create import create
from jawort.people.resolve import Sender
from jawort.people.resolve import resolve as identify
from jawort.people.rules import NumberBasis
from jawort.staff.models import Agent
from jawort.vault.keys import forget_all
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.fixtures.time import Clock


def person(number: int, name: str = "") -> Customer:
    digits = f"4917139200{number:02}"
    return Customer(name or f"Kunde{number}", Phone(digits), f"DE.{digits}")


@pytest.fixture
def five(scene: Scene, clock: Clock) -> list[Customer]:
    """Five customers who wrote one after the other, the first one twice and last."""
    who = [person(number) for number in range(5)]
    for one in who:
        scene.writes(one, "Hallo")
        clock.forward(minutes=1)
    resolve(scene.chat(who[0]), actor="system", at=clock.at)
    clock.forward(minutes=1)
    scene.writes(who[0], "Noch einmal")
    return who


def listed(agent: Agent) -> list[str]:
    return [row.name for row in rows(agent, [each.contact for each in active(agent, 50)])]


def test_everybody_stands_there_once_last_active_first(five: list[Customer], alice: Agent) -> None:
    assert listed(alice) == ["Kunde0", "Kunde4", "Kunde3", "Kunde2", "Kunde1"]
    (first, *_) = rows(alice, [each.contact for each in active(alice, 50)])
    assert (first.open, first.phone, first.contacts) == (1, "+49 171 … 00", 1)


def test_pages_follow_each_other_without_gap_and_double(five: list[Customer], alice: Agent) -> None:
    seen: list[UUID] = []
    after = None
    while page := active(alice, 2, after):
        seen += [each.contact for each in page]
        after = (page[-1].at, page[-1].place)
    assert seen == [each.contact for each in active(alice, 50)]


def test_merged_contacts_are_one_person(five: list[Customer], scene: Scene, alice: Agent, clock: Clock) -> None:
    into, other = scene.chat(five[2]), scene.chat(five[4])
    merge(into.contact_id, other.contact_id, actor="system", at=clock.at)
    assert listed(alice) == ["Kunde0", "Kunde2", "Kunde3", "Kunde1"]
    (row,) = find(alice, "Kunde4").rows
    assert (row.id, row.name, row.contacts, row.open) == (into.contact_id, "Kunde2", 2, 1)
    assert [one.id for one in find(alice, five[4].phone.digits).rows] == [into.contact_id]


def test_queries_do_not_grow_with_the_list(five: list[Customer], alice: Agent) -> None:
    def asked(limit: int) -> int:
        forget_all()
        with CaptureQueriesContext(connection) as queries:
            rows(alice, [each.contact for each in active(alice, limit)])
        return len(queries)

    assert asked(5) == asked(1)


def test_whoever_lost_a_number_is_found_by_it_behind_its_owner(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent
) -> None:
    scene.writes(kim, "Mein Geheimnis")
    scene.writes(replace(nour, phone=kim.phone), "Wer ist da?")
    found = find(alice, "0171 3920021")
    assert [(row.name, row.left) for row in found.rows] == [("Nour Beispiel", False), ("Kim Muster", True)]
    assert found.names is None


def test_a_search_says_how_far_it_looked(
    five: list[Customer], alice: Agent, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    whole = find(alice, "kunde")
    assert (len(whole.rows), whole.names, whole.since, whole.more) == (5, 5, None, False)
    bounded = find(alice, "kunde", scanned_max=2)
    assert [row.name for row in bounded.rows] == ["Kunde0", "Kunde4"]
    assert (bounded.names, bounded.since) == (2, active(alice, 2)[-1].at)
    monkeypatch.setattr(contacts, "BATCH", 2)
    hurried = find(alice, "kunde1", seconds_max=0)
    assert (hurried.rows, hurried.names) == ([], 2)
    many = find(alice, "kunde", limit=3)
    assert (len(many.rows), many.names, many.more) == (3, 4, True)
    assert find(alice, "…").rows == []


def test_a_contact_without_a_conversation_is_found_by_number(
    scene: Scene, kim: Customer, alice: Agent, clock: Clock
) -> None:
    sender = Sender(kim.phone.digits, kim.bsuid, None, kim.name, scene.line.scope)
    (contact,) = identify([sender], clock.at)
    (row,) = find(alice, kim.phone.digits).rows
    assert (row.id, row.name, row.phone, row.conversation) == (contact, "Kim Muster", kim.phone.masked, None)
    assert (row.open, row.last_at) == (0, clock.at)


def test_who_was_entered_stands_where_they_were_entered_until_they_write(
    five: list[Customer], scene: Scene, alice: Agent, clock: Clock
) -> None:
    clock.forward(minutes=1)
    new = person(70, "Zora Neu")
    contact, _ = create(new.phone, "Zora Neu", NumberBasis.REQUEST, actor="system", at=clock.at)
    clock.forward(minutes=1)
    scene.writes(five[3], "Und noch etwas")
    assert listed(alice)[:3] == ["Kunde3", "Zora Neu", "Kunde0"]
    (row,) = find(alice, "zora").rows
    assert (row.id, row.conversation, row.open, row.phone) == (contact, None, 0, new.phone.masked)
    seen: list[UUID] = []
    after = None
    while page := active(alice, 1, after):
        seen += [each.contact for each in page]
        after = (page[-1].at, page[-1].place)
    assert seen == [each.contact for each in active(alice, 50)]
    scene.writes(replace(new, name="zora"), "Hier bin ich")
    assert listed(alice)[:2] == ["Zora Neu", "Kunde3"]
    assert len(active(alice, 50)) == 6
