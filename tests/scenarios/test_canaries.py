"""Of customers nothing lies in clear: names, numbers, texts and message ids, both ways, and no file knows them."""

import mmap
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.scenarios.conftest import Installation, eventually

FIRST_NUMBER = 49_176_0406_9000  # 0176 040690xx is kept for fiction; these go beyond, and never leave this machine


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


def found_in(file: Path, words: re.Pattern[bytes]) -> bytes | None:
    """The first of `words` in a file, or None; also where the file is empty, or gone by now."""
    with suppress(FileNotFoundError), file.open("rb") as opened:
        if file.stat().st_size == 0:
            return None
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            hit = words.search(content)
            return hit.group() if hit else None
    return None


def arrived(installation: Installation) -> int:
    """How many of our messages are on a phone."""
    out: dict[str, int] = installation.api("GET", "/stats").body["messages"]["out"]
    return out.get("delivered", 0) + out.get("read", 0)


@pytest.mark.parametrize("customers", [20, pytest.param(200, marks=pytest.mark.long)])
def test_no_file_knows_what_was_said(installation: Installation, customers: int) -> None:
    began = time.time() - 1
    numbers = [str(FIRST_NUMBER + n) for n in range(customers)]
    for n, number in enumerate(numbers):
        installation.phone("users", {"phone": number, "name": f"Zeisigname{n:03}"})
        installation.phone(f"users/{number}/messages", {"type": "text", "text": f"Stieglitzfrage{n:03}"})
    eventually(lambda: len(installation.items("/conversations")) == customers)
    chats = installation.items("/conversations")
    for chat in chats:
        sent = installation.api("POST", f"/conversations/{chat['id']}/messages", {"text": f"Finkenantwort{chat['id']}"})
        assert sent.status == 201
    eventually(lambda: arrived(installation) == customers)
    said = [m for chat in chats for m in installation.items(f"/conversations/{chat['id']}/messages")]
    assert {m["text"] for m in said if m["direction"] == "in"} == {f"Stieglitzfrage{n:03}" for n in range(customers)}
    ids = [m["provider_message_id"].removeprefix("wamid.") for m in said]
    bsuids = {m["sender"]["bsuid"].removeprefix("DE.") for m in said if m["sender"]}
    words = ["Zeisigname", "Stieglitzfrage", "Finkenantwort", *numbers, *ids, *bsuids]
    pattern = re.compile(b"|".join(re.escape(word.encode()) for word in words))
    searched = 0
    for file in files_below(installation.data_dir, Path(tempfile.gettempdir()), since=began):
        searched += 1
        assert found_in(file, pattern) is None, file
    assert searched > 50
    control = re.compile(installation.told["phone_number_id"].encode())
    assert any(found_in(file, control) for file in files_below(installation.data_dir, since=began))
