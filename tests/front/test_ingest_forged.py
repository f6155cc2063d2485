"""Nothing that the app did not sign is taken, however it is made; over HTTP, through the real listener."""

import contextlib
import socket
from collections import Counter
from dataclasses import replace

import pytest

from jawort.front.ingest_counts import Count
from tests.channels.forgeries import BODY, FORGERIES, SIGNED, Webhook, forge
from tests.front.ingest_listener import PATH, Listener, stored

CONTROL_EVERY = 50
#: The bytes signed and the signature are the same: these are no forgeries.
SAME = [
    SIGNED,
    replace(SIGNED, name="x-hub-signature-256"),
    replace(SIGNED, name="X-HUB-SIGNATURE-256"),
    replace(SIGNED, path=f"{PATH}?from=elsewhere"),
]
ELSEWHERE = [
    "/",
    "/webhooks",
    f"{PATH}/",
    f"/{PATH}",
    f"{PATH}%2F",
    f"{PATH}/../whatsapp",
    "/Webhooks/WhatsApp",
    "/webhook/whatsapp",
]
METHODS = ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "post", "POS", "TRACE"]


def status(listener: Listener, *parts: bytes) -> int:
    """The answer to these bytes; 0 if there is none."""
    found = b""
    with (
        socket.create_connection(("127.0.0.1", listener.port), timeout=15) as wire,
        contextlib.suppress(ConnectionError),
    ):
        for part in parts:
            wire.sendall(part)
            answered = wire.recv(65_536) if part is parts[-1] else b""
            found += answered
    return int(found[9:12]) if found else 0


def ask(listener: Listener, webhook: Webhook) -> int:
    return status(listener, webhook.head_and_body)


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.long)])
def test_no_forgery_is_taken(listener: Listener, count: int) -> None:
    kinds = sorted(FORGERIES)
    answers: Counter[int] = Counter()
    taken = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        answer = ask(listener, forge(kind, number))
        answers[answer] += 1
        if answer == 200:
            taken.append((kind, number))
        if number % CONTROL_EVERY == 0:
            assert ask(listener, SAME[number // CONTROL_EVERY % len(SAME)]) == 200
    print(f"{count} forgeries over HTTP, answered {dict(answers)}")
    assert taken == []
    assert stored() == [BODY] * (count // CONTROL_EVERY)
    assert listener.counts()[Count.UNSIGNED] == answers[401] > count * 0.9


def test_the_signature_opens_no_other_door(listener: Listener) -> None:
    for path in ELSEWHERE:
        assert ask(listener, replace(SIGNED, path=path)) == 404, path
    for method in METHODS:
        assert ask(listener, replace(SIGNED, method=method)) in {400, 403, 405}, method
    assert stored() == []


def chunked(*trailers: bytes) -> bytes:
    """The signed body in one piece, its signature behind it, or nowhere."""
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Hub-Signature-256\r\n\r\n"
    behind = b"".join(b"X-Hub-Signature-256: " + one + b"\r\n" for one in trailers)
    return head.encode() + b"%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n" + behind + b"\r\n"


def test_a_signature_behind_the_body_is_none(listener: Listener) -> None:
    assert status(listener, chunked(SIGNED.signatures[0])) == 401
    assert stored() == []
