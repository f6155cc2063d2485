"""What somebody writes is kept on the server: sealed, for its author and for whoever stands in, and not for long."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from jawort.cli.doctor import check_world
from jawort.intake.upkeep import upkeep
from jawort.messaging.compose import jot, reply
from jawort.messaging.draft import Draft
from jawort.messaging.drafts.keep import keep, take_over
from jawort.messaging.drafts.models import KeptDraft
from jawort.messaging.drafts.queries import drafts_in
from jawort.messaging.drafts.rules import CHARACTERS_MAX, Meant, Words
from jawort.messaging.merge import merge, unmerge
from jawort.messaging.models import Conversation
from jawort.messaging.queries import View, rows
from jawort.messaging.resolve import resolve
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.fixtures.together import at_once

SECRET = "Frau Muster hat den Betrag bereits bezahlt"


@pytest.fixture
def home(scene: Scene, kim: Customer) -> Conversation:
    """kim has written."""
    scene.writes(kim, "Wann?")
    return scene.chat(kim)


def kept(home: Conversation) -> list[tuple[str, str, str]]:
    return [(each.author, each.words.meant, each.words.text) for each in drafts_in(home)]


def test_each_has_one_the_newest_first_and_emptied_it_ends(
    scene: Scene, home: Conversation, alice: Agent, bob: Agent
) -> None:
    keep(home, alice, Words("Mor"), scene.clock.at)
    scene.passes(seconds=5)
    keep(home, bob, Words("Zahlt nie", Meant.NOTE), scene.clock.at)
    assert kept(home) == [("Bob", "note", "Zahlt nie"), ("Alice", "reply", "Mor")]
    scene.passes(seconds=5)
    keep(home, alice, Words("Morgen"), scene.clock.at)
    assert kept(home) == [("Alice", "reply", "Morgen"), ("Bob", "note", "Zahlt nie")]
    keep(home, alice, Words(" \n"), scene.clock.at)
    assert kept(home) == [("Bob", "note", "Zahlt nie")]


def test_the_list_says_who_writes_and_open_desks_are_told_once(
    scene: Scene, home: Conversation, alice: Agent, bob: Agent
) -> None:
    def drafts() -> tuple[str, ...]:
        return rows(alice, view=View.ALL)[0].drafts

    told = [{"c": [str(home.pk)], "m": []}]
    assert scene.hears(lambda: keep(home, alice, Words("M"), scene.clock.at)) == told
    assert scene.hears(lambda: keep(home, alice, Words("Morgen"), scene.clock.at)) == []
    assert scene.hears(lambda: take_over(home, bob, Words("Bitte"), scene.clock.at)) == told
    assert drafts() == ("Alice", "Bob")
    assert scene.hears(lambda: keep(home, bob, Words(" "), scene.clock.at)) == told
    assert scene.hears(lambda: keep(home, bob, Words(""), scene.clock.at)) == []
    assert drafts() == ("Alice",)
    reply(home, Draft("Morgen."), alice, scene.clock.at, client_id=uuid4())
    assert drafts() == ()


def test_however_many_write_the_list_asks_no_more(
    scene: Scene, home: Conversation, alice: Agent, bob: Agent, nour: Customer
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            rows(alice, view=View.ALL)
        return len(asked)

    scene.writes(nour, "Und ich?")
    keep(home, alice, Words("M"), scene.clock.at)
    one = queries()
    for chat in (home, scene.chat(nour)):
        keep(chat, bob, Words("Ja"), scene.clock.at)
    assert queries() == one


def test_no_column_has_it_in_clear_and_a_note_does_not_become_a_reply(
    scene: Scene, home: Conversation, alice: Agent, bob: Agent
) -> None:
    keep(home, alice, Words(SECRET, Meant.NOTE), scene.clock.at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(encode(t::text::bytea, 'escape'), '') FROM messaging_kept_draft t")
        (row,) = cursor.fetchone()
    assert "note" in row
    assert "Muster" not in row
    assert SECRET.encode().hex() not in row
    rows = KeptDraft.objects.all()
    for changed in ({"meant": "reply"}, {"author": bob}):
        before = rows.values(*changed).get()
        rows.update(**changed)
        assert drafts_in(home) == []
        assert [finding.code for finding in check_world() if finding.code == "messaging.draft"] == ["messaging.draft"]
        rows.update(**before)
    assert kept(home) == [("Alice", "note", SECRET)]


def test_sent_or_written_it_ends_and_only_for_whoever_did(
    scene: Scene, home: Conversation, alice: Agent, bob: Agent
) -> None:
    for person in (alice, bob):
        keep(home, person, Words("Morgen"), scene.clock.at)
    reply(home, Draft("Morgen"), alice, scene.clock.at, client_id=uuid4())
    assert kept(home) == [("Bob", "reply", "Morgen")]
    jot(home, "Morgen", bob, scene.clock.at, client_id=uuid4())
    assert kept(home) == []


def test_it_ends_with_the_conversation(scene: Scene, home: Conversation, alice: Agent) -> None:
    keep(home, alice, Words("Morgen"), scene.clock.at)
    resolve(home, actor=alice.actor, at=scene.clock.at)
    assert not KeptDraft.objects.exists()


def test_a_merge_leaves_none_with_the_contact_that_goes(
    scene: Scene, home: Conversation, alice: Agent, nour: Customer
) -> None:
    scene.writes(nour, "Hallo")
    younger = scene.chat(nour)
    for chat in (home, younger):
        keep(chat, alice, Words("Morgen"), scene.clock.at)
    merge(home.contact_id, younger.contact_id, actor=alice.actor, at=scene.clock.at)
    assert list(KeptDraft.objects.values_list("conversation", "contact")) == [(home.pk, home.contact_id)]
    unmerge(younger.contact_id, actor=alice.actor, at=scene.clock.at)
    assert kept(home) == [("Alice", "reply", "Morgen")]
    assert kept(younger) == []


def test_after_thirty_days_it_is_gone(scene: Scene, home: Conversation, alice: Agent) -> None:
    keep(home, alice, Words("Morgen"), scene.clock.at)
    scene.passes(days=30)
    upkeep([])
    assert kept(home) == [("Alice", "reply", "Morgen")]
    scene.clock.forward(minutes=6)
    assert "messaging.draft_late" in {finding.code for finding in check_world()}
    upkeep([])
    assert not KeptDraft.objects.exists()


def test_two_tabs_of_one_person_keep_one(scene: Scene, home: Conversation, alice: Agent) -> None:
    at_once(lambda at: keep(home, alice, Words("Morgen"), at), scene.clock.at, times=4)
    assert kept(home) == [("Alice", "reply", "Morgen")]


WORDS = st.builds(Words, st.text(max_size=40), st.sampled_from(Meant))


@given(WORDS, WORDS)
def test_joined_nothing_is_lost_and_no_note_leaves(first: Words, second: Words) -> None:
    both = first.then(second)
    assert both.text.endswith(second.text)
    assert not first.text.strip() or both.text.startswith(first.text)
    if first.text.strip() and Meant.NOTE in (first.meant, second.meant):
        assert both.meant is Meant.NOTE


def test_what_is_too_long_to_be_sent_is_kept_up_to_a_limit() -> None:
    assert len(Words("x" * CHARACTERS_MAX).then(Words("y")).text) == CHARACTERS_MAX
