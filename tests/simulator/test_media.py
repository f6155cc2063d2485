"""Files: uploaded, found again, fetched, deleted, and gone when their time is over."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit

import pytest

from jawort.simulator.errors import GraphError
from jawort.simulator.media import FILE_BYTES_MAX, MB, Media, bytes_max, check, kind_of
from tests.simulator.stage import ACCESS_TOKEN, Answer, Stage

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
DAY_S = 24 * 3_600
BEARER = {"Authorization": f"Bearer {ACCESS_TOKEN}"}


def a_form(body: bytes, mime: str, **fields: str) -> tuple[bytes, str]:
    """A multipart body with its content type, as clients write it."""
    lines = b""
    for name, value in {"messaging_product": "whatsapp", **fields}.items():
        lines += f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    lines += b'--edge\r\nContent-Disposition: form-data; name="file"; filename="Rechnung.bin"\r\n'
    return (
        lines + f"Content-Type: {mime}\r\n\r\n".encode() + body + b"\r\n--edge--\r\n",
        "multipart/form-data; boundary=edge",
    )


def upload(stage: Stage, body: bytes, mime: str, **fields: str) -> Answer:
    form, kind = a_form(body, mime, **fields)
    path = f"/v26.0/{stage.settings.phone_number_id}/media"
    return stage.call("POST", path, form, {"Content-Type": kind, **BEARER})


def uploaded(stage: Stage, body: bytes = JPEG, mime: str = "image/jpeg") -> str:
    answer = upload(stage, body, mime)
    assert answer.status == 200, answer.body
    return str(answer.json["id"])


def resolve(stage: Stage, file_id: str, **query: str) -> Answer:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return stage.graph(None, f"/v26.0/{file_id}?{asked}", method="GET")


def fetch(stage: Stage, url: str, **headers: str) -> Answer:
    parts = urlsplit(url)
    assert parts.netloc == f"127.0.0.1:{stage.port}"
    return stage.call("GET", f"{parts.path}?{parts.query}", headers=headers or BEARER)


def test_there_and_back(stage: Stage) -> None:
    file_id = uploaded(stage)
    found = resolve(stage, file_id, phone_number_id=stage.settings.phone_number_id).json
    assert found | {"url": ""} == {
        "messaging_product": "whatsapp",
        "url": "",
        "mime_type": "image/jpeg",
        "sha256": hashlib.sha256(JPEG).hexdigest(),
        "file_size": len(JPEG),
        "id": file_id,
    }
    got = fetch(stage, found["url"])
    assert (got.status, got.headers["Content-Type"], got.body) == (200, "image/jpeg", JPEG)
    assert stage.graph(None, f"/{file_id}", method="DELETE").json == {"success": True}
    assert fetch(stage, found["url"]).status == 404
    assert resolve(stage, file_id).json["error"]["error_subcode"] == 33


def test_an_address_dies_after_five_minutes_and_an_id_after_thirty_days(stage: Stage) -> None:
    file_id = uploaded(stage)
    url = resolve(stage, file_id).json["url"]
    stage.sim("POST", "clock", {"shift_s": 290})
    assert fetch(stage, url).status == 200
    stage.sim("POST", "clock", {"shift_s": 310})
    dead = fetch(stage, url)
    assert (dead.status, dead.json["error"]["code"]) == (404, 100)
    assert fetch(stage, resolve(stage, file_id).json["url"]).body == JPEG
    stage.sim("POST", "clock", {"shift_s": 30 * DAY_S - 60})
    assert resolve(stage, file_id).status == 200
    stage.sim("POST", "clock", {"shift_s": 30 * DAY_S + 60})
    assert resolve(stage, file_id).json["error"]["error_subcode"] == 33


def test_an_address_opens_one_file_with_the_token_only(stage: Stage) -> None:
    mine, other = resolve(stage, uploaded(stage)).json["url"], uploaded(stage, JPEG + b"2")
    assert fetch(stage, mine, Authorization="Bearer wrong").status == 401
    assert fetch(stage, mine, Accept="*/*").status == 401
    forged = mine.replace(urlsplit(mine).query.partition("&")[0], f"mid={other}")
    assert fetch(stage, forged).status == 404
    later = mine.replace("ext=", "ext=9")
    assert fetch(stage, later).status == 404


def test_the_number_restricts_the_call(stage: Stage) -> None:
    file_id = uploaded(stage)
    refused = resolve(stage, file_id, phone_number_id="1")
    assert (refused.status, refused.json["error"]["code"]) == (400, 100)
    assert stage.graph(None, f"/{file_id}?phone_number_id=1", method="DELETE").status == 400
    assert resolve(stage, file_id).status == 200


def test_the_type_field_wins(stage: Stage) -> None:
    answer = upload(stage, b"Guten Tag", "application/octet-stream", type="text/plain")
    assert resolve(stage, answer.json["id"]).json["mime_type"] == "text/plain"


REFUSED: list[tuple[bytes, str, dict[str, str], int]] = [
    (b"GIF89a", "image/gif", {}, 131053),
    (b"x", "application/octet-stream", {}, 131053),
    (b"RIFF", "audio/wav", {}, 131053),
    (b"", "image/jpeg", {}, 131053),
    (bytes(5 * MB + 1), "image/png", {}, 131053),
    (bytes(16 * MB + 1), "video/mp4", {}, 131053),
    (JPEG, "image/jpeg", {"messaging_product": "sms"}, 100),
]


@pytest.mark.parametrize(("body", "mime", "fields", "code"), REFUSED)
def test_refused(stage: Stage, body: bytes, mime: str, fields: dict[str, str], code: int) -> None:
    answer = upload(stage, body, mime, **fields)
    error = answer.json["error"]
    assert (answer.status, error["code"]) == (400, code)
    assert error["error_data"]["messaging_product"] == "whatsapp"


@pytest.mark.parametrize("body", [b"x", b"--edge\r\n"])
def test_what_is_no_form_is_refused(stage: Stage, body: bytes) -> None:
    path = f"/{stage.settings.phone_number_id}/media"
    for kind in ("application/json", "multipart/form-data", "multipart/form-data; boundary=edge"):
        answer = stage.call("POST", path, body, {"Content-Type": kind, **BEARER})
        assert (answer.status, answer.json["error"]["code"]) == (400, 100), kind


def a_sticker(*, moving: bool, size: int) -> bytes:
    head = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0" + (b"\x02" if moving else b"\0")
    return head + bytes(size - len(head))


def test_sizes_by_kind() -> None:
    check("image/webp", a_sticker(moving=False, size=100 * 1_024))
    check("image/webp", a_sticker(moving=True, size=500 * 1_024))
    for moving, size in ((False, 100 * 1_024 + 1), (True, 500 * 1_024 + 1)):
        with pytest.raises(GraphError):
            check("image/webp", a_sticker(moving=moving, size=size))
    assert bytes_max("document", b"") == FILE_BYTES_MAX == 100 * MB


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/jpeg", "image"),
        ("audio/ogg; codecs=opus", "audio"),
        ("video/3gpp", "video"),
        ("image/webp", "sticker"),
        ("application/pdf", "document"),
        ("application/zip", "document"),
        ("image/heic", None),
        ("", None),
    ],
)
def test_kinds(mime: str, kind: str | None) -> None:
    assert kind_of(mime) == kind


def test_a_customers_file_lives_a_week_and_is_told_in_base64() -> None:
    media = Media(10 * MB)
    file = media.receive(b"anything", "image/heic", 1_000.0)
    told: dict[str, Any] = media.webhook(file, 1_000.0, "http://127.0.0.1:1")
    assert base64.b64decode(told["sha256"]) == hashlib.sha256(b"anything").digest()
    assert (told["mime_type"], told["id"]) == ("image/heic", file.id)
    assert told["url"].startswith("http://127.0.0.1:1/lookaside/")
    assert media.get(file.id, 1_000.0 + 7 * DAY_S - 1) is file
    assert media.get(file.id, 1_000.0 + 7 * DAY_S) is None


def test_the_oldest_files_go_first() -> None:
    media = Media(1_000)
    first, second, third = (media.receive(bytes(400), "image/png", 0.0) for _ in range(3))
    assert [media.get(one.id, 0.0) for one in (first, second, third)] == [None, second, third]
