"""Files at the side door, as browsers bring and take them."""

import re
from contextlib import closing
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urlsplit

from tests.scenarios.conftest import PATIENCE_S, Desk, Installation

PDF = b"%PDF-1.7\n" + "Grünfinkinhalt 4711\n".encode() * 40_000
EXE = b"MZ\x90\x00" + "Grünfinkinhalt".encode() * 100
BOUNDARY = "b0b"


def form(files: dict[str, bytes], **fields: str) -> bytes:
    """A form as a browser sends it: the fields first."""
    said = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    for name, content in files.items():
        head = (
            f'Content-Disposition: form-data; name="files"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
        )
        said.append(head.encode() + content)
    return b"".join(b"--%s\r\n%s\r\n" % (BOUNDARY.encode(), part) for part in said) + b"--%s--\r\n" % BOUNDARY.encode()


def visits(link: str, method: str = "GET", body: bytes | None = None, **more: str) -> tuple[int, HTTPMessage, bytes]:
    """What a browser gets there: a customer's, which brings nothing of itself, or another."""
    address = urlsplit(link)
    head = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"} if body else {}
    with closing(HTTPConnection(address.netloc, timeout=PATIENCE_S)) as line:
        line.request(method, address.path, body, head | more)
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read()


def newest_link(installation: Installation, chat: str) -> str:
    """The link that was handed over last, as a program with the right to read finds it."""
    texts = [m["text"] for m in installation.items(f"/conversations/{chat}/messages") if m["direction"] == "out"]
    (link,) = re.findall(r"https?://\S+/side-door/[\w-]+/", texts[0])
    return str(link)


def gives(desk: Desk, chat: str, name: str, content: bytes) -> None:
    """An agent's form with a file, its token before the file."""
    token = next(str(one.value) for one in desk.jar if "csrf" in one.name)
    body = form({name: content}, csrfmiddlewaretoken=token, what_for="Zeisiggrund", language="de")
    cookies = "; ".join(f"{one.name}={one.value}" for one in desk.jar)
    assert visits(f"{desk.url}/inbox/{chat}/side-door/files", "POST", body, Cookie=cookies)[0] == 302
