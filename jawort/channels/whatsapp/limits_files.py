"""Which files the platform takes, and how big. Pure.

Source: DOC/business-phone-numbers/media. What the platform checks beyond this (codecs of films, colours of pictures),
only it can say: 131053.
"""

from enum import StrEnum
from typing import Final

from jawort.channels.types import Kind
from jawort.channels.whatsapp.breaches import Breach

KB, MB = 1_024, 1_024 * 1_024
#: Bytes at most, by kind.
SIZES: Final[dict[str, int]] = {
    "image": 5 * MB,
    "video": 16 * MB,
    "audio": 16 * MB,
    "document": 100 * MB,
    "sticker": 500 * KB,
}
STILL_STICKER_MAX: Final = 100 * KB
#: Types that are taken, by kind. As a document other types than Meta names go as well; so any may be tried.
TYPES: Final[dict[str, frozenset[str]]] = {
    "image": frozenset({"image/jpeg", "image/png"}),
    "video": frozenset({"video/mp4", "video/3gpp"}),
    "audio": frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
    "sticker": frozenset({"image/webp"}),
}
OGG: Final = "audio/ogg"
WEBP: Final = "image/webp"


class Form(StrEnum):
    """What a limit goes by beside the type: how the sound in OGG is coded, and whether a WebP moves."""

    OPUS_MONO = "opus_mono"
    MOVING = "moving"
    OTHER = ""


_OGG_COUNT_AT, _OGG_FLAGS_AT, _OGG_FIRST = 26, 5, 0x02  # RFC 3533, section 6
_OPUS_VERSION_AT, _OPUS_CHANNELS_AT, _OPUS_MAJOR = 8, 9, 0xF0  # RFC 7845, section 5.1
_WEBP_FLAGS_AT, _WEBP_MOVES = 20, 0x02  # RFC 9649, section 2.7

_SHOWN: Final = {
    "image": "JPEG, PNG",
    "video": "MP4, 3GP",
    "audio": "AAC, AMR, MP3, M4A, OGG",
    "sticker": "WebP",
}
_KINDS: Final = {
    "image": ("Ein Bild", "A picture"),
    "video": ("Ein Video", "A video"),
    "audio": ("Eine Audiodatei", "An audio file"),
    "document": ("Ein Dokument", "A document"),
    "sticker": ("Ein Sticker", "A sticker"),
}


def form_of(head: bytes, mime: str) -> Form:
    """The form that the beginning of a file of this type shows."""
    if mime == OGG and _is_opus_mono(head):
        return Form.OPUS_MONO
    if mime == WEBP and head[12:16] == b"VP8X" and _has(head, _WEBP_FLAGS_AT, _WEBP_MOVES):
        return Form.MOVING
    return Form.OTHER


def kind_for(mime: str, size: int, form: str) -> Kind:
    """As what a file is best sent: shown by the customer's phone if the platform takes it so, else as a document."""
    kinds: tuple[Kind, ...] = ("image", "video", "audio")
    return next((kind for kind in kinds if not file_breaches(kind, mime, size, form)), "document")


def file_breaches(kind: str, mime: str, size: int, form: str, *, voice: bool = False) -> list[Breach]:
    """What keeps a file from being sent as this kind; empty if nothing does."""
    found = []
    de, en = _KINDS[kind]
    if size == 0:
        found.append(
            Breach(
                "file",
                "empty",
                f"{de} braucht einen Inhalt. Bitte wählen Sie eine andere Datei.",
                f"{en} needs a content. Please choose another file.",
            )
        )
    most = STILL_STICKER_MAX if kind == "sticker" and form != Form.MOVING else SIZES[kind]
    if size > most:
        limit = _read(most)
        found.append(
            Breach(
                "file",
                "too_large",
                f"{de} darf bei WhatsApp höchstens {limit} haben, diese Datei hat {_read(size)}. Bitte verkleinern.",
                f"{en} may have {limit} at most at WhatsApp, and this file has {_read(size)}. Please make it smaller.",
            )
        )
    if kind in TYPES and mime not in TYPES[kind]:
        found.append(
            Breach(
                "file",
                "type",
                f"{de} kann bei WhatsApp nur {_SHOWN[kind]} sein. Bitte umwandeln oder als Dokument senden.",
                f"{en} can only be {_SHOWN[kind]} at WhatsApp. Please convert it, or send it as a document.",
            )
        )
    if voice and (kind, mime, form) != ("audio", OGG, Form.OPUS_MONO):
        found.append(
            Breach(
                "voice",
                "type",
                "Eine Sprachnachricht muss OGG mit OPUS und einem Kanal (Mono) sein. "
                "Bitte umwandeln oder als Audiodatei senden.",
                "A voice message must be OGG with OPUS and one channel (mono). "
                "Please convert it, or send it as an audio file.",
            )
        )
    elif (kind, mime) == ("audio", OGG) and form != Form.OPUS_MONO:
        found.append(
            Breach(
                "file",
                "codec",
                "OGG nimmt WhatsApp nur mit OPUS und einem Kanal (Mono). Bitte umwandeln oder als Dokument senden.",
                "WhatsApp takes OGG only with OPUS and one channel (mono). Please convert it or send it as a document.",
            )
        )
    return found


def _read(size: int) -> str:
    """As people read it, rounded up: what is too much never reads as the limit."""
    unit, word = (MB, "MB") if size > MB else (KB, "KB")
    return f"{-(-size // unit)} {word}"


def _is_opus_mono(head: bytes) -> bool:
    """Whether the first page holds the head of an OPUS stream of one channel, and no second stream begins beside it."""
    if len(head) <= _OGG_COUNT_AT:
        return False
    begins = _OGG_COUNT_AT + 1 + head[_OGG_COUNT_AT]
    ends = begins + sum(head[_OGG_COUNT_AT + 1 : begins])
    opus, follows = head[begins:ends], head[ends:]
    if not opus.startswith(b"OpusHead") or len(opus) <= _OPUS_CHANNELS_AT or opus[_OPUS_VERSION_AT] & _OPUS_MAJOR:
        return False
    beside = follows.startswith(b"OggS") and _has(follows, _OGG_FLAGS_AT, _OGG_FIRST)
    return opus[_OPUS_CHANNELS_AT] == 1 and not beside


def _has(head: bytes, at: int, flag: int) -> bool:
    return len(head) > at and bool(head[at] & flag)
