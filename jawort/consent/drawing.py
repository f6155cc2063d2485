"""The forms in which people are asked, drawn from the words that stand in them: no photograph, a drawing (SVG 1.1).

Plain and pure: the same form is the same bytes. What the company has entered is text in it and never markup.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from jawort.consent.replies import GO, HEADING, NO, NOTES, NUMBER, NUMBER_HINTS, PRIVACY, YES
from jawort.consent.typed import Asks

MEDIA_TYPE: Final = "image/svg+xml"
WIDTH: Final = 480
EDGE: Final = 32
PAD: Final = 24
INK: Final = "#16202a"
PALE: Final = "#4a5661"
ACCENT: Final = "#0d6b72"
LINE: Final = "#c3ccd4"
GROUND: Final = "#f4f6f8"
#: No XML 1.0 may hold these.
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Parts of the size that a letter takes at most, in whatever face stands for sans-serif: lines break early, never late.
_NARROW, _WIDE, _REST, _FULL = 0.36, 0.92, 0.62, 1.1
_NARROW_LETTERS: Final = frozenset(" .,:;!'|()[]/fijlrtIJ-„“”‚‘’")
_WIDE_LETTERS: Final = frozenset("mwMWABCDGHKNOQRUVXÄÖÜ@%&—…")


@dataclass(frozen=True, slots=True)
class Form:
    """A text as it stands in a form: its id, and what of it is shown."""

    text: str
    language: str
    controller: str
    body: str
    notice: str


def page(form: Form, asks: Asks = Asks.NOTHING) -> bytes:
    """The page of an opt-in link before anybody has acted: the box is not ticked, the field for the number empty."""
    words = form.language
    sheet = _Sheet()
    sheet.lines(form.controller, size=15, weight=600)
    sheet.lines(HEADING.to(words), size=24, weight=600)
    top = sheet.card()
    sheet.lines(form.body)
    sheet.box(YES.to(words))
    if asks:
        sheet.field(NUMBER.to(words), NUMBER_HINTS[asks].to(words))
    sheet.button(GO.to(words), filled=True)
    for note in NOTES[asks]:
        sheet.lines(f"• {note.to(words)}", size=14, colour=PALE)
    sheet.end_card(top)
    sheet.lines(f"{PRIVACY.to(words)}: {form.notice}", size=14, colour=PALE)
    return sheet.drawn(words)


def chat(form: Form) -> bytes:
    """The question as a message in the chat, with its two buttons."""
    sheet = _Sheet()
    sheet.lines(form.controller, size=15, weight=600)
    top = sheet.card()
    sheet.lines(form.body)
    sheet.end_card(top)
    for answer in (YES, NO):
        sheet.button(answer.to(form.language), filled=False)
    return sheet.drawn(form.language)


class _Sheet:
    """One column, from the top down. `y` is where the next thing begins."""

    def __init__(self) -> None:
        self.y = float(EDGE)
        self.left = float(EDGE)
        self._below: list[str] = []
        self._above: list[str] = []

    def lines(self, text: str, *, size: int = 16, weight: int = 400, colour: str = INK, left: float = 0) -> None:
        """A paragraph, broken into lines."""
        x = self.left + left
        for line in _broken(text, (WIDTH - self.left - x) / size):
            self.y += size * 1.5
            self._above.append(
                f'<text x="{x:g}" y="{self.y - size * 0.45:g}" font-size="{size}" font-weight="{weight}" '
                f'fill="{colour}">{escape(line)}</text>'
            )
        self.y += size * 0.5

    def card(self) -> float:
        """A frame begins; where, for end_card."""
        top = self.y
        self.y, self.left = top + PAD * 0.75, EDGE + float(PAD)
        return top

    def end_card(self, top: float) -> None:
        """It ends."""
        self.y, self.left = self.y + PAD * 0.5, float(EDGE)
        self._below.append(_rect(EDGE, top, WIDTH - 2 * EDGE, self.y - top, 12, "#ffffff", LINE))
        self.y += 12

    def box(self, label: str) -> None:
        """A box, empty, and what it says."""
        self._above.append(_rect(self.left, self.y + 2, 20, 20, 4, "#ffffff", PALE))
        self.lines(label, weight=600, left=30)

    def field(self, label: str, hint: str) -> None:
        """A field for one line, empty, with what it is for above and more about it below."""
        self.lines(label, weight=600)
        self._above.append(_rect(self.left, self.y, WIDTH - 2 * self.left, 40, 8, "#ffffff", PALE))
        self.y += 48
        self.lines(hint, size=14, colour=PALE)

    def button(self, label: str, *, filled: bool) -> None:
        """A button as wide as the column, with its label in the middle."""
        ground, ink = (ACCENT, "#ffffff") if filled else ("#ffffff", ACCENT)
        self._above.append(_rect(self.left, self.y, WIDTH - 2 * self.left, 44, 8, ground, ACCENT if filled else LINE))
        self._above.append(
            f'<text x="{WIDTH / 2:g}" y="{self.y + 28:g}" font-size="16" font-weight="600" text-anchor="middle" '
            f'fill="{ink}">{escape(label)}</text>'
        )
        self.y += 56

    def drawn(self, language: str) -> bytes:
        """The whole, as high as what stands on it."""
        height = self.y + EDGE
        begin = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" '
            f'viewBox="0 0 {WIDTH} {height:g}" xml:lang="{language}" font-family="Inter, Helvetica, Arial, sans-serif">'
        )
        ground = f'<rect width="{WIDTH}" height="{height:g}" fill="{GROUND}"/>'
        return "\n".join([begin, ground, *self._below, *self._above, "</svg>\n"]).encode()


def _rect(x: float, y: float, width: float, height: float, round_: float, fill: str, line: str) -> str:
    place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{round_:g}"'
    return f'<rect {place} fill="{fill}" stroke="{line}"/>'


def _broken(text: str, room: float) -> Iterator[str]:
    """Lines of at most `room` times the size; what is longer than a line is broken where it must be."""
    line = ""
    for word in _pieces(_FORBIDDEN.sub("\ufffd", text).split(), room):
        longer = f"{line} {word}" if line else word
        if line and _width(longer) > room:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def _pieces(words: Iterable[str], room: float) -> Iterator[str]:
    for word in words:
        piece = ""
        for letter in word:
            if piece and _width(piece + letter) > room:
                yield piece
                piece = ""
            piece += letter
        yield piece


def _width(text: str) -> float:
    return sum(map(_letter, text))


def _letter(letter: str) -> float:
    if letter in _NARROW_LETTERS:
        return _NARROW
    if letter in _WIDE_LETTERS:
        return _WIDE
    return _REST if letter < "\u2000" else _FULL
