"""The search of the disk finds a word wherever and however it lies there, and nothing where it does not."""

import base64
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.web.demo import disk
from jawort.web.demo.disk import Found, search, spellings, words

WORD = "Klingelgröße"


def test_words_come_longest_first_and_short_ones_not_at_all() -> None:
    assert words("Gibt es die Klingelzitrone, die gelbe, in der Klingelzitrone?") == ["Klingelzitrone", "gelbe"]
    assert words("ja 12345 o_o_o") == []


@pytest.mark.parametrize(
    "content",
    [
        WORD.encode(),
        WORD.lower().encode(),
        WORD.upper().encode(),
        WORD.encode("utf-16-le"),
        WORD.encode("utf-16-be"),
        WORD.encode().hex().encode(),
        json.dumps({"text": f"Eine {WORD}, bitte"}).encode(),
        *(base64.b64encode(b"x" * shift + f"{WORD} und mehr".encode()) for shift in range(7)),
    ],
)
def test_a_word_is_found_in_any_clothes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"\0\xff" + content + b"\0")
    (tmp_path / "other").write_bytes(b"nothing")
    found = search(tmp_path, [spellings(WORD), [b"nothing"], [b"absent"]])
    assert found.holders == (1, 1, 0)
    assert (found.files, found.closed) == (2, 0)


@given(st.text(alphabet="abcdeäß", min_size=5, max_size=12), st.binary(max_size=9), st.binary(max_size=9))
def test_base64_gives_a_word_away_wherever_it_begins(word: str, before: bytes, after: bytes) -> None:
    whole = base64.b64encode(before + word.encode() + after)
    assert any(form in whole for form in spellings(word))


def test_a_word_across_two_reads_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "CHUNK_BYTES", 16)
    for shift in range(16):
        (tmp_path / "file").write_bytes(b"." * shift + WORD.encode() + b"." * 40)
        assert search(tmp_path, [spellings(WORD)]).holders == (1,)


def test_what_is_no_file_is_passed_over_and_the_database_may_be_elsewhere(tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    data.mkdir()
    elsewhere.mkdir()
    (elsewhere / "heap").write_bytes(WORD.encode())
    os.mkfifo(data / "pipe")
    (data / "endless").symlink_to("/dev/zero")
    (data / "other").symlink_to(elsewhere)
    assert search(data, [[WORD.encode()]]) == Found(0, 0, 0, (0,))
    (data / "pg").symlink_to(elsewhere)
    assert search(data, [[WORD.encode()]]) == Found(1, len(WORD.encode()), 0, (1,))
