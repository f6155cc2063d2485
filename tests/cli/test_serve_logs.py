"""What an installation logs while things go wrong: lines of JSON with known keys, and nobody can be told from them."""

import json
import os
import signal
import socket
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from bench.place import until
from jawort.channels.whatsapp.signature import sign
from jawort.cli.logs import FACTS
from jawort.web.demo.disk import spellings
from tests.cli.served import Served, served

KIM = "4917604069031"
CANARIES = (KIM, "Zeisigname", "Stieglitzfrage", "Finkenantwort", "Pirolkennwort")
EVERYBODY = {"postgresql", "front", "ingest", "work", "work-2", "search"}
FIXED = ("at", "level", "role", "logger", "event")
KNOWN = {*FIXED, *FACTS, "error", "frames"}


def bothers(here: Served, process: str, method: str, path: str, body: bytes = b"", **headers: str) -> None:
    """A request of somebody who means no good; whatever it comes to."""
    line = HTTPConnection(urlsplit(here.url(process)).netloc, timeout=10)
    with closing(line), suppress(OSError, HTTPException):
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        line.getresponse().read()


def strangers_come(here: Served) -> None:
    """What frameworks like to quote: addresses, hosts, cookies, bodies, and what is no HTTP at all."""
    word = quote("Stieglitzfrage")
    for process in ("front", "ingest", "work"):
        for path in ("/{}", "/inbox/{}/?q={}", "/webhooks/whatsapp?hub.verify_token={}", "/%ff{}"):
            bothers(here, process, "GET", path.replace("{}", word))
        bothers(here, process, "GET", "/inbox/", Host=f"{word}.example")
        bothers(here, process, "GET", "/live", Cookie=f"sessionid={word}; {word}")
        bothers(here, process, "POST", "/webhooks/whatsapp", word.encode(), X_Hub_Signature_256=f"sha256={word}")
        bothers(here, process, "POST", "/api/v1/conversations", word.encode(), Authorization=f"Bearer {word}")
        bothers(here, process, "POST", "/accounts/login/", b"login=Zeisigname@firma.example&password=Pirolkennwort")
        bothers(here, process, "POST", "/csp-report", b'{"csp-report": {"effective-directive": "Stieglitzfrage"}}')
        address = ("127.0.0.1", urlsplit(here.url(process)).port or 0)
        with suppress(OSError), socket.create_connection(address, timeout=10) as wire:
            wire.sendall(b"Stieglitzfrage\r\nZeisigname: \x00\r\n\r\n")
            wire.recv(1_000)


def customers_meet_trouble(here: Served) -> None:
    """A conversation in which the platform refuses, answers nonsense and hangs up, and bodies that nobody can read."""
    here.simulator("POST", "users", {"phone": KIM, "name": "Zeisigname"})
    here.simulator("POST", f"users/{KIM}/messages", {"type": "text", "text": "Stieglitzfrage"})
    until(lambda: here.api("GET", "/conversations")["items"])
    chat = here.api("GET", "/conversations")["items"][0]["id"]
    for fault in ({"kind": "error", "code": 131000}, {"kind": "garbage", "where": "after"}, {"kind": "drop"}):
        here.simulator("POST", "faults", fault)
        here.api("POST", f"/conversations/{chat}/messages", {"text": "Finkenantwort"})
    value = {"metadata": {"phone_number_id": here.told["phone_number_id"]}, "messages": [{"Zeisigname": KIM}]}
    odd = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    for body in (b'{"Stieglitzfrage": ', json.dumps(odd).encode()):
        signed = sign(body, here.told["app_secret"].encode())
        bothers(here, "ingest", "POST", "/webhooks/whatsapp", body, X_Hub_Signature_256=signed)
    until(lambda: here.sql("SELECT 1 FROM intake_rawevent WHERE parked_at IS NOT NULL"))


def the_house_is_shaken(here: Served) -> None:
    """The database goes away in the middle of it, and the worker too."""
    for role in ("postgresql", "work"):
        os.kill(here.pids()[role], signal.SIGKILL)
        here.simulator("POST", f"users/{KIM}/messages", {"type": "text", "text": "Stieglitzfrage"})
        strangers_come(here)
        until(lambda: len(here.pids()) == len(EVERYBODY) and here.ready())


@pytest.mark.long
def test_no_line_tells_of_a_customer(home: Path) -> None:
    with served(home) as here:
        strangers_come(here)
        customers_meet_trouble(here)
        the_house_is_shaken(here)
    lines = here.lines()
    for line in lines:
        assert tuple(line)[: len(FIXED)] == FIXED
        assert not line.keys() - KNOWN
    assert {line["role"] for line in lines} == {"serve", "migrate", "front", "ingest", "work", "search"}
    assert {line["level"] for line in lines} >= {"info", "warning", "error"}
    text = here.log.read_bytes() + (here.data_dir / "pg.log").read_bytes()
    known = [form for word in CANARIES for form in spellings(word) if form in text]
    assert known == []
