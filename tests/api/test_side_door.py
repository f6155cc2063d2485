"""What passes by the side door and not over WhatsApp, as a foreign program sees it."""

from jawort.lines.decide import set_documents
from jawort.lines.models import Documents
from tests.api.test_v1 import CONVERSATIONS, post, program, upload
from tests.api.test_v1 import token as token
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.public.conftest import doors as doors
from tests.public.conftest import opened as opened
from tests.public.doors import PDF, Doors, a_file


def test_a_document_is_refused_where_none_goes_over_whatsapp(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    set_documents(scene.line.pk, Documents.FORBIDDEN, actor="system", at=scene.clock.at)
    file = upload(program(token), scene.chat(kim), b"%PDF-1.7", "application/pdf", "Angebot.pdf").json()["id"]
    refused = post(program(token), scene.chat(kim), {"type": "document", "file": file})
    assert (refused.status_code, refused.json()["code"]) == (422, "documents_forbidden")
    assert "side door" in refused.json()["help"]


def test_a_message_says_that_its_files_pass_by_the_side_door(doors: Doors, token: str) -> None:
    def told() -> list[object]:
        page = program(token).get(f"{CONVERSATIONS}/{doors.chat.pk}/messages").json()
        return [each["side_door"] and tuple(each["side_door"].values())[:2] for each in page["items"]]

    path = doors.asks()
    assert told() == [("in", "open"), None]
    doors.brings(path, a_file("a.pdf", PDF))
    assert told() == [("in", None), ("in", "used"), None]
    doors.gives(a_file("b.pdf", PDF))
    assert told() == [("out", "open"), ("in", None), ("in", "used"), None]
    doors.scene.passes(days=8)
    assert told()[0] == ("out", "expired")
