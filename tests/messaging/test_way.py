"""The way of a text message, in and out, through real tables, keys and ledger."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection

from jawort.channels.whatsapp.limits import TEXT_MAX
from jawort.consent.purpose import CARE
from jawort.consent.rules import Refused
from jawort.consent.stop import lift_objection, lift_restriction, object_to, restrict
from jawort.core import clock as core_clock
from jawort.intake.models import RawEvent
from jawort.ledger.models import Entry
from jawort.messaging.claim import claim
from jawort.messaging.draft import TextUnfit
from jawort.messaging.models import Conversation, Message
from jawort.messaging.queries import View, counts, rows
from jawort.messaging.resolve import CannotReopen, reopen, resolve
from jawort.messaging.rules import State
from jawort.messaging.send import CannotRetry, NotOpen, retry, send
from jawort.messaging.thread import panel, thread
from jawort.people.models import Review
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Died, Fault, Scene, author

Word = Callable[..., None]


def texts(conversation: Conversation) -> list[str]:
    return [item.text for item in thread(conversation) if item.direction != "event"]


def test_a_message_arrives_on_the_screen(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag, ist mein Rad fertig? 🚲")
    (row,) = rows(alice, view=View.ALL)
    assert (row.name, row.preview, row.unread) == (kim.name, "Guten Tag, ist mein Rad fertig? 🚲", 1)
    assert panel(scene.chat(kim)).phone == kim.phone.masked
    assert counts(alice).unassigned == 1
    assert texts(scene.chat(kim)) == ["Guten Tag, ist mein Rad fertig? 🚲"]


def test_nothing_waits_in_the_queue_after_it_was_taken_in(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    assert not RawEvent.objects.exists()


def test_what_is_told_twice_counts_once(scene: Scene, kim: Customer) -> None:
    told = scene.message(kim, "wamid.SAME", {"type": "text", "text": {"body": "einmal"}})
    scene.tells(told, told)
    scene.tells(told)
    assert texts(scene.chat(kim)) == ["einmal"]


def test_an_answer_leaves_and_gets_its_ticks(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    message = send(scene.chat(kim), "Guten Tag!", author(alice), core_clock.now())
    assert (message.state, scene.chat(kim).unread) == (State.QUEUED, 0)
    scene.delivers()
    (outgoing,) = scene.wire.sent
    assert (outgoing.own_id, outgoing.text, outgoing.to_bsuid) == (str(message.pk), "Guten Tag!", kim.bsuid)
    for state in ["sent", "delivered", "read", "delivered"]:
        scene.tells(scene.receipt(message, state))
    message.refresh_from_db()
    assert (message.state, message.seq) == (State.READ, 1)


def test_a_receipt_before_the_answer_of_the_call_is_not_lost(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    message = send(scene.chat(kim), "Guten Tag!", author(alice), core_clock.now())
    (ready,) = claim([message.pk], core_clock.now()).ready
    scene.tells(scene.receipt(ready.message, "delivered"))
    message.refresh_from_db()
    assert message.state == State.DELIVERED
    scene.delivers()
    assert scene.wire.sent == []


def test_a_day_after_the_last_word_the_gate_keeps_the_text(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(hours=24)
    message = send(scene.chat(kim), "Guten Tag!", author(alice), core_clock.now())
    assert (message.state, message.gate) == (State.REFUSED, Refused.WINDOW_CLOSED)
    assert texts(scene.chat(kim)) == ["Hallo", "Guten Tag!"]
    scene.delivers()
    assert scene.wire.sent == []
    scene.writes(kim, "Noch da?")
    again = retry(message, author(alice), core_clock.now())
    scene.delivers()
    assert [o.text for o in scene.wire.sent] == ["Guten Tag!"]
    assert again.state == State.QUEUED
    with pytest.raises(CannotRetry):
        retry(message, author(alice), core_clock.now())


def test_the_gate_is_asked_again_when_it_leaves(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    message = send(scene.chat(kim), "Guten Tag!", author(alice), core_clock.now())
    scene.passes(hours=24)
    scene.delivers()
    message.refresh_from_db()
    assert (message.state, message.gate, scene.wire.sent) == (State.REFUSED, Refused.WINDOW_CLOSED, [])


@pytest.mark.parametrize(
    ("say", "take_back", "code"),
    [
        (restrict, lift_restriction, Refused.RESTRICTED),
        (partial(object_to, purpose=CARE), partial(lift_objection, purpose=CARE), Refused.OBJECTED),
    ],
)
def test_a_no_wins_over_what_waits_to_leave(
    scene: Scene, alice: Agent, kim: Customer, say: Word, take_back: Word, code: Refused
) -> None:
    scene.writes(kim, "Hallo")
    chat, actor = scene.chat(kim), f"staff:{alice.pk}"
    waiting = send(chat, "Guten Tag!", author(alice), core_clock.now())
    for _ in range(2):
        say(chat.contact_id, actor=actor, at=core_clock.now())
    scene.delivers()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.gate, scene.wire.sent) == (State.REFUSED, code, [])
    assert send(chat, "Noch einmal", author(alice), core_clock.now()).gate == code
    for _ in range(2):
        take_back(chat.contact_id, actor=actor, at=core_clock.now())
    assert send(chat, "Willkommen zurück", author(alice), core_clock.now()).state == State.QUEUED
    assert (
        Entry.objects.filter(object=chat.contact_id, kind__in=["objection.changed", "restriction.changed"]).count() == 2
    )


def test_a_failure_names_its_code_and_can_be_sent_again(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.wire.faults = [Fault.NEVER]
    message = send(scene.chat(kim), "Guten Tag!", author(alice), core_clock.now())
    scene.delivers()
    message.refresh_from_db()
    assert (message.state, message.failure) == (State.FAILED, "131026")
    item = thread(scene.chat(kim))[-1]
    assert item.can_retry
    assert item.text == "Guten Tag!"


def test_nothing_left_is_tried_again_with_the_same_number(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.wire.faults = [Fault.BEFORE]
    message = send(scene.chat(kim), "Guten Tag!", author(alice), core_clock.now())
    scene.delivers()
    scene.passes(minutes=1)
    scene.delivers()
    message.refresh_from_db()
    assert (message.state, message.seq, len(scene.wire.sent)) == (State.ACCEPTED, 1, 1)


def test_what_may_have_left_is_unknown_until_a_receipt_tells(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.wire.faults = [Fault.AFTER]
    message = send(scene.chat(kim), "Guten Tag!", author(alice), core_clock.now())
    scene.delivers()
    message.refresh_from_db()
    assert message.state == State.UNKNOWN
    with pytest.raises(CannotRetry):
        retry(message, author(alice), core_clock.now())
    scene.passes(minutes=11)
    assert thread(scene.chat(kim))[-1].can_retry
    scene.tells(scene.receipt(message, "delivered"))
    message.refresh_from_db()
    assert message.state == State.DELIVERED
    assert len(scene.wire.sent) == 1


def test_a_process_that_dies_in_the_call_never_sends_twice(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.wire.faults = [Fault.DIES]
    message = send(scene.chat(kim), "Guten Tag!", author(alice), core_clock.now())
    with pytest.raises(Died):
        scene.delivers()
    scene.passes(minutes=10)
    scene.recovers()
    message.refresh_from_db()
    assert (message.state, len(scene.wire.sent)) == (State.UNKNOWN, 1)


def test_answers_leave_in_the_order_in_which_they_were_written(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    said = [f"{n}." for n in range(20)]
    for text in said:
        send(scene.chat(kim), text, author(alice), core_clock.now())
    scene.delivers()
    assert [o.text for o in scene.wire.sent] == said


def test_a_number_with_a_new_owner_shows_nothing_of_the_old_one(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer
) -> None:
    scene.writes(kim, "Meine Kundennummer ist 4711")
    old = scene.chat(kim)
    waiting = send(old, "Danke, ist notiert.", author(alice), core_clock.now())
    newcomer = Customer("Nour Beispiel", kim.phone, nour.bsuid)
    scene.writes(newcomer, "Wer ist da?")
    fresh = scene.chat(newcomer)
    assert fresh.contact_id != old.contact_id
    assert texts(fresh) == ["Wer ist da?"]
    assert Review.objects.count() == 1
    scene.delivers()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.gate) == (State.REFUSED, Refused.IDENTITY_UNCLEAR)
    assert scene.wire.sent == []
    send(fresh, "Guten Tag!", author(alice), core_clock.now())
    scene.delivers()
    assert [o.to_bsuid for o in scene.wire.sent] == [nour.bsuid]


def test_a_resolved_conversation_stays_and_a_new_one_opens(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    first = scene.chat(kim)
    resolve(first, actor=f"staff:{alice.pk}", at=core_clock.now())
    scene.passes(days=8)
    with pytest.raises(CannotReopen):
        reopen(first, actor=f"staff:{alice.pk}", at=core_clock.now())
    scene.writes(kim, "Neue Frage")
    second = scene.chat(kim)
    assert second.pk != first.pk
    assert [e.id for e in panel(second).earlier] == [first.pk]


def test_in_a_resolved_conversation_nothing_is_sent(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    chat = scene.chat(kim)
    resolve(chat, actor=f"staff:{alice.pk}", at=core_clock.now())
    with pytest.raises(NotOpen):
        send(chat, "Guten Tag!", author(alice), core_clock.now())
    assert texts(chat) == ["Hallo"]


def test_a_resolved_conversation_goes_on_within_a_week(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    chat = scene.chat(kim)
    resolve(chat, actor=f"staff:{alice.pk}", at=core_clock.now())
    reopen(chat, actor=f"staff:{alice.pk}", at=core_clock.now())
    scene.writes(kim, "Noch etwas")
    assert scene.chat(kim).pk == chat.pk


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\u2060\ufeff", "x" * (TEXT_MAX + 1), "a\0b"])
def test_what_cannot_be_a_message_is_not_stored(scene: Scene, alice: Agent, kim: Customer, text: str) -> None:
    scene.writes(kim, "Hallo")
    with pytest.raises(TextUnfit):
        send(scene.chat(kim), text, author(alice), core_clock.now())
    assert Message.objects.filter(direction="out").count() == 0


def test_an_unknown_kind_is_kept_and_shown_as_such(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "", type="hologram", hologram={"depth": 3})
    (message,) = Message.objects.all()
    assert message.kind == "unsupported"
    assert thread(scene.chat(kim))[-1].kind == "unsupported"


def test_nothing_of_a_customer_lies_in_clear(scene: Scene, alice: Agent, kim: Customer) -> None:
    provider_id = scene.writes(kim, "Kanarienvogel-Text")
    send(scene.chat(kim), "Kanarienvogel-Antwort", author(alice), core_clock.now())
    scene.delivers()
    canaries = [kim.name, kim.phone.digits, kim.bsuid, "Kanarienvogel", provider_id, "wamid.OUT"]
    for row in every_row():
        assert not [c for c in canaries if c.encode() in row]


def every_row() -> Sequence[bytes]:
    """Every row of every table, as bytes."""
    from_tables = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {table} t")
            for (text,) in cursor.fetchall():
                from_tables.append(text.encode())
                from_tables += [bytes.fromhex(part) for part in re.findall(r"\\x([0-9a-f]+)", text)]
    return from_tables


def test_the_same_request_twice_is_one_message(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    own = uuid4()
    first = send(scene.chat(kim), "Guten Tag!", author(alice), core_clock.now(), client_id=own)
    again = send(scene.chat(kim), "Guten Tag!", author(alice), core_clock.now(), client_id=own)
    scene.delivers()
    assert (first.pk, len(scene.wire.sent)) == (again.pk, 1)


def test_the_window_ends_a_day_after_the_last_word(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    chat = scene.chat(kim)
    assert chat.window_ends_at == scene.clock.at.replace(microsecond=0) + timedelta(hours=24)
