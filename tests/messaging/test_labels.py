"""Labels are defined, put on conversations and taken off, and stay with them through resolving, merging and erasure."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jawort.cli.doctor import check_world
from jawort.core.ids import uuid7
from jawort.core.phone import Phone
from jawort.ledger.models import Entry
from jawort.messaging.labels.define import CannotDefine, define, rename, restore, retire
from jawort.messaging.labels.models import Label, Labelled
from jawort.messaging.labels.put import CannotLabel, put_on, take_off
from jawort.messaging.labels.queries import counted, labels, labels_of, offered
from jawort.messaging.labels.rules import LABELS_MAX
from jawort.messaging.merge import merge, unmerge
from jawort.messaging.models import Conversation, Message
from jawort.messaging.queries import View, rows
from jawort.messaging.resolve import reopen, resolve
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.test_together import Other

ADA, ALICE = "staff:ada", "staff:alice"


@pytest.fixture
def label(scene: Scene) -> Callable[..., UUID]:
    """`label("Complaint", 3)`: defined by the administrator."""
    return lambda name, hue=0: define(name, hue, actor=ADA, at=scene.clock.at)


@pytest.fixture
def chat(scene: Scene, kim: Customer) -> Conversation:
    """kim has written."""
    scene.writes(kim, "Mein Drucker klemmt.")
    return scene.chat(kim)


def said_of(object_: UUID, kind: str) -> list[tuple[object, UUID | None]]:
    found = Entry.objects.filter(object=object_, kind=kind).order_by("id")
    return [(entry.facts["change"], entry.related) for entry in found]


def carried(chat: Conversation) -> list[str]:
    return [each.name for each in labels_of([chat.pk]).get(chat.pk, ())]


def test_the_administrator_defines_renames_retires_and_restores(scene: Scene, label: Callable[..., UUID]) -> None:
    at = scene.clock.at
    complaint, invoice = label("  Be  schwerde ", 3), label("Rechnung", 5)
    assert [(each.name, each.hue) for each in labels()] == [("Be schwerde", 3), ("Rechnung", 5)]
    rename(complaint, "Beschwerde", 3, actor=ADA, at=at)
    rename(complaint, "Beschwerde", 4, actor=ADA, at=at)
    rename(complaint, "Beschwerde", 4, actor=ADA, at=at)
    retire(invoice, actor=ADA, at=at)
    retire(invoice, actor=ADA, at=at)
    assert [each.name for each in labels()] == ["Beschwerde"]
    assert [each.name for each in counted()] == ["Beschwerde", "Rechnung"]
    restore(invoice, actor=ADA, at=at)
    assert [change for change, _ in said_of(complaint, "label.changed")] == ["defined", "renamed", "recoloured"]
    assert [change for change, _ in said_of(invoice, "label.changed")] == ["defined", "retired", "restored"]
    assert "Beschwerde" not in str(list(Entry.objects.values_list("facts", flat=True)))


@pytest.mark.parametrize("name", ["beschwerde", " BESCHWERDE ", "Beschwerde"])
def test_a_name_is_taken_however_it_is_written_also_by_a_retired_one(
    scene: Scene, label: Callable[..., UUID], name: str
) -> None:
    retire(label("Beschwerde"), actor=ADA, at=scene.clock.at)
    other = label("Straße")
    with pytest.raises(CannotDefine, match="taken"):
        label(name)
    with pytest.raises(CannotDefine, match="taken"):
        rename(other, name, 0, actor=ADA, at=scene.clock.at)
    rename(other, "STRASSE", 0, actor=ADA, at=scene.clock.at)
    assert Label.objects.count() == 2


def test_there_are_only_so_many_in_use(scene: Scene, label: Callable[..., UUID]) -> None:
    first, *_ = [label(f"Wort {n}") for n in range(LABELS_MAX)]
    with pytest.raises(CannotDefine, match="full"):
        label("Eins zu viel")
    retire(first, actor=ADA, at=scene.clock.at)
    label("Passt wieder")
    with pytest.raises(CannotDefine, match="full"):
        restore(first, actor=ADA, at=scene.clock.at)


def test_put_on_it_is_shown_told_and_taken_off(
    scene: Scene, chat: Conversation, label: Callable[..., UUID], alice: Agent
) -> None:
    complaint, at = label("Beschwerde", 3), scene.clock.at
    before = Conversation.objects.get(pk=chat.pk).version
    told = scene.hears(lambda: put_on(chat, complaint, actor=ALICE, at=at))
    assert told == [{"c": [str(chat.pk)], "m": []}]
    assert scene.hears(lambda: put_on(chat, complaint, actor=ALICE, at=at)) == []
    (row,) = rows(alice, view=View.ALL)
    assert [(each.name, each.hue) for each in row.labels] == [("Beschwerde", 3)]
    assert row.version == before + 1
    take_off(chat, complaint, actor=ALICE, at=at)
    assert scene.hears(lambda: take_off(chat, complaint, actor=ALICE, at=at)) == []
    assert carried(chat) == []
    assert said_of(chat.pk, "conversation.labelled") == [("on", complaint), ("off", complaint)]
    check_world()


def test_a_retired_label_stays_where_it_is_and_is_put_on_nowhere(
    scene: Scene, chat: Conversation, nour: Customer, label: Callable[..., UUID]
) -> None:
    old, at = label("Alt"), scene.clock.at
    put_on(chat, old, actor=ALICE, at=at)
    retire(old, actor=ADA, at=at)
    scene.writes(nour, "Hallo")
    with pytest.raises(CannotLabel):
        put_on(scene.chat(nour), old, actor=ALICE, at=at)
    with pytest.raises(CannotLabel):
        put_on(chat, uuid7(), actor=ALICE, at=at)
    put_on(chat, old, actor=ALICE, at=at)  # it carries it already
    has = labels_of([chat.pk])[chat.pk]
    assert [(each.name, on) for each, on in offered(has)] == [("Alt", True)]
    assert offered([]) == []
    take_off(chat, old, actor=ALICE, at=at)
    assert carried(chat) == []


def test_whoever_retires_one_that_is_being_renamed_waits(scene: Scene, label: Callable[..., UUID]) -> None:
    """The table is locked before any row, by all of them."""
    there, at = label("Beschwerde"), scene.clock.at
    with transaction.atomic():
        label("Lob")
        other = Other(partial(retire, there, actor="system", at=at))
        rename(there, "Reklamation", 3, actor="system", at=at)
    assert other.end() is None
    assert Label.objects.filter(pk=there, name="Reklamation", retired_at=at).exists()


def test_a_new_name_is_told_wherever_the_label_is_carried(
    scene: Scene, chat: Conversation, label: Callable[..., UUID]
) -> None:
    complaint, at = label("Beschwerde"), scene.clock.at
    put_on(chat, complaint, actor=ALICE, at=at)
    told = scene.hears(lambda: rename(complaint, "Klage", 2, actor=ADA, at=at))
    assert told == [{"c": [str(chat.pk)], "m": []}]


def test_resolved_and_reopened_it_carries_what_it_did(
    scene: Scene, chat: Conversation, kim: Customer, label: Callable[..., UUID]
) -> None:
    complaint, at = label("Beschwerde"), scene.clock.at
    put_on(chat, complaint, actor=ALICE, at=at)
    resolve(chat, actor=ALICE, at=at)
    put_on(chat, label("Drucker"), actor=ALICE, at=at)
    reopen(chat, actor=ALICE, at=at)
    assert carried(chat) == ["Beschwerde", "Drucker"]
    resolve(chat, actor=ALICE, at=at)
    scene.writes(kim, "Noch etwas anderes.")
    assert carried(scene.chat(kim)) == []  # a new conversation is about something new


def test_merged_the_one_that_goes_on_carries_both_and_taken_apart_its_own(
    scene: Scene, chat: Conversation, kim: Customer, label: Callable[..., UUID]
) -> None:
    scene.passes(minutes=1)
    scene.writes(replace(kim, phone=Phone("491713920099"), bsuid="DE.1713920099"), "Ich bin es.")
    other = Conversation.objects.exclude(pk=chat.pk).get()
    both, mine, its, later = (label(name) for name in ("Beide", "Meins", "Seins", "Später"))
    at = scene.clock.at
    for home, each in ((chat, both), (other, both), (chat, mine), (other, its), (other, later)):
        put_on(home, each, actor=ALICE, at=at)
    merge(chat.contact_id, other.contact_id, actor=ALICE, at=at)
    assert carried(chat) == ["Beide", "Meins", "Seins", "Später"]
    take_off(chat, later, actor=ALICE, at=at)
    put_on(chat, later, actor=ALICE, at=at)  # decided anew: it belongs here now
    unmerge(other.contact_id, actor=ALICE, at=at)
    assert carried(chat) == ["Beide", "Meins", "Später"]
    assert carried(other) == ["Beide", "Seins", "Später"]
    assert said_of(chat.pk, "conversation.labelled")[-1] == ("off", its)
    check_world()


def test_with_the_conversation_goes_what_it_carries(chat: Conversation, label: Callable[..., UUID]) -> None:
    put_on(chat, label("Beschwerde"), actor=ALICE, at=chat.opened_at)
    with transaction.atomic():
        Message.objects.filter(conversation=chat).update(conversation=None)
        chat.delete()
        assert not Labelled.objects.exists()
        transaction.set_rollback(True)


def test_the_labels_of_many_rows_are_one_query(
    scene: Scene, chat: Conversation, nour: Customer, label: Callable[..., UUID]
) -> None:
    scene.writes(nour, "Hallo")
    for home in Conversation.objects.all():
        for name in ("Eins", "Zwei"):
            found = Label.objects.filter(name=name).first()
            put_on(home, found.pk if found else label(name), actor=ALICE, at=scene.clock.at)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found_ = labels_of(list(Conversation.objects.values_list("pk", flat=True)))
    assert {len(each) for each in found_.values()} == {2}
    assert len(queries) == 2  # which rows, and their labels
