"""Two contacts are one person: one thread, one conversation, everybody's no; and taken apart all is as it was."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jawort.channels.parts import Reaction
from jawort.channels.whatsapp.errors_accounts import ABOUT_GONE
from jawort.consent.purpose import CAMPAIGNS, CARE, Purpose
from jawort.consent.stop import object_to
from jawort.core.phone import Phone
from jawort.ledger.models import Entry
from jawort.messaging import checks, resolve
from jawort.messaging.about import CannotRefer
from jawort.messaging.draft import Draft
from jawort.messaging.gate import Recipient, answers
from jawort.messaging.merge import merge, unmerge
from jawort.messaging.models import Closing, Conversation, Message
from jawort.messaging.read import mark_read
from jawort.messaging.rules import WINDOW
from jawort.messaging.send import send
from jawort.messaging.thread import thread
from jawort.people.change import change_identity
from jawort.people.merge import CannotMerge, NotMerged
from jawort.people.models import Alias, Contact, Merge, Review
from jawort.people.persons import members, merges
from jawort.people.resolve import Sender
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.messaging.test_together import Other

BOB = "staff:bob"


@pytest.fixture
def later(kim: Customer) -> Customer:
    """kim with a new phone and account, who has written before WhatsApp said so."""
    return replace(kim, name="Kim (neu)", phone=Phone("491713920099"), bsuid="DE.1713920099")


@pytest.fixture
def both(scene: Scene, kim: Customer, later: Customer) -> tuple[Conversation, Conversation]:
    """Two conversations of one person, the older first; WhatsApp's report came late."""
    scene.writes(kim, "Mein Drucker klemmt.")
    scene.passes(minutes=5)
    scene.writes(later, "Ich bin es, mit neuer Nummer.")
    scope = scene.line.scope
    change_identity(
        Sender(kim.phone.digits, kim.bsuid, None, None, scope),
        Sender(later.phone.digits, later.bsuid, None, None, scope),
        scene.clock.at,
    )
    return scene.chat(kim), scene.chat(later)


def world() -> dict[str, list[Any]]:
    """Whatever merging may touch, but for versions and what only remembers that it was done."""
    columns = {
        Contact: ("id", "person_id", "month", "name_ciphertext"),
        Alias: ("id", "contact_id", "valid_to"),
        Review: ("id", "contact_id", "other_id", "settled_at"),
        Conversation: (
            *("id", "contact_id", "status", "assignee_id", "opened_at", "resolved_at", "unread", "window_ends_at"),
            *("last_message_id", "last_message_at"),
        ),
        Message: ("id", "contact_id", "conversation_id", "state", "wrapped", "ciphertext", "entry_id"),
    }
    tables: dict[Any, tuple[str, ...]] = columns
    return {
        table.__name__: [tuple(map(_plain, row)) for row in table.objects.order_by("pk").values_list(*names)]
        for table, names in tables.items()
    }


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def texts(chat: Conversation) -> list[str]:
    as_it_is = Conversation.objects.get(pk=chat.pk)
    return [item.text for item in thread(as_it_is) if item.direction != "event"]


def gate(scene: Scene, contact: Any, purpose: Purpose = CARE) -> str:
    recipient = Recipient(contact, scene.line.pk, purpose)
    return answers([recipient], scene.clock.at)[recipient].word


def test_the_person_has_one_thread_and_is_answered_where_they_wrote_last(
    scene: Scene, both: tuple[Conversation, Conversation], kim: Customer, later: Customer, alice: Agent
) -> None:
    old, new = both
    assert gate(scene, old.contact_id) == "identity_unclear"
    merge(old.contact_id, new.contact_id, actor=BOB, at=scene.clock.at)
    old, new = (Conversation.objects.get(pk=one.pk) for one in both)
    assert (old.status, new.status, old.unread, new.unread) == ("open", "resolved", 2, 0)
    said = ["Mein Drucker klemmt.", "Ich bin es, mit neuer Nummer."]
    assert texts(old) == texts(new) == said
    assert not Review.objects.filter(settled_at=None).exists()
    scene.writes(later, "Noch da?")
    assert texts(old) == [*said, "Noch da?"]
    assert Conversation.objects.filter(status="open").count() == 1
    send(old, "Ja, gern.", author(alice), scene.clock.at)
    scene.delivers()
    assert [out.to_bsuid for out in scene.wire.sent] == [later.bsuid]
    newest = Message.objects.filter(direction="in").order_by("pk").last()
    assert newest is not None
    assert (newest.contact_id, newest.conversation_id) == (new.contact_id, old.pk)
    (entry,) = Entry.objects.filter(kind="contact.merged")
    assert (entry.actor, entry.object, entry.related) == (BOB, new.contact_id, old.contact_id)


