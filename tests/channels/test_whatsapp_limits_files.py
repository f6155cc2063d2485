"""Which files the platform takes: at the limit yes, a byte more no; and as what a file is best sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.channels.whatsapp.limits_files import KB, MB, Form, file_breaches, form_of, kind_for

FITS = {
    "image": ("image/jpeg", 5 * MB, Form.OTHER),
    "video": ("video/mp4", 16 * MB, Form.OTHER),
    "audio": ("audio/ogg", 16 * MB, Form.OPUS_MONO),
    "document": ("application/pdf", 100 * MB, Form.OTHER),
    "sticker": ("image/webp", 500 * KB, Form.MOVING),
}


@pytest.mark.parametrize("kind", FITS)
def test_at_the_limit_a_file_passes_and_one_byte_more_does_not(kind: str) -> None:
    mime, most, form = FITS[kind]
    assert file_breaches(kind, mime, most, form) == []
    (found,) = file_breaches(kind, mime, most + 1, form)
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
    assert [found.code for found in file_breaches(kind, mime, 1, Form.OTHER)] == ["type"]


def test_nothing_is_no_file() -> None:
    assert [found.code for found in file_breaches("document", "text/plain", 0, Form.OTHER)] == ["empty"]


def test_only_opus_in_ogg_is_a_voice_message() -> None:
    assert file_breaches("audio", "audio/ogg", 1, Form.OPUS_MONO, voice=True) == []
    for mime in ("audio/mpeg", "audio/ogg"):
        assert [found.field for found in file_breaches("audio", mime, 1, Form.OTHER, voice=True)] == ["voice"]


def test_ogg_is_opus_of_one_channel_or_a_document() -> None:
    assert [(found.field, found.code) for found in file_breaches("audio", "audio/ogg", 1, Form.OTHER)] == [
        ("file", "codec")
    ]
    assert (kind_for("audio/ogg", 1, Form.OPUS_MONO), kind_for("audio/ogg", 1, Form.OTHER)) == ("audio", "document")


def test_a_sticker_that_does_not_move_is_small() -> None:
    assert file_breaches("sticker", "image/webp", 100 * KB, Form.OTHER) == []
    (found,) = file_breaches("sticker", "image/webp", 100 * KB + 1, Form.OTHER)
    assert found.code == "too_large"
    assert "100 KB" in found.de
    assert "101 KB" in found.en


def ogg(head: bytes, flags: int = 2) -> bytes:
    """One page with one packet."""
    return b"OggS\0" + bytes([flags]) + bytes(20) + bytes([1, len(head)]) + head


def opus(channels: int, version: int = 1) -> bytes:
    return b"OpusHead" + bytes([version, channels]) + bytes(9)


def webp(flags: int) -> bytes:
    return b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0" + bytes([flags]) + bytes(9)


VORBIS = b"\x01vorbis" + bytes(4) + b"\1" + bytes(18)


@pytest.mark.parametrize(
    ("head", "mime", "form"),
    [
        (ogg(opus(1)) + ogg(b"OpusTags", 0), "audio/ogg", Form.OPUS_MONO),
        (ogg(opus(2)), "audio/ogg", Form.OTHER),
        (ogg(opus(0)), "audio/ogg", Form.OTHER),
        (ogg(opus(1, version=16)), "audio/ogg", Form.OTHER),
        (ogg(opus(1)) + ogg(VORBIS), "audio/ogg", Form.OTHER),
        (ogg(VORBIS), "audio/ogg", Form.OTHER),
        (ogg(VORBIS) + ogg(opus(1)), "audio/ogg", Form.OTHER),
        (ogg(b"x" + opus(1)), "audio/ogg", Form.OTHER),
        (ogg(opus(1))[:37], "audio/ogg", Form.OTHER),
        (ogg(opus(1)), "video/mp4", Form.OTHER),
        (webp(0x02), "image/webp", Form.MOVING),
        (webp(0x12), "image/webp", Form.MOVING),
        (webp(0x10), "image/webp", Form.OTHER),
        (webp(0x02)[:20], "image/webp", Form.OTHER),
        (webp(0x02).replace(b"VP8X", b"VP8L"), "image/webp", Form.OTHER),
    ],
)
def test_the_form_is_read_from_the_bytes(head: bytes, mime: str, form: Form) -> None:
    assert form_of(head, mime) == form


@given(st.binary(max_size=80))
def test_any_bytes_have_a_form(rest: bytes) -> None:
    for head, mime in ((b"OggS" + rest, "audio/ogg"), (b"RIFF" + rest, "image/webp")):
        assert form_of(head, mime) in Form


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
    assert kind_for(mime, size, Form.OTHER) == kind
