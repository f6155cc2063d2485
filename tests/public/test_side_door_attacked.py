"""The side door under bad luck and those who mean no good: of a file there is all or nothing, and where it belongs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import transaction
from django.test import Client

from jawort.consent.stop import lift_restriction, restrict
from jawort.core import clock as core_clock
from jawort.core.phone import Phone
from jawort.messaging.files.content import Claims
from jawort.messaging.files.models import Chunk, File
from jawort.messaging.files.rules import NAME_CHARACTERS_MAX
from jawort.messaging.files.upload import DRAFTS_FOR, forget_drafts
from jawort.messaging.merge import merge, unmerge
from jawort.messaging.models import Conversation, Message
from jawort.messaging.side_door.come_in import Brought, Shut, bring, come_in, knock
from jawort.messaging.side_door.models import SideDoor
from jawort.messaging.side_door.queries import found
from jawort.people.change import change_identity
from jawort.people.resolve import Sender
from tests.fixtures.cast import Customer
from tests.messaging.test_together import Other
from tests.public.doors import PDF, Doors, a_file


def door_of(path: str) -> SideDoor:
    door = found(path.split("/")[2])
    assert door is not None
    return door


def brought(door: SideDoor) -> File:
    return bring(door, Brought(Claims("a.pdf", "application/pdf"), [PDF]), core_clock.now(), limit=len(PDF))


@pytest.fixture
def both(doors: Doors, kim: Customer) -> tuple[Conversation, Conversation]:
    """Kim, and Kim with a new number, who has written before WhatsApp said so."""
    scene, later = doors.scene, replace(kim, name="Kim (neu)", phone=Phone("491713920099"), bsuid="DE.1713920099")
    scene.writes(later, "Ich bin es, mit neuer Nummer.")
    return scene.chat(kim), scene.chat(later)


def a_doubt(doors: Doors, both: tuple[Conversation, Conversation]) -> None:
    """Whether the two are one person."""
    kim, scope = doors.kim, doors.scene.line.scope
    change_identity(
        Sender(kim.phone.digits, kim.bsuid, None, None, scope),
        Sender("491713920099", "DE.1713920099", None, None, scope),
        doors.scene.clock.at,
    )


class TestWhoIsMeant:
    def test_nothing_goes_out_while_it_is_in_doubt_who_somebody_is(
        self, doors: Doors, both: tuple[Conversation, Conversation]
    ) -> None:
        path = doors.gives(a_file("Angebot.pdf", PDF))
        action = f"{path}files/{File.objects.get().pk}"
        a_doubt(doors, both)
        page = doors.visitor.get(path, HTTP_ACCEPT_LANGUAGE="en")
        assert (page.status_code, doors.visitor.post(action).status_code) == (410, 410)
        assert "At the moment nothing can be taken from here" in page.content.decode()
        assert "Angebot" not in page.content.decode()
        merge(both[0].contact_id, both[1].contact_id, actor="system", at=doors.scene.clock.at)
        doors.visitor.post(action).close()
        assert SideDoor.objects.get().used_at is not None

    def test_nor_while_processing_is_restricted_not_even_again(self, doors: Doors) -> None:
        path, contact = doors.gives(a_file("Angebot.pdf", PDF)), doors.chat.contact_id
        action = f"{path}files/{File.objects.get().pk}"
        doors.visitor.post(action).close()
        restrict(contact, actor="system", at=doors.scene.clock.at)
        assert doors.visitor.post(action).status_code == 410
        lift_restriction(contact, actor="system", at=doors.scene.clock.at)
        answer = doors.visitor.post(action)
        assert answer.status_code == 200
        answer.close()

    def test_what_is_brought_is_kept_all_the_same(self, doors: Doors) -> None:
        path = doors.asks()
        restrict(doors.chat.contact_id, actor="system", at=doors.scene.clock.at)
        assert doors.brings(path, a_file("a.pdf", PDF)).status_code == 302

    def test_of_merged_contacts_it_comes_into_their_one_conversation(
        self, doors: Doors, both: tuple[Conversation, Conversation]
    ) -> None:
        old, new = both
        door, path = door_of(doors.asks_in(new)), doors.asks_in(new)
        a_doubt(doors, both)
        merge(old.contact_id, new.contact_id, actor="system", at=doors.scene.clock.at)
        assert Conversation.objects.get(status="open") == old
        assert doors.client.post(f"/inbox/{old.pk}/side-door/{door.pk}/withdraw").status_code == 302
        door.refresh_from_db()
        assert door.withdrawn_at is not None, "its link stands in the thread of both"
        assert doors.brings(path, a_file("a.pdf", PDF)).status_code == 302
        assert Message.objects.get(kind="document").conversation_id == old.pk

    def test_of_contacts_that_are_taken_apart_meanwhile_in_their_own(
        self, doors: Doors, both: tuple[Conversation, Conversation]
    ) -> None:
        """Else a file would stand in a stranger's thread."""
        old, new = both
        door = door_of(doors.asks_in(new))
        a_doubt(doors, both)
        merge(old.contact_id, new.contact_id, actor="system", at=doors.scene.clock.at)
        files, at = [brought(door)], core_clock.now()
        with transaction.atomic():
            unmerge(new.contact_id, actor="system", at=at)
            comes = Other(partial(come_in, door, files, at, knocked_at=at))
        assert comes.end() is None
        assert Message.objects.get(kind="document").conversation_id == new.pk


