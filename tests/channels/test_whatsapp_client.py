"""Calls to the platform, against a server that answers as it is told."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

import pytest

from jawort.channels.types import Accepted, Deleted, Named, Outcome, Outgoing, Refused, Retry, Uncertain
from jawort.channels.whatsapp import calls
from jawort.channels.whatsapp.calls import close, outcome
from jawort.channels.whatsapp.client import Client

KIM = Outgoing(own_id="01J", to_phone="4915112345678", to_bsuid=None, text="Grüße 😀")
ACCEPTED = b'{"messaging_product":"whatsapp","contacts":[{"input":"x"}],"messages":[{"id":"wamid.OUT"}]}'


@dataclass
class Platform:
    """A server on loopback that gives one answer, verbatim, and keeps what it was asked."""

    answer: bytes | None = None  # None: say nothing
    stay: bool = False  # keep the connection open without a word
    asked: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    port: int = 0
    connections: list[asyncio.Transport] = field(default_factory=list)


class Connection(asyncio.Protocol):
    """One connection to the platform."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.platform.connections.append(transport)

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, end, body = self.data.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}
        if not end or len(body) < int(headers.get("content-length", 0)):
            return
        self.data = b""
        is_form = headers.get("content-type", "").startswith("multipart/")
        self.platform.asked.append((first, headers, body if is_form else json.loads(body or b"null")))
        if self.platform.answer is not None:
            self.transport.write(self.platform.answer)
        elif not self.platform.stay:
            self.transport.close()


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def error(code: object, status: str = "400 Bad Request") -> bytes:
    return http(status, json.dumps({"error": {"message": "m", "type": "OAuthException", "code": code}}).encode())


@contextlib.asynccontextmanager
async def running(platform: Platform) -> AsyncIterator[str]:
    server = await asyncio.get_running_loop().create_server(lambda: Connection(platform), "127.0.0.1", 0)
    platform.port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{platform.port}/v26.0"
    finally:
        server.close()
        await close()
        for connection in platform.connections:
            connection.abort()
        await asyncio.sleep(0)


