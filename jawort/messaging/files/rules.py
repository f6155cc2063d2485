"""What a file is, what it may be shown as, what it is called, and when to fetch it again. Pure.

Whatever may be shown inline is known by signatures of our own, strictly. For the rest, which is only named and handed
over as an attachment, a library of signatures makes a guess; nothing is decided by it.
"""

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from importlib import import_module
from typing import Final


class State(StrEnum):
    """How far a file has come."""

    WAITING = "waiting"
    DRAFT = "draft"
    STORED = "stored"
    REFUSED = "refused"
    LOST = "lost"


class Shown(StrEnum):
    """What a file may be shown as."""

    PICTURE = "picture"
    AUDIO = "audio"
    VIDEO = "video"
    NOT = ""


UNKNOWN: Final = "application/octet-stream"
PLAIN_TEXT: Final = "text/plain"

#: Only these are ever shown. Pictures are drawn anew first; sound and film go out as what they were found to be.
SHOWN: Final[Mapping[str, Shown]] = {
    "image/jpeg": Shown.PICTURE,
    "image/png": Shown.PICTURE,
    "image/webp": Shown.PICTURE,
    "image/gif": Shown.PICTURE,
    "audio/ogg": Shown.AUDIO,
    "audio/mpeg": Shown.AUDIO,
    "audio/mp4": Shown.AUDIO,
    "audio/aac": Shown.AUDIO,
    "audio/amr": Shown.AUDIO,
    "video/mp4": Shown.VIDEO,
    "video/3gpp": Shown.VIDEO,
}

