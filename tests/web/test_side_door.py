"""The side door in real browsers: an agent's, and a customer's on a phone, without scripts and in either language."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FilePayload, Page, expect

from jawort.core.clock import now
from jawort.legal.keep import keep
from jawort.messaging.files.models import File
from jawort.messaging.side_door.models import SideDoor
from jawort.staff.models import Agent
from tests.fixtures.browser import Watch
from tests.messaging.files.hostile import EXE, picture
from tests.public.doors import LEGAL, LINK, PDF
from tests.web.conftest import Desk

pytestmark = pytest.mark.browser

WORDS = {
    "de": {
        "door": "Dateien sicher anfordern oder senden",
        "what": "Worum geht es?",
        "ask": "Sicher anfordern",
        "give": "Sicher senden",
        "mark": "Nicht über WhatsApp gesendet",
        "files": "Ihre Dateien",
        "send": "Senden",
        "refused": "Dateien dieser Art werden nicht angenommen",
        "thanks": "Vielen Dank",
        "download": "Herunterladen",
        "opened": "Geöffnet:",
    },
    "en": {
        "door": "Request or send files securely",
        "what": "What is it?",
        "ask": "Request securely",
        "give": "Send securely",
        "mark": "Not sent over WhatsApp",
        "files": "Your files",
        "send": "Send",
        "refused": "files of this type are not taken",
        "thanks": "Thank you",
        "download": "Download",
        "opened": "Opened on",
    },
}


@pytest.fixture
def opened(site: str, settings: Any) -> str:
    """The address of the desk, which has a side door."""
    keep(*LEGAL, actor="system", at=now())
    settings.CONFIG = replace(settings.CONFIG, company="Radhaus Beispiel", public_url=site, side_door_url=site)
    return site


def link_of(desk: Desk) -> str:
    """The link that the customer's phone shows last."""
    desk.scene.delivers()
    (path,) = LINK.findall(desk.scene.wire.sent[-1].text)
    return str(path)


def visits(open_page: Callable[..., Page], language: str) -> Page:
    """The customer's phone: small, and with scripts switched off."""
    return open_page(locale=language, viewport={"width": 390, "height": 844}, java_script_enabled=False)


@pytest.mark.parametrize("language", ["de", "en"])
def test_files_pass_both_ways(
    desk: Desk,
    alice: Agent,
    opened: str,
    at_desk: Callable[..., Page],
    open_page: Callable[..., Page],
    tmp_path: Path,
    watch: Watch,
    language: str,
) -> None:
    words, page, phone = WORDS[language], at_desk(alice, language=language), visits(open_page, language)
    thread = f"{opened}/inbox/{desk.chat.pk}/"
    page.goto(thread)
    page.get_by_role("link", name=words["door"]).click()
    page.get_by_label(words["what"]).first.fill("Unterschriebener Vertrag")
    page.get_by_role("button", name=words["ask"]).click()
    page.wait_for_url(f"{thread}*")

    phone.goto(opened + link_of(desk))
    expect(phone.get_by_text("Unterschriebener Vertrag")).to_be_visible()
    assert phone.context.cookies() == []
    good: FilePayload = {"name": "Vertrag.pdf", "mimeType": "application/pdf", "buffer": PDF}
    bad: FilePayload = {"name": "Rechnung.pdf", "mimeType": "application/pdf", "buffer": EXE}
    phone.get_by_label(words["files"]).set_input_files([good, bad])
    phone.get_by_role("button", name=words["send"]).click()
    expect(phone.get_by_role("alert")).to_contain_text(words["refused"])
    photo: FilePayload = {"name": "Foto.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    phone.get_by_label(words["files"]).set_input_files([good, photo])
    phone.get_by_role("button", name=words["send"]).click()
    expect(phone.get_by_role("heading", name=words["thanks"])).to_be_visible()
    page.goto(thread)
    came = page.locator(".msg--in").last
    expect(came).to_contain_text(words["mark"])
    expect(came.get_by_role("link", name="Vertrag.pdf")).to_be_visible()
    expect(came.get_by_role("img", name="Foto.jpg")).to_be_visible()

    page.get_by_role("link", name=words["door"]).click()
    page.get_by_label(words["what"]).last.fill("Ihr Angebot")
    page.locator("#give-file").set_input_files({"name": "Angebot.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_role("button", name=words["give"]).click()
    page.wait_for_url(f"{thread}*")
    phone.goto(opened + link_of(desk))
    expect(phone.get_by_text("Angebot.pdf").first).to_be_visible()
    with phone.expect_download() as download:
        phone.get_by_role("button", name=words["download"]).click()
    assert download.value.suggested_filename == "Angebot.pdf"
    download.value.save_as(tmp_path / "got.pdf")
    assert (tmp_path / "got.pdf").read_bytes() == PDF
    page.goto(thread)
    expect(page.locator(".msg--out").last).to_contain_text(words["opened"])
    watch.forgive("422")


def test_a_link_is_withdrawn_in_the_thread(
    desk: Desk, alice: Agent, opened: str, at_desk: Callable[..., Page], open_page: Callable[..., Page], watch: Watch
) -> None:
    page, phone = at_desk(alice), visits(open_page, "en")
    page.goto(f"{opened}/inbox/{desk.chat.pk}/side-door/")
    page.get_by_label("What is it?").first.fill("Contract")
    page.get_by_role("button", name="Request securely").click()
    expect(page.locator(".live")).to_have_attribute("data-state", "open")  # nothing is swapped under the pointer
    page.get_by_role("button", name="Withdraw the link").click()
    expect(page.locator(".msg--out").last).to_contain_text("The link was withdrawn.")
    phone.goto(opened + link_of(desk))
    expect(phone.get_by_text("has withdrawn it")).to_be_visible()
    watch.forgive("410")


def test_a_file_that_comes_twice_at_once_comes_once(
    desk: Desk, alice: Agent, opened: str, signed_in: Callable[..., Any]
) -> None:
    """Two browsers press the button together: whole requests, over HTTP, in threads of the server."""
    signed_in(alice).post(f"/inbox/{desk.chat.pk}/side-door/ask", {"what_for": "Vertrag", "language": "de"})
    path, start = link_of(desk), Barrier(4)
    before = File.objects.count()
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\nContent-Type: a/b\r\n\r\n'
    body = head + PDF + b"\r\n--b--\r\n"

    def brings(_: int) -> int:
        line = HTTPConnection(urlsplit(opened).netloc, timeout=30)
        start.wait(10)
        line.request("POST", f"{path}files", body, {"Content-Type": "multipart/form-data; boundary=b"})
        status = line.getresponse().status
        line.close()
        return status

    with ThreadPoolExecutor(4) as threads:
        got = sorted(threads.map(brings, range(4)))
    assert got[0] == 302
    assert set(got[1:]) <= {409, 410}
    assert File.objects.count() == before + 1
    assert SideDoor.objects.get().used_at is not None
