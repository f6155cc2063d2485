"""The side door over HTTP: files pass once, by a link that nobody can guess, look through, or use up by looking."""

import re
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.lines.decide import set_documents
from jawort.lines.models import Documents
from jawort.messaging.files.models import Chunk, File
from jawort.messaging.models import Conversation, Message
from jawort.messaging.side_door import rules
from jawort.messaging.side_door.models import SideDoor
from jawort.staff.models import Agent
from tests.messaging.files.hostile import EXE, HTML, SVG, picture, png
from tests.public.doors import PDF, Doors, a_file


def nothing_is_kept() -> bool:
    return not File.objects.exists() and not Chunk.objects.exists() and SideDoor.objects.get().used_at is None


class TestRequested:
    def test_files_stand_in_the_conversation_as_a_message_that_was_not_sent_over_whatsapp(self, doors: Doors) -> None:
        path = doors.asks("Unterschriebener Vertrag")
        sent = doors.scene.wire.sent[-1].text
        assert sent.startswith(
            "Bitte senden Sie uns Folgendes: Unterschriebener Vertrag\n\nhttp://testserver/side-door/"
        )
        files = [a_file("Vertrag März.pdf", PDF), a_file("Foto.jpg", picture(), "image/jpeg")]
        said = doors.scene.hears(partial(doors.brings, path, *files))
        assert any(isinstance(each, dict) and each.get("n") for each in said), "a new message, as live pages hear it"
        message = Message.objects.get(direction="in", kind="document")
        assert (message.seq, message.provider_index, message.conversation_id) == (2, None, doors.chat.pk)
        assert [f.direction for f in File.objects.filter(message=message, state="stored")] == ["in", "in"]
        html = doors.thread()
        assert "Not sent over WhatsApp" in html
        assert "Vertrag März.pdf" in html
        assert "Foto.jpg" in html
        assert "Files came in by the link on" in html
        file = File.objects.order_by("pk").first()
        assert file is not None
        got = doors.client.get(f"/inbox/{doors.chat.pk}/files/{file.pk}/?save")
        assert b"".join(got.streaming_content) == PDF  # type: ignore[attr-defined]

    def test_it_waits_to_be_read_and_opens_no_window(self, doors: Doors) -> None:
        before = doors.chat
        path = doors.asks()
        doors.scene.clock.forward(minutes=5)
        doors.brings(path, a_file("a.pdf", PDF))
        after = doors.chat
        assert (after.unread, after.window_ends_at) == (1, before.window_ends_at)
        assert after.waiting_since is not None

    def test_the_page_says_who_asks_for_what_and_within_which_limits(self, doors: Doors) -> None:
        path = doors.asks("Vertrag <b>")
        for language, said in [
            ("de", ["Radhaus Beispiel bittet Sie um:", "höchstens 10 Dateien", "100,0", "einmal, bis"]),
            ("en", ["Radhaus Beispiel asks you for:", "At most 10 files", "100.0", "works once, until"]),
        ]:
            answer = doors.visitor.get(path, HTTP_ACCEPT_LANGUAGE=language)
            html = answer.content.decode()
            assert f'<html lang="{language}">' in html
            assert "Vertrag &lt;b&gt;" in html
            for words in said:
                assert words.lower() in html.replace("\xa0", " ").lower()
            assert "<script" not in html

    def test_a_second_time_it_is_used_and_says_thank_you(self, doors: Doors) -> None:
        path = doors.asks()
        answer = doors.brings(path, a_file("a.pdf", PDF))
        assert (answer.status_code, answer["Location"]) == (302, path)
        page = doors.visitor.get(path, HTTP_ACCEPT_LANGUAGE="de")
        assert page.status_code == 200
        assert "Vielen Dank" in page.content.decode()
        again = doors.brings(path, a_file("b.pdf", PDF))
        assert again.status_code == 410
        assert File.objects.count() == 1

    def test_in_a_resolved_conversation_it_opens_a_new_one(self, doors: Doors) -> None:
        path, old = doors.asks(), doors.chat
        doors.client.post(f"/inbox/{old.pk}/resolve")
        doors.brings(path, a_file("a.pdf", PDF))
        assert doors.chat.pk != old.pk
        assert Conversation.objects.get(pk=old.pk).status == "resolved"


