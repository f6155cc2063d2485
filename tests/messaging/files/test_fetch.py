"""What a customer sends is fetched, checked and stored; what cannot be had says why, and can be asked for again."""

from datetime import timedelta

import pytest

from jawort.channels.whatsapp.media import NotFetched
from jawort.cli.doctor import check_world
from jawort.lanes.models import Job
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.messaging.files.expect import FETCH, ask_again
from jawort.messaging.files.models import Chunk, File
from jawort.messaging.files.source import ENDING
from jawort.messaging.files.store import describe, read
from jawort.messaging.models import Message
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.files.stored import PDF, stream_of


def test_a_file_is_fetched_once_and_stored(scene: Scene, kim: Customer) -> None:
    scene.gives(kim, PDF, "application/pdf", filename="Angebot.pdf")
    waiting = File.objects.get()
    assert (waiting.state, waiting.message) == ("waiting", Message.objects.get())
    scene.delivers()
    file = File.objects.get()
    found = describe([file])[file.pk]
    assert (file.state, found.claims.name, found.found.type) == ("stored", "Angebot.pdf", "application/pdf")
    assert b"".join(read(file.pk, stream_of(file))) == PDF
    assert len(scene.shelf.asked) == 1
    entry = Entry.objects.get(object=file.pk, kind=Kind.FILE)
    assert (entry.kind, entry.object, entry.actor) == (Kind.FILE, file.pk, f"customer:{file.contact_id}")


