"""Calls to our own processes on this machine: the demo asks whether they are ready, and plays its people's parts."""

import json
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

ANSWER_S = 15.0


class Unanswered(Exception):
    """Nobody answered, or not in the way that was needed. The text names address, status and code, never content."""


def ask(method: str, url: str, body: object = None, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """One call; status and body. `body` is sent as JSON. Raises Unanswered when there is no answer.

    No proxy is honoured: nothing leaves the machine.
    """
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    sent = None if body is None else json.dumps(body).encode()
    about = {"Content-Type": "application/json"} if sent is not None else {}
    connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=ANSWER_S)
    try:
        connection.request(method, path, sent, {**about, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, HTTPException) as error:
        raise Unanswered(f"{method} {parts.netloc}{parts.path}: {type(error).__name__}") from None
    finally:
        connection.close()


def call(method: str, url: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:
    """One call that has to succeed; what it answered, as JSON. Raises Unanswered otherwise."""
    status, answer = ask(method, url, body, headers)
    if not 200 <= status < 300:
        parts = urlsplit(url)
        raise Unanswered(f"{method} {parts.netloc}{parts.path}: {status} {code(answer)}".rstrip())
    return json.loads(answer)


def code(answer: bytes) -> str:
    """The word for programs in an error of ours; empty where there is none."""
    with suppress(ValueError, KeyError, TypeError):
        told = json.loads(answer)["code"]
        return told if isinstance(told, str) and told.isidentifier() else ""
    return ""
