"""Files in the thread and over HTTP: seen by whom they may be, harmless wherever they are opened."""

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.test import Client

from jawort.channels.whatsapp.media import NotFetched
from jawort.core.clock import now
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.messaging.files.models import File
from jawort.messaging.merge import merge, unmerge
from jawort.staff.models import Agent
from jawort.staff.tokens import issue
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.files.hostile import AMR, EXE, HTML, MP3, OGG, SVG, mp4, picture, png
from tests.messaging.files.stored import PDF

SignIn = Callable[[Agent], Client]
HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Desk:
    """Alice's browser, and the thread with Kim."""

    def __init__(self, scene: Scene, kim: Customer, client: Client) -> None:
        self.scene, self.kim, self.client = scene, kim, client

    def gives(self, content: bytes, mime: str, kind: str = "document", **more: object) -> str:
        """Kim's file, fetched; its address."""
        self.scene.gives(self.kim, content, mime, kind, **more)
        self.scene.delivers()
        return self.address(File.objects.latest("id").pk)

    def address(self, file: UUID) -> str:
        return f"/inbox/{self.scene.chat(self.kim).pk}/files/{file}/"

    def thread(self) -> str:
        answer = self.client.get(f"/inbox/{self.scene.chat(self.kim).pk}/")
        return str(answer.content.decode())


@pytest.fixture
def desk(scene: Scene, kim: Customer, alice: Agent, signed_in: SignIn) -> Desk:
    return Desk(scene, kim, signed_in(alice))


class TestPictures:
    def test_stand_in_the_thread_as_they_were_drawn(self, desk: Desk) -> None:
        address = desk.gives(picture(size=(3_000, 1_500)), "image/jpeg", "image")
        html = desk.thread()
        assert re.search(rf'<a [^>]*href="{address}page"[^>]*><img src="{address}small" width="320" height="160"', html)
        for form in ("page", "small"):
            answer = desk.client.get(address + form)
            assert answer["Content-Type"] == "image/jpeg"
            assert answer["Content-Disposition"].startswith("inline")
            assert answer.getvalue().startswith(b"\xff\xd8\xff")

    def test_are_saved_as_they_came(self, desk: Desk) -> None:
        content = picture()
        answer = desk.client.get(desk.gives(content, "image/jpeg", "image") + "?save")
        assert answer.getvalue() == content
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")

    def test_never_go_out_inline_as_they_came(self, desk: Desk) -> None:
        answer = desk.client.get(desk.gives(picture("GIF"), "image/gif", "image"))
        assert answer["Content-Disposition"].startswith("attachment")
        answer.close()


@pytest.mark.parametrize(
    ("content", "mime", "kind", "found"),
    [
        (OGG, "audio/ogg; codecs=opus", "audio", "audio/ogg"),
        (MP3, "audio/mpeg", "audio", "audio/mpeg"),
        (AMR, "audio/amr", "audio", "audio/amr"),
        (mp4(b"M4A "), "audio/mp4", "audio", "audio/mp4"),
        (mp4(), "video/mp4", "video", "video/mp4"),
        (mp4(b"3gp5"), "video/3gpp", "video", "video/3gpp"),
    ],
)
def test_sound_and_film_can_be_played(desk: Desk, content: bytes, mime: str, kind: str, found: str) -> None:
    address = desk.gives(content, mime, kind)
    assert re.search(rf'<{kind} [^>]*controls[^>]* src="{address}"', desk.thread())
    answer = desk.client.get(address)
    assert (answer["Content-Type"], answer["Accept-Ranges"]) == (found, "bytes")
    assert answer.getvalue() == content
    saved = desk.client.get(address + "?save")
    assert saved["Content-Disposition"].startswith("attachment")
    saved.close()


@pytest.mark.parametrize(
    ("wanted", "status", "start", "end"),
    [
        ("bytes=0-", 206, 0, None),
        ("bytes=10-19", 206, 10, 20),
        ("bytes=-7", 206, -7, None),
        ("bytes=50-9999999", 206, 50, None),
        ("bytes=5-2", 200, 0, None),
        ("bytes=0-1,5-6", 200, 0, None),
        ("lines=1-2", 200, 0, None),
        ("", 200, 0, None),
    ],
)
def test_a_player_can_seek(desk: Desk, wanted: str, status: int, start: int, end: int | None) -> None:
    content = mp4() + bytes(range(256)) * 2_000
    answer = desk.client.get(desk.gives(content, "video/mp4", "video"), headers={"Range": wanted} if wanted else {})
    assert answer.status_code == status
    body = answer.getvalue()
    assert body == content[start:end]
    assert answer["Content-Length"] == str(len(body))
    if status == 206:
        first = start % len(content)
        assert answer["Content-Range"] == f"bytes {first}-{first + len(body) - 1}/{len(content)}"


