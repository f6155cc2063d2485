"""Of customers nothing lies in clear: names, numbers, texts and message ids, both ways, and no file knows them."""

import json
import os
import re
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from jawort.simulator.payload import signature
from jawort.web.demo.disk import spellings
from tests.scenarios.conftest import Desk, Installation, call, eventually
from tests.scenarios.side_door import EXE, PDF, form, gives, newest_link, visits

#: Beside those that are kept for fiction, of which other tests make use meanwhile; never called.
NUMBERS = "4917604061"
AT_THE_DOOR = ("Zeisiggrund", "Buchfinkname", "Grünfinkinhalt", "Zaunkönigtoken")


def only_gone(trouble: OSError) -> None:
    """Others work in the temporary directory too: a folder may be gone by now, but none may be unreadable."""
    if not isinstance(trouble, FileNotFoundError):
        raise trouble


def files_below(*places: Path, since: float) -> Iterator[Path]:
    """Every file written since."""
    for place in places:
        for folder, _, names in os.walk(place, onerror=only_gone):
            for file in (Path(folder, name) for name in names):
                with suppress(FileNotFoundError):
                    if file.is_file() and not file.is_symlink() and file.stat().st_mtime >= since:
                        yield file


def found_in(file: Path, words: Sequence[bytes]) -> bytes | None:
    """The first of `words` in a file, or None; also where the file is gone by now.

    Read, not mapped: PostgreSQL cuts files short while we look, and a map of what is gone kills the process.
    """
    with suppress(FileNotFoundError):
        content = file.read_bytes()
        return next((word for word in words if word in content), None)
    return None


def arrived(installation: Installation) -> int:
    """How many of our messages are on a phone."""
    out: dict[str, int] = installation.api("GET", "/stats").body["messages"]["out"]
    return out.get("delivered", 0) + out.get("read", 0)


def _chats(installation: Installation) -> list[dict[str, Any]]:
    return [one for one in installation.items("/conversations") if one["contact"]["name"].startswith("Zeisigname")]


def goes_wrong(installation: Installation, chats: list[dict[str, Any]]) -> None:
    """What is refused, fails or cannot be read must leave no more traces than what goes well."""
    for fault in ({"kind": "error", "code": 131000, "times": 9}, {"kind": "garbage", "where": "after", "times": 1}):
        installation.phone("faults", fault)
        text = f"Finkenantwort{fault['kind']}"
        assert installation.api("POST", f"/conversations/{chats[0]['id']}/messages", {"text": text}).status == 201
    too_long = {"text": "Finkenantwort" * 400}
    assert installation.api("POST", f"/conversations/{chats[0]['id']}/messages", too_long).status == 400
    for body in (
        b'{"Stieglitzfrage": ',
        b'{"object":"whatsapp_business_account","entry":[{"Zeisigname":["Stieglitzfrage"]}]}',
    ):
        assert brings(installation, body) == 200
    eventually(lambda: installation.api("GET", "/stats").body["raw_events"]["pending"] == 0)


def brings(installation: Installation, body: bytes) -> int:
    """The listener's answer to a signed webhook."""
    address = urlsplit(installation.told["webhook_url"])
    with closing(HTTPConnection(address.netloc)) as line:
        signed = {"X-Hub-Signature-256": signature(body, installation.told["app_secret"])}
        line.request("POST", address.path, body, signed)
        return line.getresponse().status


def searches(installation: Installation, customers: int) -> None:
    """Somebody searches for what was said, for what nobody said, for a name and for a number."""
    desk = Desk(installation)
    last = f"{customers - 1:03}"

    def finds(text: str) -> bool:
        page = desk.post("/inbox/search", text=text, view="all")
        return 'href="/inbox/' in page.partition('class="hits"')[2].partition("<conv-list")[0]

    eventually(lambda: finds(f"stieglitzfrage{last}"))
    assert finds(f"ZEISIGNAME{last}")
    assert finds(f"{NUMBERS}{last}")
    assert not finds("Kranichsuche")


def looks_through(installation: Installation, customers: int) -> None:
    """Somebody has messages looked through that are older by now than those that the search process holds."""
    eventually(lambda: all(m["ledger_index"] is not None for m in _messages(installation)))
    desk = Desk(installation)
    installation.phone("clock", {"shift_s": 91 * 24 * 3_600})
    try:
        assert f"Stieglitzfrage{customers - 1:03}</mark>" in older(desk, "stieglitzfrage")
        assert "<mark>" not in older(desk, "Kranichsuche")
    finally:
        installation.phone("clock", {"shift_s": 0})


def _messages(installation: Installation) -> Iterator[dict[str, Any]]:
    for chat in installation.items("/conversations"):
        yield from installation.items(f"/conversations/{chat['id']}/messages")


def _chat_with(installation: Installation, name: str) -> list[str]:
    return [chat["id"] for chat in installation.items("/conversations") if chat["contact"]["name"] == name]


def older(desk: Desk, text: str) -> str:
    """What is shown when it has come to its end."""
    page = desk.post("/inbox/search/older", text=text, view="all", act="begin")
    while "Anhalten" in page:
        page = looked_at(desk, text, page)
        time.sleep(0.1)
    return page


def looked_at(desk: Desk, text: str, page: str) -> str:
    """What the page becomes that shows a scan."""
    scan = page.partition('name="scan" value="')[2].partition('"')[0]
    return desk.post("/inbox/search/older", text=text, view="all", act="look", scan=scan)