class TestTime:
    def test_whoever_knocked_in_time_may_end_it(self, doors: Doors) -> None:
        door = door_of(doors.asks())
        doors.scene.passes(days=6, hours=23, minutes=59)
        knocked_at = core_clock.now()
        knock(door, knocked_at)
        file = brought(door)
        doors.scene.passes(minutes=5)
        come_in(door, [file], core_clock.now(), knocked_at=knocked_at)
        assert SideDoor.objects.get().used_at is not None

    def test_but_not_what_was_withdrawn_meanwhile(self, doors: Doors) -> None:
        door = door_of(doors.asks())
        at = core_clock.now()
        knock(door, at)
        file = brought(door)
        doors.client.post(f"{doors.desk}{door.pk}/withdraw")
        with pytest.raises(Shut, match="withdrawn"):
            come_in(door, [file], at, knocked_at=at)

    def test_what_a_killed_process_left_goes_with_the_drafts_and_the_link_opens_still(self, doors: Doors) -> None:
        path = doors.asks()
        door = door_of(path)
        knock(door, core_clock.now())
        brought(door)
        assert not Message.objects.filter(kind="document").exists()
        assert doors.brings(path, a_file("a.pdf", PDF)).status_code == 302
        assert File.objects.count() == 2
        forget_drafts(core_clock.now() + DRAFTS_FOR + timedelta(seconds=1))
        kept = File.objects.get()
        assert (kept.state, kept.direction) == ("stored", "in")
        assert set(Chunk.objects.values_list("file", flat=True)) == {kept.pk}


class TestWords:
    @pytest.mark.parametrize(
        ("name", "becomes"),
        [
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("..\\..\\windows\\Rechnung.pdf", "Rechnung.pdf"),
            ("\u202efdp.exe", "fdp.exe"),
            ("a\u0000b\u0007.pdf", "ab.pdf"),
            ("x" * 900 + ".pdf", "x" * (NAME_CHARACTERS_MAX - 4) + ".pdf"),
            ('a\\"; filename=evil.exe; x=b.pdf', "a; filename=evil.exe; x=b.pdf"),
            ("<script>alert(1)</script>.pdf", "script.pdf"),
            ("日本語.pdf", "日本語.pdf"),
        ],
    )
    def test_a_name_is_a_name_and_nothing_else(self, doors: Doors, name: str, becomes: str) -> None:
        """Sent as a browser sends it that knows no rules: the raw bytes stand in the part's header."""
        path = doors.asks()
        raw = name.encode()
        head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="' + raw + b'"\r\n'
        body = head + b"Content-Type: application/pdf\r\n\r\n" + PDF + b"\r\n--b--\r\n"
        answer = doors.visitor.post(f"{path}files", body, content_type="multipart/form-data; boundary=b")
        assert answer.status_code == 302
        file = File.objects.get()
        assert "<script>alert" not in doors.thread()
        got = doors.client.get(f"/inbox/{doors.chat.pk}/files/{file.pk}/?save")
        said = got["Content-Disposition"]
        got.close()
        assert unquote(said.rpartition("''")[2]) == becomes
        assert said.startswith('attachment; filename="')
        assert said.count('"') == 2
        assert not set("\r\n\0/\\") & set(said.partition("filename*=")[0])
        assert got["Content-Type"] == "application/octet-stream"

    @pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"<svg onload=alert(1)>", b"MZ\x90\x00"])
    def test_what_an_agent_gives_can_do_nothing_in_a_browser(self, doors: Doors, content: bytes) -> None:
        path = doors.gives(a_file("Seite.html", content, "text/html"))
        with_file = doors.visitor.post(f"{path}files/{File.objects.get().pk}")
        assert b"".join(with_file.streaming_content) == content  # type: ignore[attr-defined]
        assert with_file["Content-Type"] == "application/octet-stream"
        assert with_file["Content-Disposition"].startswith("attachment;")
        assert with_file["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in with_file["Content-Security-Policy"]
        assert "no-store" in with_file["Cache-Control"]
        assert with_file["X-Robots-Tag"].startswith("noindex")


class TestScanners:
    """Mail and chat programs open links before people do."""

    @pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
    def test_nothing_but_the_button_uses_a_link(self, doors: Doors, method: str) -> None:
        asked, given = doors.asks(), doors.gives(a_file("Angebot.pdf", PDF))
        look: Callable[[str], Any] = getattr(doors.visitor, method)
        for path in (asked, f"{asked}files", given, f"{given}files/{File.objects.get().pk}"):
            answer = look(path)
            assert answer.status_code in ({200, 405} if method in {"get", "head"} else {405})
            assert not answer.cookies
        assert not SideDoor.objects.exclude(used_at=None, tries=0).exists()

    def test_the_link_leads_where_the_configuration_says_whatever_host_was_asked_for(
        self, doors: Doors, settings: Any
    ) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        doors.client.post(f"{doors.desk}ask", {"what_for": "Vertrag", "language": "de"}, headers=evil)
        path = doors.gets()
        assert "evil" not in doors.scene.wire.sent[-1].text
        page = Client().get(path, headers=evil)
        assert "evil" not in page.content.decode()
        done = Client().post(f"{path}files", {"files": a_file("a.pdf", PDF)}, headers=evil)
        assert done["Location"] == path