def finished(scene: Coroutine[Any, Any, Any]) -> Any:
    """The scene's result. In a thread of its own: in this one a browser's test may have left a loop running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, scene).result()


def run(platform: Platform, act: Callable[[Client], Awaitable[Any]], timeout_s: float = 5.0) -> Any:
    async def scene() -> Any:
        async with running(platform) as url:
            return await act(Client(url, "token-1", timeout_s))

    return finished(scene())


def send(platform: Platform, outgoing: Outgoing = KIM, timeout_s: float = 5.0) -> Outcome:
    found: Outcome = run(platform, lambda sender: sender.send("10654", outgoing), timeout_s)
    return found


def test_an_accepted_message() -> None:
    platform = Platform(http("200 OK", ACCEPTED))
    assert send(platform) == Accepted("wamid.OUT")
    ((first, headers, body),) = platform.asked
    assert first == "POST /v26.0/10654/messages HTTP/1.1"
    assert headers["authorization"] == "Bearer token-1"
    assert body == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+4915112345678",
        "type": "text",
        "text": {"body": "Grüße 😀", "preview_url": False},
        "biz_opaque_callback_data": "01J",
    }


def test_the_user_id_goes_before_the_number() -> None:
    platform = Platform(http("200 OK", ACCEPTED))
    send(platform, Outgoing("01J", "4915112345678", "DE.111", "x", reply_to="wamid.IN"))
    body = platform.asked[0][2]
    assert body["recipient"] == "DE.111"
    assert "to" not in body
    assert body["context"] == {"message_id": "wamid.IN"}


@pytest.mark.parametrize(
    ("code", "status", "retry"),
    [
        (131047, "400 Bad Request", Retry.NEVER),
        ("131047", "400 Bad Request", Retry.NEVER),
        (130429, "429 Too Many Requests", Retry.BACKOFF),
        (131049, "400 Bad Request", Retry.WAIT),
        (190, "401 Unauthorized", Retry.ALARM),
        (0, "401 Unauthorized", Retry.ALARM),
        (273, "403 Forbidden", Retry.ALARM),
        (131000, "500 Internal Server Error", Retry.BACKOFF),
        (131047, "200 OK", Retry.NEVER),
        (987654, "400 Bad Request", Retry.NEVER),
        (987654, "500 Internal Server Error", Retry.BACKOFF),
    ],
)
def test_a_refusal_is_decided_by_its_code(code: object, status: str, retry: Retry) -> None:
    platform = Platform(error(code, status))
    assert send(platform) == Refused(int(str(code)), f"whatsapp.{code}", retry)
    assert len(platform.asked) == 1, "one call is one attempt"


@pytest.mark.parametrize(
    "answer",
    [
        http("200 OK"),
        http("200 OK", b"{}"),
        http("200 OK", b'{"messages":[]}'),
        http("200 OK", b'{"messages":[{"id":""}]}'),
        http("200 OK", b'{"messages":{"id":"x"}}'),
        http("200 OK", b"<html>"),
        http("200 OK", b"[" * 60_000),
        http("202 Accepted", ACCEPTED),
        http("500 Internal Server Error", b"<html>"),
        http("502 Bad Gateway"),
        http("503 Service Unavailable", b'{"error":"x"}'),
        http("200 OK", b"x" * 1_000_000),
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
        b"HTTP/1.1 what\r\n\r\n",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    ],
)
def test_an_answer_without_sense_leaves_it_open(answer: bytes) -> None:
    platform = Platform(answer)
    found = send(platform, timeout_s=0.5)
    assert isinstance(found, Uncertain)
    assert len(platform.asked) == 1


@pytest.mark.parametrize("stay", [True, False])
def test_no_answer_leaves_it_open(stay: bool) -> None:
    platform = Platform(None, stay)
    assert send(platform, timeout_s=0.3) == Uncertain("timeout" if stay else "connection lost")
    assert len(platform.asked) == 1


def test_a_kept_connection_that_breaks_leaves_it_open() -> None:
    platform = Platform(http("200 OK", ACCEPTED))

    async def act(sender: Client) -> Outcome:
        assert await sender.send("1", KIM) == Accepted("wamid.OUT")
        platform.answer = None
        return await sender.send("1", KIM)

    assert run(platform, act) == Uncertain("connection lost")
    assert len(platform.asked) == 2


def test_a_refused_connection_sent_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]  # bound and not listening

        async def scene() -> Outcome:
            found = await Client(f"http://127.0.0.1:{port}", "t").send("1", KIM)
            await close()
            return found

        assert finished(scene()) == Refused(-1, "whatsapp.-1", Retry.BACKOFF)


def test_a_server_that_speaks_no_tls_sent_nothing() -> None:
    platform = Platform(b"HTTP/1.1 400 no\r\n\r\n")

    async def scene() -> Outcome:
        async with running(platform) as url:
            return await Client(url.replace("http:", "https:"), "t", 2.0).send("1", KIM)

    found = finished(scene())
    assert isinstance(found, Refused)
    assert found.retry in {Retry.ALARM, Retry.BACKOFF}


@pytest.mark.parametrize(
    ("status", "retry"),
    [
        ("429 Too Many Requests", Retry.BACKOFF),
        ("401 Unauthorized", Retry.ALARM),
        ("404 Not Found", Retry.ALARM),
        ("407 Proxy Authentication Required", Retry.ALARM),
        ("400 Bad Request", Retry.NEVER),
        ("413 Payload Too Large", Retry.NEVER),
    ],
)
def test_refusals_without_an_error_object(status: str, retry: Retry) -> None:
    found = send(Platform(http(status, b"<html>")))
    assert isinstance(found, Refused)
    assert (found.code < 0, found.retry) == (True, retry)


def test_a_redirect_is_not_followed() -> None:
    platform = Platform(http("307 Temporary Redirect", b"", "Location: /elsewhere"))
    found = send(platform)
    assert isinstance(found, Refused)
    assert found.retry is Retry.ALARM
    assert len(platform.asked) == 1


def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = Platform(http("200 OK", ACCEPTED))

    async def scene() -> Outcome:
        async with running(platform):
            monkeypatch.setenv("http_proxy", f"http://user:word@127.0.0.1:{platform.port}")
            monkeypatch.setenv("no_proxy", "")
            return await Client("http://graph.example/v26.0", "t").send("1", KIM)

    assert finished(scene()) == Accepted("wamid.OUT")
    first, headers, _ = platform.asked[0]
    assert first == "POST http://graph.example/v26.0/1/messages HTTP/1.1"
    assert headers["proxy-authorization"].startswith("Basic ")


def test_many_calls_share_connections() -> None:
    platform = Platform(http("200 OK", ACCEPTED))

    async def act(sender: Client) -> list[Outcome]:
        return await asyncio.gather(*(sender.send("1", KIM) for _ in range(200)))

    assert run(platform, act) == [Accepted("wamid.OUT")] * 200
    assert len(platform.asked) == 200


def test_a_call_that_is_broken_off_says_whether_it_may_have_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two calls over the only connection one was sent and has no answer, the other waits for the connection."""
    monkeypatch.setattr(calls, "CONNECTIONS_MAX", 1)
    platform = Platform(stay=True)

    async def act(sender: Client) -> list[Outcome]:
        calls = [asyncio.create_task(sender.send("1", KIM)) for _ in range(2)]
        while not platform.asked:
            await asyncio.sleep(0.01)
        for call in calls:
            call.cancel()
        return await asyncio.gather(*calls)

    sent, waiting = run(platform, act)
    assert sent == Uncertain("connection lost")
    assert (type(waiting), waiting.retry) == (Refused, Retry.BACKOFF)
    assert len(platform.asked) == 1


