"""Which files the platform takes, and how big. Pure.

Source: DOC/business-phone-numbers/media. What the platform checks beyond this (codecs, one channel of sound), only it
can say: 131053.
"""

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
#: Types that are taken, by kind. As a document other types than Meta names go as well; so any may be tried.
TYPES: Final[dict[str, frozenset[str]]] = {
    "image": frozenset({"image/jpeg", "image/png"}),
    "video": frozenset({"video/mp4", "video/3gpp"}),
    "audio": frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
    "sticker": frozenset({"image/webp"}),
}
VOICE: Final = "audio/ogg"
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


def kind_for(mime: str, size: int) -> Kind:
    """As what a file is best sent: shown by the customer's phone if the platform takes it so, else as a document."""
    kinds: tuple[Kind, ...] = ("image", "video", "audio")
    return next((kind for kind in kinds if not file_breaches(kind, mime, size)), "document")


def file_breaches(kind: str, mime: str, size: int, *, voice: bool = False) -> list[Breach]:
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
    if size > SIZES[kind]:
        most = _read(SIZES[kind])
        found.append(
            Breach(
                "file",
                "too_large",
                f"{de} darf bei WhatsApp höchstens {most} haben, diese Datei hat {_read(size)}. Bitte verkleinern.",
                f"{en} may have {most} at most at WhatsApp, and this file has {_read(size)}. Please make it smaller.",
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
    if voice and (kind, mime) != ("audio", VOICE):
        found.append(
            Breach(
                "voice",
                "type",
                "Eine Sprachnachricht muss OGG mit OPUS sein. Bitte umwandeln oder als Audiodatei senden.",
                "A voice message must be OGG with OPUS. Please convert it, or send it as an audio file.",
            )
        )
    return found


def _read(size: int) -> str:
    """As people read it, rounded up: what is too much never reads as the limit."""
    unit, word = (MB, "MB") if size > MB else (KB, "KB")
    return f"{-(-size // unit)} {word}"
