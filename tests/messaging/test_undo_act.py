"""What was done to several conversations at once is undone: those are as before, and what has changed since stays."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction

from jawort.core.phone import Phone
from jawort.ledger.models import Entry
from jawort.messaging.assign import assign
from jawort.messaging.labels.define import define
from jawort.messaging.labels.models import Labelled
from jawort.messaging.labels.put import put_on
from jawort.messaging.models import Conversation
from jawort.messaging.note import note
from jawort.messaging.read import mark_read
from jawort.messaging.resolve import resolve
from jawort.messaging.snooze import snooze
from jawort.messaging.undo_act import Before, undo_act
from jawort.staff.accounts import close
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.messaging.test_together import Other

LATER = timedelta(hours=3)
Act = Callable[[Conversation], bool]
Acts = dict[str, Act]


def a_customer(number: int) -> Customer:
    """With a number of the block that the regulator keeps for films."""
    digits = f"4917139200{number}"
    return Customer(f"Kundin {number}", Phone(digits), f"DE.{digits}")


@pytest.fixture
def label(scene: Scene) -> UUID:
    return define("Beschwerde", 3, actor="system", at=scene.clock.at)


@pytest.fixture
def acts(scene: Scene, alice: Agent, label: UUID) -> Acts:
    """What can be done to several conversations, by name."""

    def at_now(verb: Callable[..., bool], *said: object) -> Act:
        return lambda home: verb(home, *said, actor=alice.actor, at=scene.clock.at)

    return {
        "assign": at_now(assign, alice),
        "give back": at_now(assign, None),
        "label": at_now(put_on, label),
        "resolve": at_now(resolve),
        "snooze": lambda home: snooze(home, scene.clock.at + LATER, actor=alice.actor, at=scene.clock.at),
    }


@pytest.fixture
def homes(scene: Scene, alice: Agent, bob: Agent) -> list[Conversation]:
    """Unread, read and answered by nobody, bob's, alice's, put aside until a time, and until the person writes."""
    found = []
    for number in range(60, 66):
        who = a_customer(number)
        scene.writes(who, "Guten Tag")
        found.append(scene.chat(who))
    for home in found[1:]:
        mark_read(home, actor="system", at=scene.clock.at)
    for home, whose in ((found[2], bob), (found[3], alice), (found[4], bob)):
        assign(home, whose, actor="system", at=scene.clock.at)
    snooze(found[4], scene.clock.at + timedelta(days=1), actor="system", at=scene.clock.at)
    snooze(found[5], None, actor="system", at=scene.clock.at)
    return found


def rows(homes: list[Conversation]) -> dict[UUID, dict[str, object]]:
    """All that is kept of them, with their labels, but for the versions."""
    named = Conversation.objects.filter(pk__in=[home.pk for home in homes])
    found = {home["id"]: dict[str, object](home) for home in named.values()}
    for pk, home in found.items():
        del home["version"]
        home["labels"] = set(Labelled.objects.filter(conversation=pk).values_list("label", flat=True))
    return found


def does(act: Act, homes: list[Conversation]) -> list[Before]:
    """How those that it changed were before."""
    fresh = Conversation.objects.filter(pk__in=[home.pk for home in homes]).order_by("pk")
    return [Before.of(home) for home in fresh if act(home)]


def undoes(scene: Scene, alice: Agent, befores: list[Before], label: UUID | None = None) -> int:
    return undo_act(befores, label, actor=alice.actor, at=scene.clock.at)


@pytest.mark.parametrize("name", ["assign", "give back", "label", "resolve", "snooze"])
def test_all_are_as_before_but_for_those_that_changed(
    scene: Scene, alice: Agent, homes: list[Conversation], acts: Acts, label: UUID, name: str
) -> None:
    was = rows(homes)
    scene.passes(minutes=1)
    befores = does(acts[name], homes)
    assert len(befores) >= 3
    scene.passes(minutes=1)
    changed = next(home for home in homes if home.pk == befores[1].id)
    note(changed, "Ich bin dran", author(alice), scene.clock.at)
    since = rows([changed])
    assert undoes(scene, alice, befores, label if name == "label" else None) == len(befores) - 1
    assert rows(homes) == was | since
    assert undoes(scene, alice, befores) == 0  # twice is once


def test_the_ledger_says_of_each_what_happened(
    scene: Scene, alice: Agent, bob: Agent, homes: list[Conversation], acts: Acts, label: UUID
) -> None:
    for name, put in (("assign", None), ("label", label), ("snooze", None), ("resolve", None)):
        undoes(scene, alice, does(acts[name], homes), put)

    def of(home: Conversation) -> list[tuple[str, object]]:
        entries = Entry.objects.filter(object=home.pk, actor=alice.actor).order_by("id")
        return [(entry.kind, entry.facts) for entry in entries]

    bobs, alices = {"to": str(bob.pk), "from": str(alice.pk)}, {"to": str(alice.pk), "from": str(bob.pk)}
    assert of(homes[2])[:4] == [
        ("conversation.assigned", alices),
        ("conversation.assigned", bobs),
        ("conversation.labelled", {"change": "on"}),
        ("conversation.labelled", {"change": "off"}),
    ]
    assert [kind for kind, _ in of(homes[2])[4:]] == [
        "conversation.snoozed",
        "conversation.woken",
        "conversation.resolved",
        "conversation.reopened",
    ]
    assert [kind for kind, _ in of(homes[5])[-2:]] == ["conversation.reopened", "conversation.snoozed"]


def test_who_wrote_meanwhile_has_a_new_conversation_and_the_old_one_stays(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer, acts: Acts
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Danke!")
    kims, nours = scene.chat(kim), scene.chat(nour)
    befores = does(acts["resolve"], [kims, nours])
    scene.writes(kim, "Eine Frage noch")
    assert undoes(scene, alice, befores) == 1
    assert rows([kims])[kims.pk]["status"] == "resolved"
    assert rows([nours])[nours.pk]["status"] == "open"


def test_who_writes_at_that_moment_holds_up_no_other(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer, acts: Acts
) -> None:
    """The new conversation is seen by nobody else yet: only the constraint tells of it."""
    for who in (kim, nour):
        scene.writes(who, "Danke!")
    kims, nours = scene.chat(kim), scene.chat(nour)
    befores = does(acts["resolve"], [kims, nours])
    with transaction.atomic():  # as intake does
        Conversation.objects.create(
            contact_id=kims.contact_id, line=scene.line, opened_at=scene.clock.at, last_message_at=scene.clock.at
        )
        other = Other(partial(undoes, scene, alice, befores))
    assert other.end() is None
    assert (rows([kims])[kims.pk]["status"], rows([nours])[nours.pk]["status"]) == ("resolved", "open")


def test_after_a_week_it_stays_resolved(scene: Scene, alice: Agent, homes: list[Conversation], acts: Acts) -> None:
    befores = does(acts["resolve"], homes)
    scene.passes(days=8)
    assert undoes(scene, alice, befores) == 0
    scene.delivers()


def test_nobody_gets_it_back_whose_account_is_closed(
    scene: Scene, ada: Agent, alice: Agent, bob: Agent, homes: list[Conversation], acts: Acts, label: UUID
) -> None:
    given, done = does(acts["assign"], [homes[0], homes[2]]), does(acts["resolve"], [homes[4]])
    labelled = does(acts["label"], [homes[4]])
    close(bob.pk, actor=ada.actor, at=scene.clock.at)
    assert undoes(scene, alice, given) == 1
    assert (rows(homes)[homes[0].pk]["assignee_id"], rows(homes)[homes[2].pk]["assignee_id"]) == (None, alice.pk)
    assert undoes(scene, alice, labelled, label) == 1
    assert undoes(scene, alice, done) == 0


def test_what_was_put_aside_comes_back_also_if_its_time_has_passed(
    scene: Scene, alice: Agent, homes: list[Conversation], acts: Acts
) -> None:
    befores = does(acts["resolve"], [homes[4]])
    scene.passes(days=1, minutes=1)
    scene.delivers()
    assert undoes(scene, alice, befores) == 1
    scene.delivers()
    home = rows(homes)[homes[4].pk]
    assert (home["status"], home["snoozed_at"], home["unread"]) == ("open", None, 1)


def test_whoever_has_it_again_is_told(
    scene: Scene, alice: Agent, bob: Agent, homes: list[Conversation], acts: Acts
) -> None:
    befores = does(acts["assign"], [homes[0], homes[2]])
    told = scene.hears(lambda: undoes(scene, alice, befores))
    assert told == [
        {"c": [str(homes[0].pk)], "m": []},
        {"c": [str(homes[2].pk)], "m": [], "a": [[str(homes[2].pk), str(bob.pk)]]},
    ]
