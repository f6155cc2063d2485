"""The files that the simulator draws are what they say they are."""

import struct
import zlib

import pytest
from playwright.sync_api import Page

from jawort.simulator import samples
from tests.simulator.stage import Stage


@pytest.mark.parametrize("name", samples.NAMES)
def test_samples_are_small_and_always_the_same(name: str) -> None:
    sample = samples.draw(name)
    assert 100 < len(sample.body) <= 100 * 1_024
    samples.draw.cache_clear()
    assert samples.draw(name) == sample


def test_every_page_of_the_voice_message_has_its_checksum() -> None:
    body = samples.draw("voice").body
    assert body.count(b"OggS") == 3
    assert struct.unpack_from("<I", body, 22) != (0,)


def test_a_picture_is_whole() -> None:
    body = samples.draw("hills").body
    assert struct.unpack(">II", body[16:24]) == (samples.WIDTH, samples.HEIGHT)
    start = body.index(b"IDAT")
    (length,) = struct.unpack(">I", body[start - 4 : start])
    assert len(zlib.decompress(body[start + 4 : start + 4 + length])) == samples.HEIGHT * (1 + 3 * samples.WIDTH)


@pytest.mark.browser
def test_a_browser_takes_them(stage: Stage, page: Page) -> None:
    page.goto(f"{stage.url}/phone")
    sizes = {}
    for name in ("hills", "parcel", "receipt", "sticker"):
        sample = samples.draw(name)
        kept = stage.call("POST", "/__sim/files", sample.body, {"Content-Type": sample.mime}).json
        sizes[name] = page.evaluate(
            "async (id) => { const image = new Image(); image.src = `/phone/media/${id}`; await image.decode();"
            " return [image.naturalWidth, image.naturalHeight] }",
            kept["id"],
        )
    assert sizes.pop("sticker") == [512, 512]
    assert set(map(tuple, sizes.values())) == {(samples.WIDTH, samples.HEIGHT)}
    voice = samples.draw("voice")
    kept = stage.call("POST", "/__sim/files", voice.body, {"Content-Type": voice.mime}).json
    length = page.evaluate(
        "(id) => new Promise((done, fail) => { const audio = new Audio(`/phone/media/${id}`);"
        " audio.onloadedmetadata = () => done(audio.duration); audio.onerror = () => fail(audio.error.message) })",
        kept["id"],
    )
    assert length == pytest.approx(samples.VOICE_S, abs=0.1)