def test_who_is_one_person_is_looked_up_when_no_other_merge_is_under_way(
    scene: Scene, both: tuple[Conversation, Conversation]
) -> None:
    """Looked up before, the locks would be those of two contacts that are one by now, and the rest out of order."""
    (one, other), at = (home.contact_id for home in both), scene.clock.at
    with transaction.atomic():
        merge(one, other, actor="system", at=at)
        apart = Other(partial(unmerge, other, actor="system", at=at))
        with connection.cursor() as cursor:
            cursor.execute("SELECT relation::regclass::text FROM pg_locks WHERE NOT granted")
            assert cursor.fetchall() == [("people_merge",)]
    assert apart.end() is None
    assert members([one]) == {}


def test_undone_at_once_all_is_as_it_was(scene: Scene, both: tuple[Conversation, Conversation]) -> None:
    old, new = both
    before = world()
    merge(old.contact_id, new.contact_id, actor=BOB, at=scene.clock.at)
    assert world() != before
    unmerge(new.contact_id, actor=BOB, at=scene.clock.at)
    assert world() == before
    assert gate(scene, old.contact_id) == "identity_unclear"
    assert merges(10) == []


ACTS = st.lists(
    st.tuples(st.sampled_from(["write", "answer", "resolve", "read", "object"]), st.booleans()), min_size=1, max_size=8
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, turned=st.booleans())
def test_merged_and_taken_apart_nothing_has_changed_whatever_was_before(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, acts: list[tuple[str, bool]], turned: bool
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    for act, first in acts:
        who = kim if first else nour
        chat = scene.chat(who)
        match act:
            case "write":
                scene.writes(who, "Noch etwas")
            case "answer" if chat.status == "open":
                send(chat, "Gern", author(alice), scene.clock.at)
                scene.delivers()
            case "resolve":
                resolve.resolve(chat, actor=BOB, at=scene.clock.at)
            case "read":
                mark_read(chat, actor=BOB, at=scene.clock.at)
            case "object":
                object_to(chat.contact_id, CAMPAIGNS, actor=BOB, at=scene.clock.at)
            case _:
                pass
        scene.passes(minutes=1)
    one, other = scene.chat(kim).contact_id, scene.chat(nour).contact_id
    into, child = (other, one) if turned else (one, other)
    before = world()
    merge(into, child, actor=BOB, at=scene.clock.at)
    scene.passes(minutes=1)
    unmerge(child, actor=BOB, at=scene.clock.at)
    assert world() == before


def test_what_came_meanwhile_goes_home(scene: Scene, kim: Customer, nour: Customer, alice: Agent) -> None:
    scene.writes(kim, "Von Kim")
    scene.writes(nour, "Von Nour")
    kims, nours = scene.chat(kim), scene.chat(nour)
    merge(kims.contact_id, nours.contact_id, actor=BOB, at=scene.clock.at)
    scene.passes(minutes=1)
    scene.writes(nour, "Auch von Nour")
    scene.writes(kim, "Auch von Kim")
    send(Conversation.objects.get(pk=kims.pk), "Antwort", author(alice), scene.clock.at)
    scene.writes(nour, "Und noch etwas")
    assert texts(kims) == ["Von Kim", "Von Nour", "Auch von Nour", "Auch von Kim", "Antwort", "Und noch etwas"]
    unmerge(nours.contact_id, actor=BOB, at=scene.clock.at)
    assert texts(kims) == ["Von Kim", "Auch von Kim", "Antwort"]
    assert texts(nours) == ["Von Nour", "Auch von Nour", "Und noch etwas"]
    states = {c.pk: (c.status, c.unread) for c in Conversation.objects.all()}
    assert states == {kims.pk: ("open", 0), nours.pk: ("open", 1)}
    assert not Message.objects.exclude(conversation__contact=None).exclude(
        contact__in=[kims.contact_id, nours.contact_id]
    )


def test_windows_are_found_anew_without_reading_every_message(scene: Scene, kim: Customer, nour: Customer) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    kims, nours = scene.chat(kim), scene.chat(nour)
    merge(kims.contact_id, nours.contact_id, actor=BOB, at=scene.clock.at)
    wrote = {}
    for who in (nour, kim, nour):
        scene.passes(minutes=7)
        scene.writes(who, "Noch etwas")
        wrote[who.name] = scene.clock.at
    scene.passes(minutes=7)
    with CaptureQueriesContext(connection) as asked:
        unmerge(nours.contact_id, actor=BOB, at=scene.clock.at)
    ends = {who.name: scene.chat(who).window_ends_at for who in (kim, nour)}
    assert ends == {name: at.replace(microsecond=0) + WINDOW for name, at in wrote.items()}
    reading = [one["sql"] for one in asked.captured_queries if '"provider_time"' in one["sql"]]
    assert reading
    assert all("MAX(LEAST(" in sql for sql in reading)


def test_a_conversation_that_opened_meanwhile_is_divided(scene: Scene, kim: Customer, nour: Customer) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
        resolve.resolve(scene.chat(who), actor=BOB, at=scene.clock.at)
    one, other = scene.chat(kim).contact_id, scene.chat(nour).contact_id
    merge(one, other, actor=BOB, at=scene.clock.at)
    scene.writes(nour, "Nur von Nour")
    (home,) = Conversation.objects.filter(status="open")
    assert home.contact_id == one
    unmerge(other, actor=BOB, at=scene.clock.at)
    (again,) = Conversation.objects.filter(status="open")
    assert (again.contact_id, texts(again), again.unread) == (other, ["Nur von Nour"], 1)
    home.refresh_from_db()
    assert (home.status, home.last_message_id) == ("resolved", None)


def test_a_no_of_one_is_a_no_of_the_person_until_they_are_taken_apart(
    scene: Scene, kim: Customer, nour: Customer
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    one, other = scene.chat(kim).contact_id, scene.chat(nour).contact_id
    object_to(other, CARE, actor=BOB, at=scene.clock.at)
    assert (gate(scene, one), gate(scene, other)) == ("own_question", "objected")
    merge(one, other, actor=BOB, at=scene.clock.at)
    assert (gate(scene, one), gate(scene, other)) == ("objected", "objected")
    unmerge(other, actor=BOB, at=scene.clock.at)
    assert (gate(scene, one), gate(scene, other)) == ("own_question", "objected")


def test_whoever_wrote_last_is_answered_and_reacted_to_whichever_contact_they_are(
    scene: Scene, both: tuple[Conversation, Conversation], later: Customer, kim: Customer, alice: Agent
) -> None:
    old, new = both
    merge(old.contact_id, new.contact_id, actor=BOB, at=scene.clock.at)
    scene.passes(days=1)
    named = scene.writes(later, "Was kostet es?")
    told = Message.objects.latest("pk")
    assert (told.contact_id, told.conversation_id) == (new.contact_id, old.pk)
    for draft in (Draft("Zehn Euro", about=told.pk), Draft("", "reaction", Reaction("👍"), told.pk)):
        send(old, draft, author(alice), scene.clock.at)
        scene.delivers()
    assert [(out.to_bsuid, out.reply_to) for out in scene.wire.sent] == [(later.bsuid, named)] * 2
    (item,) = [item for item in thread(old) if item.text == "Was kostet es?"]
    assert item.reactions == ("👍",)
    assert [item.quote and item.quote.text for item in thread(old) if item.text == "Zehn Euro"] == ["Was kostet es?"]


def test_what_was_said_in_another_chat_of_the_person_is_not_quoted(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent
) -> None:
    """On the phone the quote would stand on nothing: one contact's chat knows nothing of the other's."""
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    old, new = scene.chat(kim), scene.chat(nour)
    merge(old.contact_id, new.contact_id, actor=BOB, at=scene.clock.at)
    scene.passes(days=1)
    scene.writes(nour, "Hier bin ich")
    asked = Message.objects.filter(contact=old.contact_id, direction="in").earliest("pk")
    with pytest.raises(CannotRefer) as refused:
        send(old, Draft("Dazu:", about=asked.pk), author(alice), scene.clock.at)
    assert refused.value.code == "about_elsewhere"
    send(old, "Moment", author(alice), scene.clock.at)
    scene.delivers()
    ours = Message.objects.get(direction="out")
    waiting = send(old, Draft("Genauer:", about=ours.pk), author(alice), scene.clock.at)
    scene.passes(days=1)
    scene.writes(kim, "Ich schreibe wieder von hier")
    scene.delivers()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.failure) == ("failed", str(ABOUT_GONE))
    with pytest.raises(CannotRefer):
        send(old, Draft("Genauer:", about=ours.pk), author(alice), scene.clock.at)


def test_addresses_that_pass_between_merged_contacts_raise_no_doubt(
    scene: Scene, kim: Customer, nour: Customer
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    one, other = scene.chat(kim).contact_id, scene.chat(nour).contact_id
    merge(one, other, actor=BOB, at=scene.clock.at)
    scene.writes(replace(nour, phone=kim.phone), "Mit Kims Nummer")
    assert not Review.objects.exists()
    assert Contact.objects.count() == 2


def test_what_makes_no_sense_is_refused_and_changes_nothing(scene: Scene, kim: Customer, nour: Customer) -> None:
    people = [kim, nour, Customer("Toni", Phone("491713920055"), "DE.1713920055")]
    for who in people:
        scene.writes(who, "Hallo")
    one, other, third = (scene.chat(who).contact_id for who in people)
    with pytest.raises(CannotMerge):
        merge(one, one, actor=BOB, at=scene.clock.at)
    with pytest.raises(NotMerged):
        unmerge(other, actor=BOB, at=scene.clock.at)
    merge(one, other, actor=BOB, at=scene.clock.at)
    for into, child in ((one, other), (other, third), (third, one), (third, other)):
        with pytest.raises(CannotMerge):
            merge(into, child, actor=BOB, at=scene.clock.at)
    merge(one, third, actor=BOB, at=scene.clock.at)
    assert members([other]) == {other: (one, *sorted([other, third]))}
    unmerge(other, actor=BOB, at=scene.clock.at)
    assert members([one, other, third]) == {one: (one, third), third: (one, third)}
    with pytest.raises(NotMerged):
        unmerge(one, actor=BOB, at=scene.clock.at)
    assert Merge.objects.filter(undone_at=None).count() == 1
    unmerge(third, actor=BOB, at=scene.clock.at)
    assert members([one, other, third]) == {}
    assert Closing.objects.count() == 2


def test_a_text_of_somebody_who_is_merged_with_nobody_asks_nothing_of_it(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    with CaptureQueriesContext(connection) as asked:
        scene.writes(kim, "Noch einmal")
    statements = " ".join(one["sql"] for one in asked.captured_queries)
    assert "messaging_conversation" in statements
    for rare in ("person_id = c.person_id", "people_merge", "messaging_closing", "messaging_failure", "lines_notice"):
        assert rare not in statements


def test_two_open_conversations_of_one_person_are_found(scene: Scene, kim: Customer, nour: Customer) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    chat, other = scene.chat(kim), scene.chat(nour)
    merge(chat.contact_id, other.contact_id, actor=BOB, at=scene.clock.at)
    assert [one.code for one in checks.findings()] == []
    Conversation.objects.filter(pk=other.pk).update(status="open")
    assert [one.code for one in checks.findings()] == ["messaging.two_open"]
    resolve.resolve(other, actor=BOB, at=scene.clock.at)


def test_a_message_in_a_strangers_conversation_is_found(scene: Scene, kim: Customer, nour: Customer) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    chat, other = scene.chat(kim), scene.chat(nour)
    merge(chat.contact_id, other.contact_id, actor=BOB, at=scene.clock.at)
    scene.writes(nour, "Zu Kim")
    assert codes() == set()
    Contact.objects.filter(pk__in=[chat.contact_id, other.contact_id]).update(person=None)
    assert codes() == {"messaging.stray"}
    Contact.objects.filter(pk__in=[chat.contact_id, other.contact_id]).update(person=chat.contact_id)


def codes() -> set[str]:
    return {one.code for one in checks.findings()}
