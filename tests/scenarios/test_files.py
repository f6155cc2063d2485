"""A customer's file goes the whole way through real processes, and nothing of it lies in clear on any disk."""

import io
import json
import tempfile
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from jawort.web.demo.disk import spellings
from tests.scenarios.conftest import Installation, eventually
from tests.scenarios.test_canaries import NUMBERS, files_below, found_in

pytestmark = pytest.mark.long

WORDS = ("Buchfinkname", "Grünfinkinhalt")
DOCUMENT = b"%PDF-1.7\n" + b"Gr\xc3\xbcnfinkinhalt 4711\n" * 40_000


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((2_400, 1_800), 60).convert("RGB").save(out, "JPEG", comment="Grünfinkinhalt".encode())
    return out.getvalue()


def attached(installation: Installation, content: bytes, mime: str) -> str:
    """The simulator's id of a file that a customer is about to send."""
    address = urlsplit(installation.told["simulator_control_url"])
    with closing(HTTPConnection(address.netloc)) as line:
        line.request("POST", f"{address.path}/files", content, {"Content-Type": mime})
        answer: Any = json.loads(line.getresponse().read())
    return str(answer["id"])


def given_out(installation: Installation, path: str) -> tuple[int, bytes]:
    address = urlsplit(installation.told["api_url"])
    with closing(HTTPConnection(address.netloc)) as line:
        line.request(
            "GET", f"{address.path}{path}", headers={"Authorization": f"Bearer {installation.told['api_token']}"}
        )
        answer = line.getresponse()
        return answer.status, answer.read()


def test_a_file_comes_and_leaves_no_trace(installation: Installation) -> None:
    began = time.time() - 1
    number, photo = f"{NUMBERS}900", a_photo()
    installation.phone("users", {"phone": number, "name": "Fiona Fink"})
    for kind, content, mime, more in (
        ("document", DOCUMENT, "application/pdf", {"filename": "Buchfinkname.pdf"}),
        ("image", photo, "image/jpeg", {}),
    ):
        sent = {"id": attached(installation, content, mime)} | more
        assert installation.phone(f"users/{number}/messages", {"type": kind, kind: sent}).status == 200

    def stored() -> list[dict[str, Any]]:
        chats = installation.items("/conversations")
        said = [m for chat in chats for m in installation.items(f"/conversations/{chat['id']}/messages")]
        files = [file for message in said for file in message["files"]]
        return files if [file["status"] for file in files] == ["stored"] * 2 else []

    eventually(stored)
    (chat,) = installation.items("/conversations")
    by_type = {file["type"]: file for file in stored()}
    assert by_type["application/pdf"]["name"] == "Buchfinkname.pdf"
    for kind, content in (("application/pdf", DOCUMENT), ("image/jpeg", photo)):
        assert given_out(installation, f"/conversations/{chat['id']}/files/{by_type[kind]['id']}") == (200, content)
    eventually(lambda: installation.command("verify")["waiting"] == 0)
    assert installation.command("verify")["problems"] == []
    assert installation.command("doctor")["findings"] == []
    words = [form for word in WORDS for form in spellings(word)] + [photo[1_000:1_100], DOCUMENT[:9] + b"Gr"]
    for file in files_below(installation.data_dir, Path(tempfile.gettempdir()), since=began):
        assert found_in(file, words) is None, file