def test_what_lies_behind_the_end_cannot_be_had(desk: Desk) -> None:
    answer = desk.client.get(desk.gives(OGG, "audio/ogg", "audio"), headers={"Range": "bytes=5000-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(OGG)}")


@pytest.mark.parametrize(
    ("content", "mime", "kind", "note"),
    [
        (PDF, "application/pdf", "document", ""),
        (HTML, "image/jpeg", "image", "Sent as JPEG, and is HTML. Open it only if you know what it is."),
        (SVG, "image/svg+xml", "image", "Open it only if you know what it is."),
        (EXE, "application/pdf", "document", "Sent as PDF, and is Windows program."),
        (picture()[:300], "image/jpeg", "image", "This picture is damaged and cannot be shown."),
        (b"\0\1\2\3" * 100, "application/octet-stream", "document", ""),
    ],
)
def test_everything_else_is_an_attachment(desk: Desk, content: bytes, mime: str, kind: str, note: str) -> None:
    address = desk.gives(content, mime, kind)
    html = desk.thread()
    assert not re.search(rf'(?:img|audio|video|iframe|embed|object)[^>]*"{address}', html)
    assert note in html
    answer = desk.client.get(address)
    assert answer.getvalue() == content
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert {name: answer[name] for name in HARMLESS} == HARMLESS
    assert desk.client.get(address + "page").status_code == 404


@pytest.mark.parametrize(
    ("given", "plain", "whole"),
    [
        ("Rechnung März.pdf", "Rechnung M_rz.pdf", "Rechnung%20M%C3%A4rz.pdf"),
        ("../../etc/passwd", "passwd", "passwd"),
        ("..\\..\\autorun.inf", "autorun.inf", "autorun.inf"),
        ("rechnung\u202efdp.exe", "rechnungfdp.exe", "rechnungfdp.exe"),
        ('a"; filename="b.html', "a_ filename=b.html", "a%3B%20filename%3Db.html"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie x=1.pdf", "aSet-Cookie%20x%3D1.pdf"),
        ("a\0b.pdf", "ab.pdf", "ab.pdf"),
        (".htaccess", "htaccess", "htaccess"),
    ],
)
def test_names_are_made_harmless(desk: Desk, given: str, plain: str, whole: str) -> None:
    answer = desk.client.get(desk.gives(PDF, "application/pdf", filename=given))
    assert answer["Content-Disposition"] == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"
    answer.close()


class TestWhatIsNotHere:
    def test_is_being_fetched(self, desk: Desk) -> None:
        desk.scene.gives(desk.kim, PDF, "application/pdf")
        assert "Being fetched …" in desk.thread()
        assert desk.client.get(desk.address(File.objects.get().pk)).status_code == 404
        desk.scene.shelf.failures = [NotFetched("unreachable", passing=True)]
        desk.scene.delivers()
        assert "Still being fetched. WhatsApp cannot be reached. It is tried again." in desk.thread()

    def test_says_why_and_can_be_fetched_again(self, desk: Desk) -> None:
        desk.scene.gives(desk.kim, PDF, "application/pdf")
        kept, desk.scene.shelf.files = desk.scene.shelf.files, {}
        desk.scene.delivers()
        assert "Not fetched. WhatsApp does not have it any more." in desk.thread()
        desk.scene.shelf.files = kept
        address = desk.address(File.objects.get().pk)
        assert desk.client.post(address + "fetch").status_code == 302
        assert "Being fetched …" in desk.thread()
        desk.scene.delivers()
        answer = desk.client.get(address)
        assert answer.getvalue() == PDF
        assert desk.client.post(address + "fetch", headers={"HX-Request": "true"}).status_code == 204

    def test_says_when_it_was_refused(self, desk: Desk) -> None:
        desk.scene.gives(desk.kim, b"", "text/plain")
        desk.scene.delivers()
        assert "Not taken. It is empty." in desk.thread()

    def test_says_when_somebody_changed_it(self, desk: Desk) -> None:
        address = desk.gives(PDF, "application/pdf")
        row = File.objects.get()
        File.objects.update(ciphertext=b"x" * 200)
        assert "It does not open: somebody has changed its bytes, or its key is gone." in desk.thread()
        assert desk.client.get(address).status_code == 404
        File.objects.update(ciphertext=row.ciphertext)


class TestTheDoor:
    def test_every_hand_out_is_entered_once(self, desk: Desk, alice: Agent) -> None:
        address = desk.gives(PDF, "application/pdf")
        for _ in range(3):
            desk.client.get(address).close()
        file = File.objects.get().pk
        entered = Entry.objects.filter(kind=Kind.HANDED_OUT, actor=f"staff:{alice.pk}", object=file)
        assert [entry.facts for entry in entered] == [{"right": "conversation.read"}]

    def test_a_file_of_another_conversation_is_none(self, desk: Desk, nour: Customer) -> None:
        address = desk.gives(PDF, "application/pdf")
        desk.scene.writes(nour, "Hallo")
        other = address.replace(str(desk.scene.chat(desk.kim).pk), str(desk.scene.chat(nour).pk))
        assert desk.client.get(other).status_code == 404
        assert desk.client.get(desk.address(uuid4())).status_code == 404
        assert desk.client.post(other + "fetch").status_code == 404

    def test_in_the_thread_of_merged_contacts_each_ones_files_open(
        self, desk: Desk, nour: Customer, alice: Agent
    ) -> None:
        """Until they are taken apart; at the desk and for programs."""
        program = Client(headers={"Authorization": f"Bearer {issue(alice, 'x', actor='system', at=now())}"})
        desk.gives(PDF, "application/pdf")
        desk.scene.writes(nour, "Hallo")
        file, kims, nours = File.objects.get().pk, desk.scene.chat(desk.kim), desk.scene.chat(nour)
        ways = (
            (desk.client, f"/inbox/{nours.pk}/files/{file}/"),
            (program, f"/api/v1/conversations/{nours.pk}/files/{file}"),
        )
        merge(kims.contact_id, nours.contact_id, actor="system", at=now())
        assert [client.get(way).getvalue() for client, way in ways] == [PDF, PDF]
        unmerge(nours.contact_id, actor="system", at=now())
        assert [client.get(way).status_code for client, way in ways] == [404, 404]

    def test_nobody_else_gets_in(self, desk: Desk, dana: Agent, signed_in: SignIn) -> None:
        address = desk.gives(PDF, "application/pdf")
        assert signed_in(dana).get(address).status_code == 404
        assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Dieses Bild hat zu viele Bildpunkte, um sicher geöffnet zu werden. Bitte verkleinern Sie es."),
        ("en", "This picture has too many pixels to be opened safely. Please make it smaller."),
    ],
)
def test_a_bomb_is_refused_as_it_is_attached_and_nothing_is_kept(
    desk: Desk, alice: Agent, language: str, sentence: str
) -> None:
    Agent.objects.filter(pk=alice.pk).update(language=language)
    desk.scene.writes(desk.kim, "Guten Tag")
    address, bomb = f"/inbox/{desk.scene.chat(desk.kim).pk}/files", png(20_000, 20_000, rows=1)
    answer = desk.client.post(address, bomb, content_type="image/png", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content.decode()) == (422, sentence)
    assert not File.objects.exists()
    assert desk.client.post(address, picture(), content_type="image/jpeg").status_code == 201


