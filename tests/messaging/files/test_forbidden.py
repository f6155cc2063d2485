"""A line on which documents do not go over WhatsApp: none leaves, however it is brought along; all else does."""

import pytest

from jawort.channels.parts import Button, Buttons, Media, Part, Template
from jawort.channels.types import Kind
from jawort.core import clock as core_clock
from jawort.lines.decide import set_documents
from jawort.lines.models import Documents
from jawort.messaging.draft import Draft
from jawort.messaging.models import Message
from jawort.messaging.send import retry, send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.messaging.files.test_along import JPEG, says, uploaded


def decides(scene: Scene, documents: Documents) -> None:
    assert set_documents(scene.line.pk, documents, actor="system", at=scene.clock.at)


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("Unser Angebot", "document", Media("")),
        ("Passt das?", "buttons", Buttons((Button("j", "Ja"),), header_file=Media(""), header_kind="document")),
        ("", "template", Template("order_update", "de", header=Media(""), header_kind="document")),
    ],
)
def test_no_document_leaves(scene: Scene, alice: Agent, kim: Customer, text: str, kind: Kind, part: Part) -> None:
    scene.writes(kim, "Guten Tag")
    decides(scene, Documents.FORBIDDEN)
    file = uploaded(scene, kim, alice)
    message = send(scene.chat(kim), Draft(text, kind, part, file=file.pk), author(alice), core_clock.now())
    assert (message.state, message.gate) == ("refused", "documents_forbidden")
    scene.delivers()
    assert (scene.wire.given, scene.wire.sent) == ([], [])


def test_what_was_decided_before_it_left_holds(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    message = says(scene, kim, alice, uploaded(scene, kim, alice))
    decides(scene, Documents.FORBIDDEN)
    scene.delivers()
    message.refresh_from_db()
    assert (message.state, message.gate) == ("refused", "documents_forbidden")
    assert (scene.wire.given, scene.wire.sent) == ([], [])
    decides(scene, Documents.ALLOWED)
    retry(message, author(alice), core_clock.now())
    scene.delivers()
    assert len(scene.wire.sent) == 1


def test_all_else_leaves(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    decides(scene, Documents.FORBIDDEN)
    says(scene, kim, alice, uploaded(scene, kim, alice, JPEG, "image/jpeg"), "image")
    send(scene.chat(kim), "Ein Bild dazu", author(alice), core_clock.now())
    scene.delivers()
    assert [left.kind for left in scene.wire.sent] == ["image", "text"]
    assert not Message.objects.filter(state="refused").exists()
