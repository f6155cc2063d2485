"""Files that leave: given to the platform once, before the message that refers to them, under the name it gives."""

from dataclasses import replace

import pytest

from jawort.channels.parts import Button, Buttons, Link, Media, Template
from jawort.channels.types import Kind, Refused, Retry
from jawort.channels.whatsapp.errors_accounts import FILE_NOT_GIVEN
from jawort.consent.purpose import CARE
from jawort.consent.stop import object_to
from jawort.core import clock as core_clock
from jawort.intake.upkeep import upkeep
from jawort.ledger.models import Entry
from jawort.messaging.claim import claim
from jawort.messaging.draft import Draft, Unfit
from jawort.messaging.files.along import best_kind
from jawort.messaging.files.bombs import bomb
from jawort.messaging.files.content import Claims, Found
from jawort.messaging.files.models import Chunk, File, Given
from jawort.messaging.files.upload import upload
from jawort.messaging.models import Message
from jawort.messaging.rules import State
from jawort.messaging.send import retry, send
from jawort.messaging.thread import thread
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author
from tests.messaging.files.hostile import OGG, gif, png
from tests.messaging.files.stored import PDF

JPEG = b"\xff\xd8\xff\xe0" + b"x" * 1_000


def uploaded(scene: Scene, who: Customer, agent: Agent, content: bytes = PDF, mime: str = "application/pdf") -> File:
    claims = Claims("Angebot.pdf", mime)
    return upload(scene.chat(who).contact_id, claims, [content], author(agent), core_clock.now())


def says(scene: Scene, who: Customer, agent: Agent, file: File, kind: Kind = "document", text: str = "") -> Message:
    return send(scene.chat(who), Draft(text, kind, Media(""), file=file.pk), author(agent), core_clock.now())


