"""Read every byte that a demo has on the disk, and look for a word. Needs neither database nor Django.

A word could lie there in other clothes: in capitals or small letters, in the two bytes a letter of UTF-16, in Base64 at
any of its three positions, in hexadecimal, or escaped as JSON does. All of them are looked for.
"""

import base64
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 4 * 1024 * 1024
#: Shorter words turn up in sealed bytes by chance: four letters in 100 MB every fortieth time, five hardly ever.
WORD_LETTERS_MIN = 5
WORDS_TRIED_MAX = 5
#: The database's directory, which can be a link (cli/postgres_places.py).
CLUSTER = "pg"
_WORD = re.compile(rf"[^\W\d_]{{{WORD_LETTERS_MIN},}}")


@dataclass(frozen=True, slots=True)
class Found:
    """What was read, and in how many files each of the things looked for lies. `closed` files could not be read."""

    files: int
    bytes: int
    closed: int
    holders: tuple[int, ...]


def words(text: str) -> list[str]:
    """The words of a text that can be looked for, the longest first, each once."""
    return sorted(dict.fromkeys(_WORD.findall(text)), key=lambda word: -len(word))[:WORDS_TRIED_MAX]


def spellings(word: str) -> list[bytes]:
    """The bytes that would give the word away."""
    plain = list(dict.fromkeys([word, word.lower(), word.upper()]))
    encoded = word.encode()
    dressed = [
        word.encode("utf-16-le"),
        word.encode("utf-16-be"),
        encoded.hex().encode(),
        encoded.hex().upper().encode(),
        json.dumps(word)[1:-1].encode(),
        *(_base64(encoded, shift) for shift in range(3)),
    ]
    return list(dict.fromkeys([form.encode() for form in plain] + dressed))


def search(root: Path, wanted: Sequence[Sequence[bytes]]) -> Found:
    """Look through every regular file below `root` for each of `wanted`, which may be spelled in several ways."""
    files = total = closed = 0
    holders = [0] * len(wanted)
    for path in _files(root):
        try:
            size, held = _look(path, wanted)
        except FileNotFoundError:
            continue  # PostgreSQL took it away meanwhile
        except OSError:
            closed += 1
            continue
        files, total = files + 1, total + size
        for number in held:
            holders[number] += 1
    return Found(files, total, closed, tuple(holders))


def _look(path: str, wanted: Sequence[Sequence[bytes]]) -> tuple[int, set[int]]:
    """How long a file is, and which of `wanted` lie in it."""
    overlap = max((len(form) for forms in wanted for form in forms), default=1) - 1
    size, held, tail = 0, set[int](), b""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            size += len(chunk)
            window = tail + chunk
            held |= {n for n, forms in enumerate(wanted) if n not in held and any(form in window for form in forms)}
            tail = window[-overlap:] if overlap else b""
    return size, held


def _files(root: Path) -> Iterator[str]:
    """Regular files, each once. No link is followed but the database's."""
    folders, seen = [os.path.realpath(root)], set[str]()
    while folders:
        folder = folders.pop()
        if folder in seen:
            continue
        seen.add(folder)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                yield entry.path
            elif entry.is_dir(follow_symlinks=entry.name == CLUSTER):
                folders.append(os.path.realpath(entry.path))


def _base64(encoded: bytes, shift: int) -> bytes:
    """The letters of Base64 that stand for `encoded` wherever it begins `shift` bytes after a group of three."""
    whole = base64.b64encode(b"\0" * shift + encoded)
    first = (8 * shift + 5) // 6  # letters that also hold bits of what stands before
    last = 8 * (shift + len(encoded)) // 6  # and after
    return whole[first:last]
