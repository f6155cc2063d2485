"""Two at once: neither is lost, neither ends in an error that nobody understands.

One side holds its transaction open until the other is seen to wait for it; so each race is run, not hoped for.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from jawort.channels.parts import Media
from jawort.consent.models import Objection, Restriction
from jawort.consent.purpose import CARE
from jawort.consent.stop import object_to, restrict
from jawort.core import clock as core_clock
from jawort.core.ids import uuid7
from jawort.ledger.models import Entry
from jawort.messaging.checks import findings
from jawort.messaging.draft import Draft, Unfit
from jawort.messaging.files.along import take_along
from jawort.messaging.files.models import File
from jawort.messaging.files.upload import drop
from jawort.messaging.gate import answers
from jawort.messaging.merge import merge, unmerge
from jawort.messaging.models import Conversation, Message
from jawort.messaging.note import note
from jawort.messaging.once import ClientIdTaken
from jawort.messaging.resolve import CannotReopen, CannotResolve, reopen, resolve
from jawort.messaging.send import CannotRetry, retry, send
from jawort.messaging.thread import thread
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author
from tests.messaging.files.test_along import uploaded

WAITS_SECONDS_MAX = 10.0


class Other:
    """Another process, in a thread with its own connection."""

    def __init__(self, verb: Callable[[], object]) -> None:
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._run, args=[verb])
        self.thread.start()
        give_up = time.monotonic() + WAITS_SECONDS_MAX
        while self.thread.is_alive() and not self._waits() and time.monotonic() < give_up:
            time.sleep(0.01)

    def _run(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    @staticmethod
    def _waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            return bool(cursor.fetchone()[0])

    def end(self) -> Exception | None:
        """What it ended with."""
        self.thread.join(WAITS_SECONDS_MAX)
        return self.error


def test_a_retry_locks_the_conversation_before_the_message(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.wire.faults = [Fault.NEVER]
    failed = send(scene.chat(kim), "eins", author(alice), core_clock.now())
    scene.delivers()
    with transaction.atomic():  # as a receipt does
        Conversation.objects.select_for_update().get(pk=scene.chat(kim).pk)
        other = Other(partial(retry, failed, author(alice), core_clock.now()))
        Message.objects.select_for_update(nowait=True).get(pk=failed.pk)
    assert other.end() is None
    scene.delivers()
    assert [o.text for o in scene.wire.sent] == ["eins"]


def test_what_does_not_open_cannot_be_sent_again(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.wire.faults = [Fault.NEVER]
    failed = send(scene.chat(kim), "eins", author(alice), core_clock.now())
    scene.delivers()
    failed.refresh_from_db()
    whole = bytes(failed.ciphertext)
    Message.objects.filter(pk=failed.pk).update(ciphertext=bytes([whole[0] ^ 1]) + whole[1:])
    with pytest.raises(CannotRetry):
        retry(failed, author(alice), core_clock.now())
    Message.objects.filter(pk=failed.pk).update(ciphertext=whole)


def test_an_id_of_somebody_elses_message_opens_nothing(
    scene: Scene, alice: Agent, bob: Agent, kim: Customer, nour: Customer
) -> None:
    scene.writes(kim, "Hallo")
    scene.writes(nour, "Hallo")
    own, at, chat = uuid4(), core_clock.now(), scene.chat(kim)
    first = send(chat, "eins", author(alice), at, client_id=own)
    assert send(chat, "eins", author(alice), at, client_id=own) == first
    for taken in (
        partial(send, scene.chat(nour), "eins", author(alice)),
        partial(send, chat, "eins", author(bob)),
        partial(send, chat, "eins", replace(author(alice), actor="token:other")),
        partial(note, chat, "eins", author(alice)),
    ):
        with pytest.raises(ClientIdTaken):
            taken(at, client_id=own)
    assert Message.objects.exclude(direction="in").count() == 1


@pytest.mark.parametrize("say", [send, note])
def test_one_id_in_two_conversations_at_once(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer, say: Callable[..., Message]
) -> None:
    scene.writes(kim, "Hallo")
    scene.writes(nour, "Hallo")
    own, at, nours = uuid4(), core_clock.now(), scene.chat(nour)
    with transaction.atomic():
        send(scene.chat(kim), "eins", author(alice), at, client_id=own)
        other = Other(partial(say, nours, "zwei", author(alice), at, client_id=own))
    assert isinstance(other.end(), ClientIdTaken)


def test_what_nobody_has_seen_is_not_resolved(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    shown, actor = scene.chat(kim), f"staff:{alice.pk}"
    scene.writes(kim, "Halt, doch noch etwas Dringendes!")
    with pytest.raises(CannotResolve):
        resolve(shown, actor=actor, at=core_clock.now(), seen=shown.last_message_id)
    assert (scene.chat(kim).status, scene.chat(kim).unread) == ("open", 2)
    note(shown, "schon gesehen", author(alice), core_clock.now())
    resolve(shown, actor=actor, at=core_clock.now(), seen=scene.chat(kim).last_message_id)
    assert scene.chat(kim).status == "resolved"


def test_reopening_meets_a_new_conversation(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    first, at = scene.chat(kim), core_clock.now()
    resolve(first, actor="system", at=at)
    with transaction.atomic():
        new = Conversation(
            id=uuid7(), contact_id=first.contact_id, line_id=first.line_id, opened_at=at, last_message_at=at
        )
        new.save(force_insert=True)
        other = Other(partial(reopen, first, actor="system", at=at))
    assert isinstance(other.end(), CannotReopen)
    Conversation.objects.filter(pk=new.pk).delete()


@pytest.mark.parametrize(("say", "rows"), [(partial(object_to, purpose=CARE), Objection), (restrict, Restriction)])
def test_a_no_said_twice_at_once_is_one(
    scene: Scene, alice: Agent, kim: Customer, say: Callable[..., None], rows: type[Objection | Restriction]
) -> None:
    scene.writes(kim, "Hallo")
    contact, actor, at = scene.chat(kim).contact_id, f"staff:{alice.pk}", core_clock.now()
    with transaction.atomic():
        say(contact, actor=actor, at=at)
        other = Other(partial(say, contact, actor=actor, at=at))
    assert other.end() is None
    assert rows.objects.filter(contact=contact, lifted_at=None).count() == 1
    assert Entry.objects.filter(object=contact, kind__in=["objection.changed", "restriction.changed"]).count() == 1


@pytest.mark.parametrize("at_rest", [False, True], ids=["open", "resolved"])
def test_a_message_that_meets_an_unmerge_stays_out_of_the_strangers_thread(
    scene: Scene, kim: Customer, nour: Customer, at_rest: bool
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
        if at_rest:
            resolve(scene.chat(who), actor="system", at=core_clock.now())
    one, other = scene.chat(kim).contact_id, scene.chat(nour).contact_id
    merge(one, other, actor="system", at=core_clock.now())
    scene.stores(scene.message(nour, "wamid.LATE", {"type": "text", "text": {"body": "Nur für Sie"}}))
    with transaction.atomic():
        unmerge(other, actor="system", at=core_clock.now())
        intake = Other(scene.takes)
    assert intake.end() is None
    newest = Message.objects.values_list("contact", "conversation__contact").latest("pk")
    assert newest == (other, other)


def test_a_message_that_meets_a_merge_stands_in_the_persons_thread(scene: Scene, kim: Customer, nour: Customer) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    one, other = scene.chat(kim).contact_id, scene.chat(nour).contact_id
    scene.stores(scene.message(nour, "wamid.LATE", {"type": "text", "text": {"body": "Noch etwas"}}))
    with transaction.atomic():
        merge(one, other, actor="system", at=core_clock.now())
        intake = Other(scene.takes)
    assert intake.end() is None
    shown = scene.chat(kim)
    assert [item.text for item in thread(shown) if item.direction != "event"] == ["Hallo", "Hallo", "Noch etwas"]
    assert [one.code for one in findings()] == ["messaging.two_open"]  # as docs/identities.md says
    resolve(scene.chat(nour), actor="system", at=core_clock.now())


class TestAFileIsTaken:
    """A draft of a file while it is being forgotten, or while its key goes."""

    def test_nobody_forgets_what_a_message_is_about_to_take(
        self, scene: Scene, alice: Agent, kim: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scene.writes(kim, "Hallo")
        file = uploaded(scene, kim, alice)
        others: list[Other] = []

        def meanwhile(*asked: Any) -> Any:
            others.append(Other(partial(drop, file.pk)))
            return answers(*asked)

        monkeypatch.setattr("jawort.messaging.send.answers", meanwhile)
        message = send(scene.chat(kim), Draft("", "document", Media(""), file=file.pk), author(alice), scene.clock.at)
        assert [other.end() for other in others] == [None]
        assert File.objects.values_list("state", "message").get() == ("stored", message.pk)
        scene.delivers()
        assert len(scene.wire.given) == 1

    def test_what_was_forgotten_before_is_said_to_be_gone(self, scene: Scene, alice: Agent, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        file = uploaded(scene, kim, alice)
        draft = Draft("", "document", Media(""), file=file.pk)
        with transaction.atomic():
            drop(file.pk)
            other = Other(partial(send, scene.chat(kim), draft, author(alice), scene.clock.at))
        assert [breach.code for breach in _unfit(other).breaches] == ["gone"]
        assert not Message.objects.filter(direction="out").exists()

    def test_what_is_no_draft_any_more_is_said_to_be_gone(self, scene: Scene, alice: Agent, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        file = uploaded(scene, kim, alice)
        drop(file.pk)
        with transaction.atomic(), pytest.raises(Unfit) as refused:
            take_along(file, Message.objects.get(), scene.clock.at)
        assert [breach.code for breach in refused.value.breaches] == ["gone"]


def _unfit(other: Other) -> Unfit:
    error = other.end()
    assert isinstance(error, Unfit)
    return error
