"""Which files the platform takes: at the limit yes, a byte more no; and as what a file is best sent."""

import pytest

from jawort.channels.whatsapp.limits_files import KB, MB, file_breaches, kind_for

FITS = {
    "image": ("image/jpeg", 5 * MB),
    "video": ("video/mp4", 16 * MB),
    "audio": ("audio/ogg", 16 * MB),
    "document": ("application/pdf", 100 * MB),
    "sticker": ("image/webp", 500 * KB),
}


@pytest.mark.parametrize("kind", FITS)
def test_at_the_limit_a_file_passes_and_one_byte_more_does_not(kind: str) -> None:
    mime, most = FITS[kind]
    assert file_breaches(kind, mime, most) == []
    (found,) = file_breaches(kind, mime, most + 1)
    assert (found.field, found.code) == ("file", "too_large")
    read = "500 KB" if kind == "sticker" else f"{most // MB} MB"
    more = "501 KB" if kind == "sticker" else f"{most // MB + 1} MB"
    for sentence in (found.de, found.en):
        assert read in sentence
        assert more in sentence


@pytest.mark.parametrize(
    ("kind", "mime"),
    [("image", "image/webp"), ("video", "video/quicktime"), ("audio", "audio/wav"), ("sticker", "image/png")],
)
def test_another_type_is_named(kind: str, mime: str) -> None:
    assert [found.code for found in file_breaches(kind, mime, 1)] == ["type"]


def test_nothing_is_no_file() -> None:
    assert [found.code for found in file_breaches("document", "text/plain", 0)] == ["empty"]


def test_only_opus_in_ogg_is_a_voice_message() -> None:
    assert file_breaches("audio", "audio/ogg", 1, voice=True) == []
    assert [found.field for found in file_breaches("audio", "audio/mpeg", 1, voice=True)] == ["voice"]


@pytest.mark.parametrize(
    ("mime", "size", "kind"),
    [
        ("image/png", 5 * MB, "image"),
        ("image/png", 5 * MB + 1, "document"),
        ("image/heic", 1, "document"),
        ("video/mp4", 16 * MB + 1, "document"),
        ("audio/mpeg", 1, "audio"),
        ("application/pdf", 1, "document"),
    ],
)
def test_as_what_a_file_is_best_sent(mime: str, size: int, kind: str) -> None:
    assert kind_for(mime, size) == kind