def test_a_message_needs_an_address() -> None:
    with pytest.raises(ValueError, match="address"):
        finished(Client("http://127.0.0.1:1", "t").send("1", Outgoing("1", None, None, "x")))


def test_the_token_shows_nowhere() -> None:
    assert "secret" not in repr(Client("http://127.0.0.1", "secret"))


@pytest.mark.parametrize("status", range(100, 600, 7))
def test_every_status_has_an_outcome(status: int) -> None:
    for answer in (b"", b"{}", b'{"error":{}}', b'{"error":{"code":null}}', b"[[[", b"\xff"):
        assert isinstance(outcome(status, answer), Refused | Uncertain)


def forgets(platform: Platform) -> Any:
    return run(platform, lambda sender: sender.delete_from_contact_book("10654", "DE.1349+/x"))


def test_a_person_is_deleted_from_the_contact_book() -> None:
    gone = b'{"messaging_product":"whatsapp","success":true,"deleted":true}'
    platform = Platform(http("200 OK", gone))
    assert forgets(platform) == Deleted()
    ((first, headers, body),) = platform.asked
    assert first.startswith("DELETE /v26.0/10654/contact_book?messaging_product=whatsapp&bsuid=DE.1349%2B/x ")
    assert (headers["authorization"], body) == ("Bearer token-1", None)
    assert forgets(Platform(http("200 OK", gone.replace(b'"deleted":true', b'"deleted":false')))) == Deleted()


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (error(100), Refused(100, "whatsapp.100", Retry.NEVER)),
        (error(190, "401 Unauthorized"), Refused(190, "whatsapp.190", Retry.ALARM)),
        (http("200 OK", b'{"success":false}'), Uncertain("accepted without an id")),
        (http("200 OK", ACCEPTED), Uncertain("deleted without saying so")),
        (None, Uncertain("connection lost")),
    ],
)
def test_what_was_not_deleted_is_not_said_to_be(answer: bytes | None, found: object) -> None:
    assert forgets(Platform(answer)) == found


async def in_blocks(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 1_000):
        yield content[at : at + 1_000]


def give(platform: Platform, content: bytes, size: int | None = None) -> Named | Refused:
    size = len(content) if size is None else size
    found: Named | Refused = run(platform, lambda to: to.upload("10654", "image/png", size, in_blocks(content)))
    return found


def test_a_file_goes_as_a_form_with_its_length_and_without_its_name() -> None:
    platform, content = Platform(http("200 OK", b'{"id":"1037543291543636"}')), bytes(range(256)) * 40
    assert give(platform, content) == Named("1037543291543636")
    ((first, headers, body),) = platform.asked
    assert first == "POST /v26.0/10654/media HTTP/1.1"
    assert headers["authorization"] == "Bearer token-1"
    assert "transfer-encoding" not in headers
    parsed = message_from_bytes(b"Content-Type: " + headers["content-type"].encode() + b"\r\n\r\n" + body)
    payload: Any = parsed.get_payload()
    parts = {part.get_param("name", header="content-disposition"): part for part in payload}
    assert set(parts) == {"messaging_product", "type", "file"}
    assert parts["messaging_product"].get_payload(decode=True) == b"whatsapp"
    assert parts["type"].get_payload(decode=True) == b"image/png"
    assert parts["file"].get_content_type() == "image/png"
    assert content in body


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        (error(131053), Refused(131053, "whatsapp.131053", Retry.BACKOFF)),
        (error(190, "401 Unauthorized"), Refused(190, "whatsapp.190", Retry.ALARM)),
        (http("503 Service Unavailable"), Refused(-4, "whatsapp.-4", Retry.BACKOFF)),
        (http("200 OK", b"{}"), Refused(-4, "whatsapp.-4", Retry.BACKOFF)),
        (None, Refused(-1, "whatsapp.-1", Retry.BACKOFF)),
    ],
)
def test_a_file_that_was_not_named_may_be_given_again(answer: bytes | None, refused: Refused) -> None:
    assert give(Platform(answer), b"x" * 5_000) == refused


def test_a_file_that_is_shorter_than_it_said_is_not_given() -> None:
    platform = Platform(http("200 OK", b'{"id":"1"}'))
    assert isinstance(give(platform, b"x" * 10, 1_000_000), Refused)
    assert platform.asked == []