class TestForPrograms:
    @pytest.fixture
    def program(self, alice: Agent) -> Client:
        return Client(headers={"Authorization": f"Bearer {issue(alice, 'x', actor='system', at=now())}"})

    def test_a_message_lists_its_files(self, desk: Desk, program: Client) -> None:
        desk.gives(PDF, "application/pdf", filename="Angebot.pdf")
        chat = desk.scene.chat(desk.kim).pk
        (message,) = program.get(f"/api/v1/conversations/{chat}/messages").json()["items"]
        (file,) = message["files"]
        assert file == {
            "id": str(File.objects.get().pk),
            "status": "stored",
            "reason": None,
            "name": "Angebot.pdf",
            "type": "application/pdf",
            "claimed_type": "application/pdf",
            "size": len(PDF),
        }
        answer = program.get(f"/api/v1/conversations/{chat}/files/{file['id']}")
        assert answer.getvalue() == PDF
        assert answer["Content-Disposition"].startswith("attachment")
        assert Entry.objects.filter(kind=Kind.HANDED_OUT, object=file["id"], actor__startswith="token:").exists()

    def test_one_that_is_not_here_says_so(self, desk: Desk, program: Client) -> None:
        desk.scene.gives(desk.kim, PDF, "application/pdf")
        chat, file = desk.scene.chat(desk.kim).pk, File.objects.get().pk
        answer = program.get(f"/api/v1/conversations/{chat}/files/{file}")
        assert (answer.status_code, answer.json()["code"]) == (409, "file_not_here")
        answer = program.get(f"/api/v1/conversations/{chat}/files/{uuid4()}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
