"""Everything that a company says at once: texts, pictures and buttons, as often among each other as customers' are."""

import io
import time
from collections.abc import Iterator
from typing import Any, Final

from PIL import Image

from bench.mix import SIZE, TURNS
from bench.outbound import CUSTOMERS, OPEN, RATE, Pen, answer, check, settled, written_to_us
from bench.place import Place, until
from bench.report import Goal, Measured

#: What of a mix can leave: receipts come back by themselves.
LEAVES: Final = tuple(turn for turn in TURNS if turn != "receipt")
WITH_FILE: Final = "EXISTS (SELECT FROM messaging_file f WHERE f.message_id = m.id)"

LEFT: Final = Goal("messages sent of a mix, but pictures; receipts coming back", "1/s", RATE, "more")
PICTURES: Final = Goal("pictures of that mix uploaded and sent, from the first message on", "1/s", 0, "more")


def measure(place: Place, seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """As `outbound` does, with one answer to a customer at the most: no text waits behind a picture."""
    owners = written_to_us(place)
    count = min(CUSTOMERS, int(RATE * seconds))
    place.sql("UPDATE lanes_pace SET tokens = 0, at = now() + interval '1 day'")
    answer(place, list(owners)[:count], mixed)
    files = place.number(f"SELECT count(*) FROM messaging_message m WHERE direction = 'out' AND {WITH_FILE}")  # noqa: S608
    assert files == sum(LEAVES[n // 4 % len(LEAVES)] == "image" for n in range(count)), files
    # Each person's pace and that of files stay as they are in the product.
    place.sql("UPDATE lanes_pace SET rate = %s, burst = %s WHERE name LIKE 'line:%%'", 4 * RATE, RATE)
    place.sql("UPDATE lanes_pace SET at = now()")
    began = time.perf_counter()
    until(lambda: not _open(place, f"NOT {WITH_FILE}"), 600)
    yield LEFT, Measured((count - files) / (time.perf_counter() - began))
    until(lambda: not _open(place, "true"), 600)
    yield PICTURES, Measured(files / (time.perf_counter() - began))
    until(lambda: settled(place, count), 600)
    check(place, count, owners)


def mixed(pen: Pen, chat: str, number: int, text: str) -> dict[str, Any]:
    """Of fifteen twelve texts, two pictures with a caption, one question with buttons."""
    turn = LEAVES[number % len(LEAVES)]
    if turn == "text":
        return {"text": text}
    if turn == "image":
        given = pen.post(f"/conversations/{chat}/files", _picture(number), "image/jpeg")
        return {"type": "image", "file": given["id"], "text": text}
    return {
        "type": "buttons",
        "text": text,
        "buttons": [{"title": "Ja", "payload": "1"}, {"title": "Nein", "payload": "2"}],
    }


def _picture(number: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(SIZE, 40 + number % 4 * 10).convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()


def _open(place: Place, which: str) -> int:
    return place.number(f"SELECT count(*) FROM messaging_message m WHERE direction = 'out' AND {OPEN} AND {which}")  # noqa: S608
