"""Pictures are drawn anew, by a process that can do nothing else, and always ends."""

import io
import signal
import subprocess
import sys

import pytest
from PIL import Image

from jawort.messaging.files.cell_words import PICTURE_BYTES_MAX
from jawort.messaging.files.picture import CannotDraw, Drawing, draw
from tests.messaging.files.hostile import SCRIPT, gif, picture, png


def drawn(content: bytes) -> list[Drawing]:
    return draw([content], len(content))


def refusal(content: bytes) -> str:
    with pytest.raises(CannotDraw) as cannot:
        drawn(content)
    return cannot.value.reason


@pytest.mark.parametrize(
    ("kind", "becomes"), [("JPEG", "JPEG"), ("PNG", "WEBP"), ("GIF", "JPEG"), ("WEBP", "JPEG")]
)  # the PNG has holes
def test_a_picture_becomes_one_for_the_page_and_a_small_one(kind: str, becomes: str) -> None:
    page, small = drawn(picture(kind, (2_000, 1_000)))
    assert (page.width, page.height, small.width, small.height) == (1_600, 800, 320, 160)
    for one in (page, small):
        with Image.open(io.BytesIO(one.content)) as opened:
            assert (opened.format, opened.size) == (becomes, (one.width, one.height))
            assert one.type == f"image/{becomes.lower()}"


def test_what_has_holes_keeps_them() -> None:
    holed = io.BytesIO()
    Image.new("RGBA", (40, 30), (200, 0, 0, 0)).save(holed, "PNG")
    page, _ = drawn(holed.getvalue())
    with Image.open(io.BytesIO(page.content)) as opened:
        assert (page.type, opened.mode) == ("image/webp", "RGBA")
        assert opened.getchannel("A").getextrema() == (0, 0)


def test_what_is_small_is_not_blown_up() -> None:
    assert [(one.width, one.height) for one in drawn(picture("PNG", (40, 30)))] == [(40, 30), (40, 30)]


def test_it_stands_upright_and_tells_nothing_of_its_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    exif[0x010F] = "Kamera von Kim"
    exif.get_ifd(0x8825)[2] = (52.5, 0.0, 0.0)
    page, _ = drawn(picture("JPEG", (300, 200), exif=exif, comment=b"geheim"))
    assert (page.width, page.height) == (200, 300)
    with Image.open(io.BytesIO(page.content)) as opened:
        assert not opened.getexif()
    assert b"Kamera" not in page.content
    assert b"geheim" not in page.content


def test_what_rides_along_is_left_behind() -> None:
    for one in drawn(picture("GIF") + SCRIPT) + drawn(picture("JPEG", comment=SCRIPT)):
        assert SCRIPT not in one.content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "picture_broken"),
        (b"\xff\xd8\xff" + b"x" * 1_000, "picture_broken"),
        (picture("JPEG")[:400], "picture_broken"),
        (picture("PNG")[:60], "picture_broken"),
        (png(20_000, 20_000, rows=1), "picture_too_many_pixels"),
        (png(65_000, 65_000, rows=1), "picture_too_many_pixels"),
        (gif(65_000, 65_000), "picture_too_many_pixels"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "picture_broken"),
        (b"RIFF\xff\xff\xff\x7fWEBPVP8L" + bytes(30), "picture_broken"),
    ],
)
def test_what_cannot_be_drawn_says_why(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


def test_a_file_too_large_for_a_picture_is_not_even_begun() -> None:
    with pytest.raises(CannotDraw, match="picture_too_large"):
        draw(iter(()), PICTURE_BYTES_MAX + 1)


def test_whoever_lies_about_the_size_is_stopped_in_the_cell() -> None:
    blocks = (bytes(1024 * 1024) for _ in range(200))
    with pytest.raises(CannotDraw, match="picture_too_large"):
        draw(blocks, 100)


def test_a_cell_that_hangs_is_ended() -> None:
    sleeper = (sys.executable, "-c", "import time; time.sleep(600)")
    with pytest.raises(CannotDraw, match="picture_hung"):
        draw([picture()], 10, command=sleeper, wall_s=0.2)


def test_a_cell_that_talks_nonsense_is_not_believed() -> None:
    for answer in (b"", b"\x01", b"\0\1\0\1\xff\xff\xff\xff", b"\0\1\0\1\0\0\0\0"):
        liar = (sys.executable, "-c", f"import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({answer!r})")
        with pytest.raises(CannotDraw, match="picture_broken"):
            draw([b"x"], 1, command=liar)


def locked_in(act: str) -> str:
    """What comes of `act` in a cell: the error's name, or that it was possible."""
    program = (
        "import ctypes, os, socket, subprocess, sys\n"
        "from jawort.messaging.files import cell\n"
        "def act():\n"
        f"    {act}\n"
        "if sys.argv[1:] != ['outside']: cell.lock_in()\n"
        "try: act(); os.write(1, b'possible')\n"
        "except BaseException as error: os.write(1, type(error).__name__.encode())\n"
        "os._exit(0)\n"
    )

    def run(*more: str) -> str:
        command = [sys.executable, "-I", "-c", program, *more]
        return subprocess.run(command, capture_output=True, check=False, text=True).stdout

    assert run("outside") == "possible", act
    return run()


class TestTheCell:
    @pytest.mark.parametrize(
        "act",
        [
            "socket.socket()",
            "socket.socket(socket.AF_UNIX)",
            "socket.socketpair()",
            "open('/etc/passwd')",
            "open('/tmp/jawort-cell', 'w'); os.unlink('/tmp/jawort-cell')",
            "os.listdir('/')",
            "os.pipe()",
            "os.kill(os.getppid(), 0)",
            "subprocess.run(['/bin/true'])",
            "import sqlite3",
        ],
    )
    def test_lets_nothing_out(self, act: str) -> None:
        assert locked_in(act) in {"PermissionError", "ModuleNotFoundError"}

    def test_has_bounded_time_of_the_processor(self) -> None:
        """Nobody outside has to watch it; the true limit would only burn longer."""
        program = "from jawort.messaging.files import cell\ncell.PROCESSOR_S = 1\ncell.lock_in()\nwhile True: pass\n"
        ended = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=False)
        assert ended.returncode in {-signal.SIGXCPU, -signal.SIGKILL}

    def test_has_bounded_memory(self) -> None:
        assert locked_in("bytearray(1_000_000_000)") == "MemoryError"
