"""What a file is by its bytes, what it may be shown as, and what it is called: whatever its sender says."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.messaging.files.rules import (
    FETCHED_FOR,
    NAME_CHARACTERS_MAX,
    PAUSE_MAX,
    SHOWN,
    UNKNOWN,
    differs,
    lie,
    next_try,
    safe_name,
    shown_as,
    type_of,
)
from jawort.messaging.files.serve import Unsatisfiable, ranged
from tests.messaging.files.hostile import AMR, ELF, EXE, HTML, MP3, OGG, SCRIPT, SVG, mp4, picture, zip_bomb

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "claimed", "found"),
    [
        (picture("JPEG"), "image/jpeg", "image/jpeg"),
        (picture("PNG"), "image/png", "image/png"),
        (picture("GIF"), "image/gif", "image/gif"),
        (picture("WEBP"), "image/webp", "image/webp"),
        (OGG, "audio/ogg; codecs=opus", "audio/ogg"),
        (b"OggS\0\2" + bytes(22) + b"\x80theora" + bytes(90), "audio/ogg", "application/ogg"),
        (MP3, "audio/mpeg", "audio/mpeg"),
        (b"\xff\xfb\x90\x44" + bytes(413), "", "audio/mpeg"),
        (b"\xff\xf1\x50\x80" + bytes(60), "audio/aac", "audio/aac"),
        (AMR, "audio/amr", "audio/amr"),
        (mp4(), "video/mp4", "video/mp4"),
        (mp4(), "audio/mp4", "audio/mp4"),
        (mp4(b"M4A "), "video/mp4", "audio/mp4"),
        (mp4(b"3gp4"), "video/3gpp", "video/3gpp"),
        (mp4(b"heic"), "image/heic", "image/heic"),
        (mp4(b"qt  "), "video/mp4", "video/quicktime"),
        (mp4(b"\0\0\0\0"), "video/mp4", UNKNOWN),
        (b"%PDF-1.7\n", "application/pdf", "application/pdf"),
        (b"hello, world\n", "text/plain", "text/plain"),
        ("Grüße\r\n".encode(), "text/csv", "text/plain"),
        (b"", "image/jpeg", UNKNOWN),
        (bytes(range(256)), "image/jpeg", UNKNOWN),
        # Nothing becomes shown because its sender says so, and nothing dangerous hides behind a harmless name.
        (HTML, "image/jpeg", "text/html"),
        (b"\xef\xbb\xbf \n" + HTML, "text/plain", "text/html"),
        (HTML.decode().encode("utf-16-le"), "text/plain", "text/html"),
        (b"<!-- " + b"x" * 900 + b" -->" + HTML, "text/plain", "text/html"),
        (SVG, "image/png", "image/svg+xml"),
        (b"<?php system($_GET['x']);", "image/gif", "text/x-script"),
        (b"#!/bin/sh\nrm -rf /\n", "text/plain", "text/x-script"),
        (EXE, "application/pdf", "application/vnd.microsoft.portable-executable"),
        (ELF, "image/png", "application/x-elf"),
        (zip_bomb(2), "image/jpeg", "application/zip"),
        (zip_bomb(1), "application/zip", "application/zip"),
        (b"BM" + bytes(100), "image/png", "image/x-ms-bmp"),
        # Two in one: what it begins with counts, and that is never sent as it came, or is an attachment.
        (picture("GIF") + SCRIPT, "image/gif", "image/gif"),
        (b"GIF89a/*" + bytes(30) + b"*/=1;alert(1)", "image/gif", "image/gif"),
        (picture("JPEG", comment=b"<?php system(1);?>"), "image/jpeg", "image/jpeg"),
        (b"%PDF-1.7\n" + HTML, "text/html", "application/pdf"),
        (EXE + HTML, "text/html", "application/vnd.microsoft.portable-executable"),
        (picture("PNG") + zip_bomb(1), "application/zip", "image/png"),
    ],
)
def test_a_type_is_read_from_the_bytes(content: bytes, claimed: str, found: str) -> None:
    assert type_of(content[:65_536], claimed) == found


@given(st.binary(max_size=300), st.sampled_from([*SHOWN, "text/html", ""]))
def test_no_claim_makes_a_file_shown(content: bytes, claimed: str) -> None:
    """But between film and sound in the same container, which the player tells apart."""
    found, unclaimed = type_of(content, claimed), type_of(content)
    if shown_as(found):
        assert shown_as(unclaimed)


@pytest.mark.parametrize(
    ("claimed", "found", "is_other"),
    [
        ("image/jpeg", "image/jpeg", False),
        ("image/jpg", "image/jpeg", False),
        ("audio/ogg; codecs=opus", "audio/ogg", False),
        ("", "text/html", False),
        ("text/csv", "text/plain", False),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip", False),
        ("application/x-own", UNKNOWN, False),
        ("image/jpeg", "image/png", True),
        ("image/jpeg", "text/html", True),
        ("image/jpeg", "text/plain", True),
        ("image/jpeg", "application/zip", True),
        ("application/pdf", "application/x-elf", True),
    ],
)
def test_only_what_can_be_told_apart_differs(claimed: str, found: str, is_other: bool) -> None:
    assert differs(claimed, found) is is_other


@pytest.mark.parametrize(
    ("claimed", "name", "found", "lied"),
    [
        (UNKNOWN, "Rechnung.pdf", "application/x-elf", "application/pdf"),
        ("", "Rechnung.PDF. ", "text/html", "application/pdf"),
        ("text/html", "Foto.jpg", "text/html", "image/jpeg"),
        ("image/png", "Foto.jpg", "text/html", "image/png"),
        (UNKNOWN, "Foto.jpg", "image/jpeg", ""),
        (UNKNOWN, "Brief.docx", "application/zip", ""),
        (
            UNKNOWN,
            "Brief.docx",
            "application/x-elf",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("audio/mp4", "Lied.mp4", "audio/mp4", ""),
        ("text/csv", "Liste.txt", "text/csv", ""),
        (UNKNOWN, "Rechnung.pdf", UNKNOWN, ""),
        (UNKNOWN, "pdf", "text/html", ""),
        (UNKNOWN, "", "text/html", ""),
    ],
)
def test_the_end_of_a_name_is_a_claim_too(claimed: str, name: str, found: str, lied: str) -> None:
    assert lie(claimed, name, found) == lied


@given(st.text(max_size=400), st.sampled_from(["image/jpeg", "application/pdf", UNKNOWN]))
def test_every_name_can_be_saved_under(name: str, found: str) -> None:
    safe = safe_name(name, found, "file")
    assert 0 < len(safe) <= NAME_CHARACTERS_MAX
    assert not set(safe) & set('/\\<>:"|?*\0')
    assert not any(unicodedata.category(c)[0] == "C" for c in safe)
    assert not safe.startswith((".", " "))
    assert not safe.endswith((".", " "))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("../../../etc/shadow", "shadow"),
        ("C:\\Windows\\system.ini", "system.ini"),
        ("rechnung\u202efdp.exe", "rechnungfdp.exe"),
        ("a\u200b\u200d\ufeff.pdf", "a.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("Angebot   für\tKim.pdf", "Angebot fürKim.pdf"),
    ],
)
def test_names_that_lie(name: str, safe: str) -> None:
    assert safe_name(name, "application/pdf", "file") == safe


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_range_lies_within_the_file(size: int, first: int, last: int) -> None:
    for wanted in (f"bytes={first}-{last}", f"bytes={first}-", f"bytes=-{last}"):
        try:
            found = ranged(wanted, size)
        except Unsatisfiable:
            assert first >= size or last == 0
            continue
        if found is not None:
            assert 0 <= found[0] < found[1] <= size


@given(st.integers(1, 10_000), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_pauses_grow_and_end_with_the_seven_days(tries: int, passed: timedelta) -> None:
    due = next_try(tries, AT, AT + passed)
    if due is None:
        assert passed + PAUSE_MAX >= FETCHED_FOR
    else:
        assert AT + passed < due <= min(AT + passed + PAUSE_MAX, AT + FETCHED_FOR)