def test_messages_without_files_ask_for_nothing(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    assert not File.objects.exists()
    assert not Job.objects.filter(kind=FETCH).exists()


def test_files_of_a_batch_are_asked_for_together(scene: Scene, kim: Customer, nour: Customer) -> None:
    values = [
        scene.message(
            who, f"wamid.{n}-{who.name}", {"type": "image", "image": {"id": f"{n}", "mime_type": "image/jpeg"}}
        )
        for n in range(5)
        for who in (kim, nour)
    ]
    scene.tells(*values)
    assert File.objects.count() == Job.objects.filter(kind=FETCH).count() == 10
    scene.delivers()
    assert set(File.objects.values_list("state", "reason")) == {("lost", "gone")}


class TestOtherBytesThanNamed:
    def test_are_fetched_once_more(self, scene: Scene, kim: Customer) -> None:
        scene.gives(kim, PDF, "application/pdf")
        (media_id,) = scene.shelf.files
        scene.shelf.first[media_id] = b"half of i"
        scene.delivers()
        assert File.objects.get().state == "stored"
        assert scene.shelf.asked == [media_id] * 2

    def test_and_then_refused(self, scene: Scene, kim: Customer) -> None:
        scene.gives(kim, PDF, "application/pdf")
        (media_id,) = scene.shelf.files
        scene.shelf.files[media_id] = b"something else"
        scene.delivers()
        file = File.objects.get()
        assert (file.state, file.reason) == ("refused", "hash_mismatch")
        assert not Chunk.objects.exists()
        outcome = Entry.objects.get(kind=Kind.FILE_OUTCOME)
        assert outcome.facts == {"state": "refused", "reason": "hash_mismatch"}
        assert (outcome.object, outcome.related) == (file.pk, file.message_id)


def test_an_empty_file_is_refused(scene: Scene, kim: Customer) -> None:
    scene.gives(kim, b"", "text/plain")
    scene.delivers()
    assert File.objects.values_list("state", "reason").get() == ("refused", "empty")


def test_a_file_that_is_too_large_is_refused(scene: Scene, kim: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jawort.messaging.files.fetch.FILE_BYTES_MAX", 1_000)
    scene.gives(kim, PDF, "application/pdf")
    scene.delivers()
    assert File.objects.values_list("state", "reason").get() == ("refused", "too_large")
    assert not Chunk.objects.exists()


class TestWhatPasses:
    def test_is_tried_again_with_ever_longer_pauses(self, scene: Scene, kim: Customer) -> None:
        scene.shelf.failures = [NotFetched("unreachable", passing=True) for _ in range(5)]
        scene.gives(kim, PDF, "application/pdf")
        waits = []
        while File.objects.get().state == "waiting":
            scene.delivers()
            if job := Job.objects.filter(kind=FETCH).first():
                assert File.objects.get().reason == "unreachable"
                held = scene.due(job.lane)
                waits.append((held - scene.clock.at).total_seconds())
                scene.clock.forward(seconds=waits[-1])
        assert waits == [2, 4, 8, 16, 32]
        assert (File.objects.get().state, File.objects.get().reason) == ("stored", "")

    def test_ends_after_seven_days(self, scene: Scene, kim: Customer) -> None:
        scene.gives(kim, PDF, "application/pdf")
        scene.shelf.failures = [NotFetched("unreachable", passing=True) for _ in range(500)]
        begun, tries = scene.clock.at, 0
        while File.objects.get().state == "waiting":
            scene.delivers()
            tries += 1
            scene.passes(hours=3)
        assert File.objects.values_list("state", "reason").get() == ("lost", "given_up")
        assert timedelta(days=6, hours=20) < scene.clock.at - begun <= timedelta(days=7, hours=6)
        assert not Job.objects.filter(kind=FETCH).exists()
        assert tries > 50

    def test_the_end_of_the_worker_counts_for_nothing(self, scene: Scene, kim: Customer) -> None:
        scene.shelf.failures = [NotFetched(ENDING, passing=True)]
        scene.gives(kim, PDF, "application/pdf")
        scene.delivers()
        assert (File.objects.get().state, File.objects.get().reason) == ("waiting", "")
        scene.clock.forward(seconds=1)
        scene.delivers()
        assert File.objects.get().state == "stored"


class TestAskedAgain:
    def test_what_was_lost_may_come_after_all(self, scene: Scene, kim: Customer) -> None:
        scene.gives(kim, PDF, "application/pdf")
        (media_id,) = scene.shelf.files
        scene.shelf.files = {}
        scene.delivers()
        file = File.objects.get()
        assert (file.state, file.reason) == ("lost", "gone")
        scene.shelf.files[media_id] = PDF
        assert ask_again(file, actor="staff:x", at=scene.clock.at)
        assert not ask_again(file, actor="staff:x", at=scene.clock.at)
        scene.delivers()
        assert File.objects.get().state == "stored"
        assert Entry.objects.get(kind=Kind.FILE_ASKED_AGAIN).actor == "staff:x"

    def test_what_is_here_is_not_fetched_again(self, scene: Scene, kim: Customer) -> None:
        scene.gives(kim, PDF, "application/pdf")
        scene.delivers()
        assert not ask_again(File.objects.get(), actor="staff:x", at=scene.clock.at)


def test_a_file_that_nobody_fetches_is_found(scene: Scene, kim: Customer) -> None:
    scene.gives(kim, PDF, "application/pdf")
    scene.seals()
    job = Job.objects.filter(kind=FETCH)
    lane = job.get().lane
    job.update(parked_at=scene.clock.at, reason="WorkerLost")
    assert "files.stranded" in {finding.code for finding in check_world()}
    Job.objects.filter(lane=lane).update(parked_at=None, reason="")
    scene.delivers()


def test_a_message_that_does_not_open_leads_to_no_file(scene: Scene, kim: Customer) -> None:
    scene.gives(kim, PDF, "application/pdf")
    row = Message.objects.get()
    Message.objects.filter(pk=row.pk).update(ciphertext=bytes(len(bytes(row.ciphertext))))
    scene.delivers()
    assert File.objects.values_list("state", "reason").get() == ("lost", "no_message")
    Message.objects.filter(pk=row.pk).update(ciphertext=row.ciphertext)


def test_open_desks_learn_when_a_file_is_here_and_when_not(scene: Scene, kim: Customer) -> None:
    scene.gives(kim, PDF, "application/pdf")
    scene.shelf.failures = [NotFetched("unreachable", passing=True)]
    message = Message.objects.get()
    told = [{"c": [], "m": [[str(message.conversation_id), str(message.pk)]]}]
    assert scene.hears(scene.delivers) == told
    scene.clock.forward(seconds=2)
    assert scene.hears(scene.delivers) == told
    assert File.objects.get().state == "stored"