def test_a_scan_that_was_killed_says_so(installation: Installation) -> None:
    """First that nothing can be searched; when there is another process, that it knows of none."""
    desk = Desk(installation)
    page = desk.post("/inbox/search/older", text="Kranichsuche", view="all", act="begin")
    os.kill(next(one["pid"] for one in installation.told["processes"] if one["role"] == "search"), signal.SIGKILL)
    away, gone = "lassen sich gerade nicht durchsuchen", "Diese Suche ist zu Ende"
    told = looked_at(desk, "Kranichsuche", page)
    assert away in told or gone in told
    eventually(lambda: gone in looked_at(desk, "Kranichsuche", page))
    eventually(lambda: "keine älteren Nachrichten" in older(desk, "Kranichsuche"))


@pytest.mark.parametrize("customers", [20, pytest.param(200, marks=pytest.mark.long)])
def test_no_file_knows_what_was_said(installation: Installation, customers: int) -> None:
    """Not as it was said, and not in capitals, UTF-16, hexadecimal, Base64 or as JSON escapes it."""
    began, before = time.time() - 1, arrived(installation)  # others may have been here
    numbers = [f"{NUMBERS}{n:03}" for n in range(customers)]
    for n, number in enumerate(numbers):
        installation.phone("users", {"phone": number, "name": f"Zeisigname{n:03}"})
        installation.phone(f"users/{number}/messages", {"type": "text", "text": f"Stieglitzfrage{n:03}"})
    eventually(lambda: len(_chats(installation)) == customers)
    chats = _chats(installation)
    for chat in chats:
        sent = installation.api("POST", f"/conversations/{chat['id']}/messages", {"text": f"Finkenantwort{chat['id']}"})
        assert sent.status == 201
    eventually(lambda: arrived(installation) - before >= customers)
    said = [m for chat in chats for m in installation.items(f"/conversations/{chat['id']}/messages")]
    assert {m["text"] for m in said if m["direction"] == "in"} == {f"Stieglitzfrage{n:03}" for n in range(customers)}
    ids = [m["provider_message_id"].removeprefix("wamid.") for m in said]
    bsuids = {m["sender"]["bsuid"].removeprefix("DE.") for m in said if m["sender"]}
    goes_wrong(installation, chats)
    searches(installation, customers)
    looks_through(installation, customers)
    said_words = ("Zeisigname", "Stieglitzfrage", "Finkenantwort", "Kranichsuche", NUMBERS)
    spelled = [form for word in said_words for form in spellings(word)]
    words = [*spelled, *(one.encode() for one in (*ids, *bsuids))]
    searched = 0
    for file in files_below(installation.data_dir, Path(tempfile.gettempdir()), since=began):
        searched += 1
        assert found_in(file, words) is None, file
    assert searched > 20
    control = [installation.told["phone_number_id"].encode()]
    assert any(found_in(file, control) for file in files_below(installation.data_dir, since=began))


def test_no_file_and_no_log_knows_what_passed_by_the_side_door(installation: Installation) -> None:
    """Neither the links, what they were for, the names, nor a byte; whatever was refused, broken off or guessed."""
    began = time.time() - 1
    desk, number = Desk(installation), f"{NUMBERS}901"
    installation.phone("users", {"phone": number, "name": "Fiona Fink"})
    installation.phone(f"users/{number}/messages", {"type": "text", "text": "Hallo"})
    eventually(lambda: _chat_with(installation, "Fiona Fink"))
    chat = _chat_with(installation, "Fiona Fink")[0]

    desk.post(f"/inbox/{chat}/side-door/ask", what_for="Zeisiggrund", language="de")
    asked = newest_link(installation, chat)
    for method in ("GET", "HEAD"):
        assert visits(asked, method)[0] == 200
    refused = visits(f"{asked}files", "POST", form({"Buchfinkname.exe.pdf": EXE}))
    assert (refused[0], "Buchfinkname" in refused[2].decode()) == (422, True)
    assert visits(f"{asked}files", "POST", form({"Buchfinkname.pdf": PDF})[:-500_000])[0] in {302, 400, 422}
    assert visits(f"{asked}files", "POST", form({"Buchfinkname.pdf": PDF}))[0] in {302, 410}
    gives(desk, chat, "Buchfinkname-Angebot.pdf", PDF)
    given = newest_link(installation, chat)
    page = visits(given)
    (action,) = re.findall(r'action="(/side-door/[^"]+)"', page[2].decode())
    assert page[1]["Referrer-Policy"] == "no-referrer"
    status, headers, content = visits(f"{installation.told['api_url'].removesuffix('/api/v1')}{action}", "POST")
    assert (status, content, headers["Referrer-Policy"]) == (200, PDF, "no-referrer")
    for nothing in ("Zaunkönigtoken", "%ff", "a" * 3_000):
        assert visits(f"{asked.partition('/side-door/')[0]}/side-door/{nothing.replace('ö', '%C3%B6')}/")[0] == 404
    report = {"csp-report": {"document-uri": asked, "referrer": given, "effective-directive": "img-src"}}
    assert call("POST", f"{desk.url}/csp-report", report, {}).status == 204
    desk.post("/inbox/search", text="Buchfinkname", view="all")

    tokens = [link.split("/")[-2] for link in (asked, given)]
    words = [form for word in (*AT_THE_DOOR, *tokens) for form in spellings(word)] + [PDF[:9] + b"Gr"]
    searched = 0
    for file in files_below(installation.data_dir, Path(tempfile.gettempdir()), since=began):
        searched += 1
        assert found_in(file, words) is None, file
    assert searched > 20  # database, log and write-ahead log change with all that passed
    lines = [json.loads(line) for line in (installation.data_dir / "demo.log").read_text().splitlines()]
    assert any(line["logger"] == "django.request" for line in lines), "what was refused stands in the log, and no more"