def test_a_file_leaves_before_its_message_and_is_named_in_it(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    file = uploaded(scene, kim, alice)
    message = says(scene, kim, alice, file, text="Unser Angebot")
    scene.delivers()
    assert scene.wire.given == [PDF]
    (left,) = scene.wire.sent
    assert (left.kind, left.text) == ("document", "Unser Angebot")
    assert isinstance(left.part, Media)
    assert (left.part.provider_id, left.part.mime, left.part.filename) == ("FILE-1", "application/pdf", "Angebot.pdf")
    file.refresh_from_db()
    assert (file.state, file.message_id) == ("stored", message.pk)
    assert b"FILE-1" not in bytes(Given.objects.get().ciphertext)
    assert [e.related for e in Entry.objects.filter(kind="file.given", object=file.pk)] == [message.pk]


def test_what_is_sent_again_takes_the_same_file_and_no_second_upload(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    scene.wire.faults = [Fault.NEVER]
    failed = says(scene, kim, alice, uploaded(scene, kim, alice))
    scene.delivers()
    retry(failed, author(alice), core_clock.now())
    scene.delivers()
    assert len(scene.wire.given) == 1
    assert [left.part and getattr(left.part, "provider_id", "") for left in scene.wire.sent] == ["FILE-1"]


def test_what_the_platform_has_forgotten_is_given_again(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    scene.wire.faults = [Fault.NEVER]
    failed = says(scene, kim, alice, uploaded(scene, kim, alice))
    scene.delivers()
    scene.passes(days=30)
    scene.writes(kim, "Und?")
    retry(failed, author(alice), core_clock.now())
    scene.delivers()
    assert [left.part and getattr(left.part, "provider_id", "") for left in scene.wire.sent] == ["FILE-2"]


def test_texts_wait_for_the_file_before_them_and_others_do_not(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Guten Tag")
    scene.wire.refusals = [Refused(131016, "whatsapp.131016", Retry.BACKOFF)]
    says(scene, kim, alice, uploaded(scene, kim, alice))
    send(scene.chat(kim), "danach", author(alice), core_clock.now())
    send(scene.chat(nour), "gleich", author(alice), core_clock.now())
    scene.delivers()
    assert [left.text for left in scene.wire.sent] == ["gleich"]
    scene.passes(seconds=3)
    scene.delivers()
    assert [left.text for left in scene.wire.sent] == ["gleich", "", "danach"]


@pytest.mark.parametrize("refusals", [1, 2])
def test_a_file_that_the_platform_does_not_take_is_tried_twice(
    scene: Scene, alice: Agent, kim: Customer, refusals: int
) -> None:
    scene.writes(kim, "Guten Tag")
    scene.wire.refusals = [Refused(131053, "whatsapp.131053", Retry.BACKOFF)] * refusals
    message = says(scene, kim, alice, uploaded(scene, kim, alice))
    for _ in range(3):
        scene.delivers()
        scene.passes(seconds=5)
    message.refresh_from_db()
    assert (message.state, message.failure) == ((State.ACCEPTED, "") if refusals == 1 else (State.FAILED, "131053"))


def test_a_file_whose_giving_was_given_up_fails_its_message(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    message = says(scene, kim, alice, uploaded(scene, kim, alice))
    scene.delivers()
    Given.objects.all().delete()
    Message.objects.filter(pk=message.pk).update(state=State.QUEUED)
    claim([message.pk], core_clock.now())
    message.refresh_from_db()
    assert (message.state, message.failure) == (State.FAILED, str(FILE_NOT_GIVEN))


def test_nothing_is_given_that_may_not_leave(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    message = says(scene, kim, alice, uploaded(scene, kim, alice))
    object_to(scene.chat(kim).contact_id, actor="system", at=core_clock.now(), purpose=CARE)
    scene.delivers()
    message.refresh_from_db()
    assert (message.state, scene.wire.given) == (State.REFUSED, [])


def test_a_changed_file_does_not_leave(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    file = uploaded(scene, kim, alice)
    message = says(scene, kim, alice, file)
    chunk = Chunk.objects.filter(file=file, place=1).get()
    kept = bytes(chunk.data)
    Chunk.objects.filter(file=file, place=1).update(data=kept[:-1] + bytes([kept[-1] ^ 1]))
    scene.delivers()
    Chunk.objects.filter(file=file, place=1).update(data=kept)
    message.refresh_from_db()
    assert (message.state, scene.wire.sent) == (State.FAILED, [])


def test_another_persons_file_is_nobodys(scene: Scene, alice: Agent, kim: Customer, nour: Customer) -> None:
    for who in (kim, nour):
        scene.writes(who, "Guten Tag")
    file = uploaded(scene, nour, alice)
    with pytest.raises(Unfit) as refused:
        says(scene, kim, alice, file)
    assert [breach.code for breach in refused.value.breaches] == ["gone"]


def test_a_picture_is_what_its_bytes_say(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    with pytest.raises(Unfit) as refused:
        says(scene, kim, alice, uploaded(scene, kim, alice, PDF, "image/jpeg"), "image")
    assert [breach.code for breach in refused.value.breaches] == ["type"]
    says(scene, kim, alice, uploaded(scene, kim, alice, JPEG, "image/jpeg"), "image")
    scene.delivers()
    assert [left.kind for left in scene.wire.sent] == ["image"]


def test_a_voice_message_is_opus_of_one_channel(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    draft = Draft("", "audio", Media("", voice=True))
    for content in (OGG.replace(b"\1\1", b"\1\2"), OGG.replace(b"OpusHead", b"\x01vorbis\0")):
        file = uploaded(scene, kim, alice, content, "audio/ogg")
        with pytest.raises(Unfit) as refused:
            send(scene.chat(kim), replace(draft, file=file.pk), author(alice), core_clock.now())
        assert [breach.field for breach in refused.value.breaches] == ["voice"]
        assert best_kind(file.pk, scene.chat(kim).contact_id) == "document"
    file = uploaded(scene, kim, alice, OGG, "audio/ogg; codecs=opus")
    assert best_kind(file.pk, scene.chat(kim).contact_id) == "audio"
    send(scene.chat(kim), replace(draft, file=file.pk), author(alice), core_clock.now())
    scene.delivers()
    assert [left.kind for left in scene.wire.sent] == ["audio"]


def test_a_template_may_bring_its_header_along(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    scene.passes(hours=25)
    file = uploaded(scene, kim, alice)
    part = Template("order_update", "de", header=Media(""), header_kind="document")
    send(scene.chat(kim), Draft("", "template", part, file=file.pk), author(alice), core_clock.now())
    scene.delivers()
    (left,) = scene.wire.sent
    assert isinstance(left.part, Template)
    assert isinstance(left.part.header, Media)
    assert left.part.header.provider_id == "FILE-1"


@pytest.mark.parametrize(
    "draft",
    [
        Draft(
            "Dieses?",
            "buttons",
            Buttons((Button("j", "Ja"),), footer="Danke", header_file=Media(""), header_kind="image"),
        ),
        Draft(
            "Mehr dazu", "link", Link("Zur Seite", "https://example.org", header_file=Media(""), header_kind="image")
        ),
    ],
    ids=lambda draft: draft.kind,
)
def test_a_question_and_a_link_may_bring_a_picture_along(
    scene: Scene, alice: Agent, kim: Customer, draft: Draft
) -> None:
    scene.writes(kim, "Guten Tag")
    document, picture = uploaded(scene, kim, alice), uploaded(scene, kim, alice, JPEG, "image/jpeg")
    with pytest.raises(Unfit) as refused:
        send(scene.chat(kim), replace(draft, file=document.pk), author(alice), core_clock.now())
    assert [(breach.field, breach.code) for breach in refused.value.breaches] == [("file", "type")]
    with pytest.raises(Unfit) as refused:
        send(scene.chat(kim), draft, author(alice), core_clock.now())
    assert [(breach.field, breach.code) for breach in refused.value.breaches] == [("file", "missing")]
    scene.wire.faults = [Fault.NEVER]
    failed = send(scene.chat(kim), replace(draft, file=picture.pk), author(alice), core_clock.now())
    scene.delivers()
    retry(failed, author(alice), core_clock.now())
    scene.delivers()
    (left,) = scene.wire.sent
    assert isinstance(left.part, Buttons | Link)
    assert left.part.header_file is not None
    assert (left.part.header_file.provider_id, left.part.header_kind) == ("FILE-1", "image")
    assert (left.kind, left.text, scene.wire.given) == (draft.kind, draft.text, [JPEG])
    (*_, shown) = thread(scene.chat(kim))
    assert [file.type for file in shown.files] == ["image/jpeg"]


@pytest.mark.parametrize(
    ("content", "mime", "draft"),
    [
        (png(20_000, 20_000, rows=1), "image/png", Draft("", "image", Media(""))),
        (png(20_000, 20_000, rows=1), "application/pdf", Draft("", "document", Media(""))),
        (gif(65_000, 65_000), "image/gif", Draft("", "document", Media(""))),
        (
            png(20_000, 20_000, rows=1),
            "image/png",
            Draft("", "template", Template("order_update", "de", header=Media(""), header_kind="image")),
        ),
    ],
    ids=["picture", "document", "gif", "template"],
)
def test_a_bomb_leaves_in_no_message(
    scene: Scene, alice: Agent, kim: Customer, content: bytes, mime: str, draft: Draft
) -> None:
    scene.writes(kim, "Guten Tag")
    file = uploaded(scene, kim, alice, content, mime)
    with pytest.raises(Unfit) as refused:
        send(scene.chat(kim), replace(draft, file=file.pk), author(alice), core_clock.now())
    assert refused.value.breaches[0].code == "picture_too_many_pixels"
    scene.delivers()
    assert (scene.wire.given, scene.wire.sent) == ([], [])


@pytest.mark.parametrize("why", ["", "type", "picture_broken", "picture_no_cell"])
def test_what_is_no_bomb_is_not_held_back_by_what_it_may_be_shown_as(why: str) -> None:
    assert bomb(Found("image/png", 1, b"", why=why)) == []


def test_what_nobody_sent_and_what_the_platform_forgot_goes(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    loose, sent = uploaded(scene, kim, alice), uploaded(scene, kim, alice)
    says(scene, kim, alice, sent)
    scene.delivers()
    upkeep([])
    assert File.objects.filter(pk=loose.pk).exists()
    scene.passes(days=30)
    upkeep([])
    assert list(File.objects.values_list("pk", flat=True)) == [sent.pk]
    assert not Given.objects.exists()