#: What a claim may be called beside its proper name.
_ALIASES: Final = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "audio/mp3": "audio/mpeg",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "audio/opus": "audio/ogg",
    "audio/amr-nb": "audio/amr",
    "audio/3gpp": "video/3gpp",
    "application/x-pdf": "application/pdf",
}
_EXTENSIONS: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "application/pdf": ".pdf",
    PLAIN_TEXT: ".txt",
}
#: What the end of a name says. Text is not in it: its kinds cannot be told apart.
_NAMED: Final = {
    **{end: kind for kind, end in _EXTENSIONS.items() if kind != PLAIN_TEXT},
    ".jpeg": "image/jpeg",
    ".heic": "image/heic",
    ".svg": "image/svg+xml",
    ".htm": "text/html",
    ".html": "text/html",
    ".opus": "audio/ogg",
    ".zip": "application/zip",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_RECORDED: Final = ("audio/", "video/")
_SIGNATURES: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"#!AMR\n", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"%PDF-", "application/pdf"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"#!", "text/x-script"),
)
_SOUND_IN_OGG: Final = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
#: Brands of ISO base media files (ISO/IEC 14496-12) that are neither film nor sound for us are attachments.
_BRANDS: Final = {
    **dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4"),
    **dict.fromkeys(
        (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VP", b"MSNV", b"dash"),
        "video/mp4",
    ),
    **dict.fromkeys((b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3gr6", b"3gs6", b"3g2a"), "video/3gpp"),
    **dict.fromkeys((b"heic", b"heix", b"mif1", b"msf1", b"heim"), "image/heic"),
    b"avif": "image/avif",
    b"qt  ": "video/quicktime",
}
_MARKUP: Final = (
    (b"<svg", "image/svg+xml"),
    *((sign, "text/html") for sign in (b"<!doctype html", b"<html", b"<script", b"<head", b"<body", b"<iframe")),
    (b"<?php", "text/x-script"),
)
TEXT_LOOKED_AT: Final = 4_096


def type_of(head: bytes, claimed: str = "") -> str:
    """The type that the beginning of a file shows. `claimed` decides between those that its bytes fit alike."""
    claimed = bare(claimed)
    if found := _signed(head):
        # The same container with the same brands holds film or sound alone; the player finds out.
        return "audio/mp4" if (found, claimed) == ("video/mp4", "audio/mp4") else found
    if found := _marked_up(head):
        return found
    guesses = _guesses(head)
    if claimed in guesses and claimed not in SHOWN:
        return claimed
    if head.startswith(b"PK\x03\x04"):
        return "application/zip"
    if _is_text(head):
        return next((guess for guess in guesses if guess.startswith("text/")), PLAIN_TEXT)
    return next((guess for guess in guesses if guess not in SHOWN), UNKNOWN)


def shown_as(found: str) -> Shown:
    """What a file of this type may be shown as."""
    return SHOWN.get(found, Shown.NOT)


def bare(claimed: str) -> str:
    """A claimed type without its parameters, by its proper name."""
    name = claimed.partition(";")[0].strip().lower()
    return _ALIASES.get(name, name)


def differs(claimed: str, found: str) -> bool:
    """Whether a file was said to be something else than it is. What cannot be told apart does not differ."""
    said = bare(claimed)
    if not said or said == found or UNKNOWN in (said, found):
        return False
    vague = found == PLAIN_TEXT and said.startswith(("text/", "application/json", "application/xml"))
    packed = found == "application/zip" and said.startswith("application/")
    return not vague and not packed


def lie(claimed: str, name: str, found: str) -> str:
    """The type that a file was said to be and is not, by its type or by the end of its name; empty if neither lies.

    People go by the name, and so does the program that opens a file once it is saved.
    """
    if differs(claimed, found):
        return bare(claimed)
    _, dot, end = safe_name(name, found, "").rpartition(".")
    named = _NAMED.get(f".{end.lower()}", "") if dot else ""
    recorded = named.startswith(_RECORDED) and found.startswith(_RECORDED)  # one container, many customs of naming
    return named if differs(named, found) and not recorded else ""


NAME_CHARACTERS_MAX: Final = 120


def safe_name(name: str, found: str, fallback: str) -> str:
    """A name that a file may be saved under: no folders, nothing invisible, no change of direction, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    kept = " ".join(kept.split()).strip(". ")
    if not kept:
        return fallback + _EXTENSIONS.get(found, "")
    if len(kept) > NAME_CHARACTERS_MAX:
        stem, dot, extension = kept.rpartition(".")
        short = len(extension) <= 10 and bool(stem)
        tail = dot + extension if short else ""
        kept = kept[: NAME_CHARACTERS_MAX - len(tail)].rstrip(". ") + tail
    return kept


#: Ids in webhooks can be resolved for seven days (WhatsApp Business Platform, media).
FETCHED_FOR: Final = timedelta(days=7)
PAUSE_FIRST: Final = timedelta(seconds=2)
PAUSE_MAX: Final = timedelta(hours=1)


def next_try(tries: int, named_at: datetime, at: datetime) -> datetime | None:
    """When to fetch again after `tries` failures; None once the platform has it no more."""
    pause = min(PAUSE_FIRST * 2 ** min(tries - 1, 20), PAUSE_MAX)
    return at + pause if at + pause < named_at + FETCHED_FOR else None


def _signed(head: bytes) -> str:
    for signature, found in _SIGNATURES:
        if head.startswith(signature):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] == b"OggS":
        return "audio/ogg" if any(sign in head[:128] for sign in _SOUND_IN_OGG) else "application/ogg"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], UNKNOWN)
    return _framed(head)


def _framed(head: bytes) -> str:
    """MPEG audio without a tag before it: a frame header (ISO/IEC 11172-3), or an ADTS header (13818-7)."""
    if len(head) < 4 or head[0] != 0xFF:
        return ""
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    is_frame = head[1] & 0xE0 == 0xE0 and head[1] & 0x18 != 0x08 and head[1] & 0x06 == 0x02
    has_rates = head[2] & 0xF0 not in (0x00, 0xF0) and head[2] & 0x0C != 0x0C
    return "audio/mpeg" if is_frame and has_rates else ""


def _marked_up(head: bytes) -> str:
    """HTML, SVG or a script, wherever in its first kilobytes it begins."""
    looked = head[:TEXT_LOOKED_AT].replace(b"\0", b"").lower()
    return next((found for sign, found in _MARKUP if sign in looked), "")


def _guesses(head: bytes) -> list[str]:
    """What the library takes it for, surest first. Loaded with the first file that it is asked about: its table is a
    megabyte of each process, and hardly one has a use for it.
    """
    library = import_module("puremagic")
    try:
        return [guess.mime_type for guess in library.magic_string(head) if guess.mime_type]
    except (library.PureError, ValueError):
        return []


def _is_text(head: bytes) -> bool:
    looked = head[:TEXT_LOOKED_AT]
    try:
        text = looked.decode()
    except UnicodeDecodeError as broken:
        if broken.start < len(looked) - 3:  # else a character that the cut went through
            return False
        text = looked[: broken.start].decode()
    return bool(text) and all(c.isprintable() or c in "\t\r\n\f" for c in text)