class TestLooking:
    def test_uses_nothing_up_and_sets_no_cookie(self, doors: Doors) -> None:
        path = doors.asks()
        for _ in range(3):
            answer = doors.visitor.get(path, HTTP_USER_AGENT="WhatsApp/2.23.20.0")
            assert answer.status_code == 200
            assert not answer.cookies
            assert doors.visitor.head(path).status_code == 200
        assert SideDoor.objects.get().tries == 0
        assert doors.brings(path, a_file("a.pdf", PDF)).status_code == 302

    def test_tells_nobody_else(self, doors: Doors) -> None:
        path = doors.asks()
        for answer in (doors.visitor.get(path), doors.visitor.get("/side-door/none/"), doors.brings(path)):
            assert answer["Referrer-Policy"] == "no-referrer"
            assert answer["Cache-Control"] == "no-store"
            assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
            assert "default-src 'none'" in answer["Content-Security-Policy"]
            assert "script-src" not in answer["Content-Security-Policy"]


class TestRefused:
    @pytest.mark.parametrize(
        ("name", "content", "mime", "words"),
        [
            ("Rechnung.pdf", EXE, "application/pdf", "Dateien dieser Art"),
            ("Seite.pdf", HTML, "application/pdf", "Dateien dieser Art"),
            ("Bild.jpg", SVG, "image/jpeg", "Dateien dieser Art"),
            ("Archiv.zip", b"PK\x03\x04" + bytes(100), "application/zip", "Dateien dieser Art"),
            ("Leer.pdf", b"", "application/pdf", "ist leer"),
            ("Plan.png", png(20_000, 20_000, rows=1), "image/png", "zu viele Bildpunkte"),
        ],
    )
    def test_each_with_a_sentence_and_nothing_is_kept(
        self, doors: Doors, name: str, content: bytes, mime: str, words: str
    ) -> None:
        path = doors.asks()
        answer = doors.brings(path, a_file("gut.pdf", PDF), a_file(name, content, mime))
        html = answer.content.decode()
        assert answer.status_code == 422
        assert f"„{name}“" in html
        assert words in html
        assert nothing_is_kept()
        assert doors.brings(path, a_file("gut.pdf", PDF)).status_code == 302

    def test_too_large(self, doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
        path = doors.asks()
        monkeypatch.setattr(rules, "BYTES_MAX", 2 * len(PDF) - 1)
        answer = doors.brings(path, a_file("a.pdf", PDF), a_file("b.pdf", PDF))
        assert answer.status_code == 413
        assert "„b.pdf“: Alle Dateien zusammen" in answer.content.decode()
        assert nothing_is_kept()

    def test_too_many(self, doors: Doors) -> None:
        path = doors.asks()
        answer = doors.brings(path, *[a_file(f"{n}.pdf", b"%PDF-1.7 x") for n in range(11)])
        assert answer.status_code == 422
        assert "„10.pdf“" in answer.content.decode()
        assert nothing_is_kept()

    def test_no_file_and_no_form(self, doors: Doors) -> None:
        path = doors.asks()
        assert doors.brings(path).status_code == 422
        for kind in ("text/plain", "multipart/form-data", "multipart/form-data; boundary=\xe4"):
            answer = doors.visitor.post(f"{path}files", b"x", content_type=kind)
            assert answer.status_code == 400, kind
        broken = doors.visitor.post(f"{path}files", b"--b\r\nxx", content_type="multipart/form-data; boundary=b")
        assert broken.status_code in {400, 422}
        assert nothing_is_kept()

    def test_not_for_ever(self, doors: Doors) -> None:
        path = doors.asks()
        for _ in range(rules.TRIES_MAX):
            assert doors.brings(path, a_file("x.exe", EXE)).status_code == 422
        answer = doors.brings(path, a_file("gut.pdf", PDF))
        assert answer.status_code == 410
        assert "zu oft" in answer.content.decode()


class TestShut:
    def test_after_its_time(self, doors: Doors) -> None:
        path, way_out = doors.asks(), doors.gives(a_file("Angebot.pdf", PDF))
        doors.scene.passes(days=7)
        for each in (path, way_out):
            answer = doors.visitor.get(each, HTTP_ACCEPT_LANGUAGE="de")
            assert answer.status_code == 410
            assert "war bis" in answer.content.decode()
        assert doors.brings(path, a_file("a.pdf", PDF)).status_code == 410
        assert "The link ended on" in doors.thread()

    def test_when_it_was_withdrawn(self, doors: Doors) -> None:
        path = doors.asks()
        door = SideDoor.objects.get()
        assert "Withdraw the link" in doors.thread()
        assert doors.client.post(f"{doors.desk}{door.pk}/withdraw").status_code == 302
        answer = doors.visitor.get(path, HTTP_ACCEPT_LANGUAGE="en")
        assert answer.status_code == 410
        assert "has withdrawn it" in answer.content.decode()
        assert doors.brings(path, a_file("a.pdf", PDF)).status_code == 410
        assert "The link was withdrawn." in doors.thread()
        assert not File.objects.exists()

    def test_to_whoever_guesses(self, doors: Doors) -> None:
        path = doors.asks()
        token = path.split("/")[2]
        assert len(token) == 27  # 160 bits
        for forged in (token[:-1], token + "A", token[::-1], token.swapcase(), "x", "%00", "ä" * 30, "A" * 5_000):
            assert doors.visitor.get(f"/side-door/{forged}/").status_code == 404, forged
            assert doors.visitor.post(f"/side-door/{forged}/files", {"files": a_file("a.pdf", PDF)}).status_code == 404
        assert nothing_is_kept()

    def test_to_the_other_way(self, doors: Doors) -> None:
        asked, given = doors.asks(), doors.gives(a_file("Angebot.pdf", PDF))
        file = File.objects.get()
        assert doors.brings(given, a_file("a.pdf", PDF)).status_code == 410
        assert doors.visitor.post(f"{asked}files/{file.pk}").status_code == 404
        assert File.objects.count() == 1

    def test_to_another_conversations_desk(self, doors: Doors, nour: Any) -> None:
        doors.asks()
        doors.scene.writes(nour, "Hallo")
        other = doors.scene.chat(nour)
        answer = doors.client.post(f"/inbox/{other.pk}/side-door/{SideDoor.objects.get().pk}/withdraw")
        assert answer.status_code == 404

    def test_where_there_is_none(self, doors: Doors, settings: Any) -> None:
        path = doors.asks()
        assert "side-door" in doors.thread()
        settings.CONFIG = replace(settings.CONFIG, side_door_url="")
        assert doors.visitor.get(path).status_code == 404
        assert doors.brings(path, a_file("a.pdf", PDF)).status_code == 404
        assert doors.client.get(doors.desk).status_code == 404
        assert f"{doors.desk}?" not in doors.thread()


class TestDocumentsForbidden:
    """The line lets no document go over WhatsApp: the thread leads to the side door, both ways."""

    def test_what_was_refused_can_be_sent_securely(self, doors: Doors) -> None:
        set_documents(doors.scene.line.pk, Documents.FORBIDDEN, actor="system", at=doors.scene.clock.at)
        up = f"/inbox/{doors.chat.pk}/files"
        file = doors.client.post(up, PDF, "application/pdf", headers={"Content-Disposition": 'x; filename="a.pdf"'})
        doors.client.post(f"/inbox/{doors.chat.pk}/send", {"text": "", "file": file.json()["file"]})
        html = doors.thread()
        assert "your administration has decided so" in html
        assert re.search(rf'href="{doors.desk}\?[^"]*#give">.*Send securely', html)
        doors.gives(a_file("a.pdf", PDF))
        assert len(doors.scene.wire.sent) == 1

    def test_a_customers_document_reminds_of_asking_securely(self, doors: Doors) -> None:
        doors.scene.gives(doors.kim, PDF, "application/pdf")
        doors.scene.gives(doors.kim, picture(), "image/jpeg", "image")
        reminder = "Documents are not to go over WhatsApp here."
        assert reminder not in doors.thread()
        set_documents(doors.scene.line.pk, Documents.FORBIDDEN, actor="system", at=doors.scene.clock.at)
        assert doors.thread().count(reminder) == 1
        doors.brings(doors.asks(), a_file("b.pdf", PDF))
        assert doors.thread().count(reminder) == 1, "what came by the side door came well"
        assert len(doors.scene.wire.sent) == 1, "nothing answers by itself"


@pytest.mark.parametrize("port", ["", ":443", ":8470"])
def test_on_a_host_of_its_own_there_is_nothing_else(doors: Doors, settings: Any, port: str) -> None:
    path, static = doors.asks(), f"{settings.STATIC_URL}icon.svg"
    settings.ALLOWED_HOSTS = ["*"]
    settings.CONFIG = replace(
        settings.CONFIG, side_door_url="https://files.firma.example", public_url="https://desk.firma.example"
    )

    def status(host: str, address: str) -> int:
        with closing(doors.visitor.get(address, HTTP_HOST=host)) as answer:
            return answer.status_code

    assert status(f"Files.firma.example{port}", path) == 200
    assert status(f"files.firma.example{port}", static) == 200
    for address in ("/", "/accounts/login/", "/inbox/", "/api/v1/", "/ledger/checkpoint", "/side-door"):
        assert status(f"files.firma.example{port}", address) == 404, address
    assert status(f"desk.firma.example{port}", "/accounts/login/") == 200
    assert status(f"desk.firma.example{port}", path) == 200


class TestGiven:
    def test_whoever_presses_the_button_gets_the_file(self, doors: Doors) -> None:
        path = doors.gives(a_file("Angebot März.pdf", PDF), "Ihr Angebot")
        assert doors.scene.wire.given == [], "nothing of the file goes to WhatsApp"
        html = doors.visitor.get(path, HTTP_ACCEPT_LANGUAGE="de").content.decode()
        assert "Angebot März.pdf" in html
        assert "750,0" in html
        assert "15 Minuten" in html
        (action,) = re.findall(rf'action="({path}files/[^"]+)"', html)
        assert doors.visitor.get(action).status_code == 405
        assert SideDoor.objects.get().used_at is None
        answer = doors.visitor.post(action)
        assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
        assert answer["Content-Disposition"].startswith("attachment; filename=")
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "Opened on" in doors.thread()
        assert "Not sent over WhatsApp" in doors.thread()

    def test_a_download_that_broke_off_can_be_had_again_for_a_quarter_of_an_hour(self, doors: Doors) -> None:
        path = doors.gives(a_file("Angebot.pdf", PDF))
        action = f"{path}files/{File.objects.get().pk}"
        doors.visitor.post(action).close()
        doors.scene.passes(minutes=14)
        assert doors.visitor.get(path).status_code == 200
        doors.visitor.post(action).close()
        doors.scene.passes(minutes=1)
        assert doors.visitor.post(action).status_code == 410
        answer = doors.visitor.get(path, HTTP_ACCEPT_LANGUAGE="en")
        assert answer.status_code == 410
        assert "was downloaded on" in answer.content.decode()
        assert Entry.objects.filter(kind=Kind.SIDE_DOOR_CHANGED, facts__change="used").count() == 1

    def test_without_a_file_or_what_it_is_nothing_is_sent(self, doors: Doors) -> None:
        for given in (
            {"what_for": "Angebot", "language": "de", "file": a_file("leer.pdf", b"")},
            {"what_for": "Angebot", "language": "de"},
            {"what_for": "", "language": "de", "file": a_file("a.pdf", PDF)},
        ):
            answer = doors.client.post(f"{doors.desk}files", given)
            assert answer.status_code == 422
        assert not File.objects.exists()
        assert not SideDoor.objects.exists()

    def test_a_bomb_is_refused_with_a_sentence_and_nothing_is_sent(self, doors: Doors) -> None:
        plan = a_file("Plan.png", png(20_000, 20_000, rows=1), "image/png")
        answer = doors.client.post(f"{doors.desk}files", {"what_for": "Plan", "language": "de", "file": plan})
        assert answer.status_code == 422
        assert "This picture has too many pixels to be opened safely." in answer.content.decode()
        doors.scene.delivers()
        assert doors.scene.wire.sent == []
        assert not File.objects.exists()
        assert not SideDoor.objects.exists()

    def test_what_looks_like_an_iban_is_asked_about_and_the_form_stays_filled_in(self, doors: Doors) -> None:
        """What it is for leaves over WhatsApp, so the same is asked as of a reply."""
        what, fitting = "Konto DE89 3704 0044 0532 0130 00", {"language": "en"}
        for way, more in (("ask", {}), ("files", {"file": a_file("Angebot.pdf", PDF)})):
            answer = doors.client.post(f"{doors.desk}{way}", {"what_for": what} | fitting | more)
            page = answer.content.decode()
            assert answer.status_code == 422
            assert "This looks like an IBAN" in page
            assert f'value="{what}" required' in page
            assert 'value="en" checked' in page
            assert page.count('name="confirmed" value="iban">Send anyway</button>') == 1
            assert not SideDoor.objects.exists()
            assert not File.objects.exists()
        sure = {"what_for": what, "confirmed": "iban", "file": a_file("Angebot.pdf", PDF)} | fitting
        assert doors.client.post(f"{doors.desk}files", sure).status_code == 302
        assert SideDoor.objects.get().way == "out"

    def test_what_is_refused_comes_back_filled_in(self, doors: Doors) -> None:
        home = doors.desk
        doors.client.post(f"/inbox/{doors.chat.pk}/resolve")
        page = doors.client.post(f"{home}ask", {"what_for": "Vertrag", "language": "en"}).content.decode()
        assert "was resolved meanwhile" in page
        assert page.count('value="Vertrag" required') == 1

    def test_a_form_from_elsewhere_brings_nothing(self, doors: Doors, alice: Agent) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(alice)
        answer = strict.post(f"{doors.desk}files", {"what_for": "x", "language": "de", "file": a_file("a.pdf", PDF)})
        assert answer.status_code == 403
        assert not File.objects.exists()
        assert not SideDoor.objects.exists()


class TestTheLedger:
    def test_has_what_happened_and_not_to_whom(self, doors: Doors, alice: Agent) -> None:
        path = doors.asks("Kranichvertrag")
        doors.brings(path, a_file("Kranich.pdf", PDF))
        door = SideDoor.objects.get()
        entries = Entry.objects.filter(kind=Kind.SIDE_DOOR_CHANGED).order_by("id")
        customer = f"customer:{door.contact_id}"
        assert [(e.actor, e.object, e.related, e.facts) for e in entries] == [
            (alice.actor, door.pk, door.conversation_id, {"way": "in", "change": "opened"}),
            (customer, door.pk, door.conversation_id, {"way": "in", "change": "used"}),
        ]

    def test_the_gate_is_asked(self, doors: Doors) -> None:
        doors.scene.passes(hours=25)
        doors.client.post(f"{doors.desk}ask", {"what_for": "Vertrag", "language": "de"})
        assert Message.objects.get(direction="out").state == "refused"
        doors.scene.delivers()
        assert doors.scene.wire.sent == []


def test_an_open_door_lasts_a_week(doors: Doors) -> None:
    doors.asks()
    door = SideDoor.objects.get()
    assert door.ends_at - door.created_at == rules.OPEN_FOR == timedelta(days=7)
