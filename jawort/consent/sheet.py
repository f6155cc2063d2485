"""A table of consents that were given elsewhere, as spreadsheets write it (CSV, RFC 4180). Nothing is stored here.

Every row says whose, to which text, when, in which way, and what bears it out. A row without evidence is none.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final

from jawort.consent.elsewhere import EVIDENCE_CHARACTERS_MAX, REASON_CHARACTERS_MAX, Given
from jawort.consent.state import Way
from jawort.core.phone import Phone, abroad

ROWS_MAX: Final = 5_000
BYTES_MAX: Final = 2 * 1024 * 1024
#: So much of a text's id names it.
ID_CHARACTERS_MIN: Final = 8
COLUMNS: Final = ("phone", "text", "given_at", "way", "evidence")
OPTIONAL: Final = ("reason",)
WAYS: Final[Mapping[str, Way]] = {str(way): way for way in Way} | {
    "papier": Way.PAPER,
    "telefon": Way.PHONE,
    "persönlich": Way.IN_PERSON,
    "webseite": Way.WEBSITE,
    "e-mail": Way.EMAIL,
}
#: What of a row stands beyond its heading: a value was cut in two.
_REST: Final = "\0"
#: ISO 8601, and as people write it in Germany.
_FORMS: Final = ("", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S")


class Wrong(StrEnum):
    """What is wrong with a row, before anything is asked about the person."""

    PHONE = "phone"
    TEXT = "text"
    TIME = "given_at"
    WAY = "way"
    EVIDENCE = "evidence"
    LONG = "long"
    CELLS = "cells"


class SheetUnfit(ValueError):
    """The file is no such table: `why` is encoding, columns, doubled, empty, rows or form. Nothing was read."""

    def __init__(self, why: str, columns: Sequence[str] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.columns = tuple(columns)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be recorded. `line` counts as the spreadsheet does: the heading is 1."""

    line: int
    number: Phone
    given: Given


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row that cannot, and why."""

    line: int
    why: Wrong


def read(content: bytes, texts: Iterable[str], zone: tzinfo) -> list[Row | WrongRow]:
    """Every row that is not empty. `texts` are the ids that may be named; times without an offset are those of `zone`.

    Raises SheetUnfit.
    """
    known, found = list(texts), list[Row | WrongRow]()
    for line, row in _lines(content):
        if len(found) == ROWS_MAX:
            raise SheetUnfit("rows")
        found.append(_read(line, row, known, zone))
    if not found:
        raise SheetUnfit("empty")
    return found


def _lines(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SheetUnfit("encoding") from None
    heading = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=heading.count), strict=True)
    try:
        names = [name.strip().casefold() for name in next(rows, [])]
        if missing := [name for name in COLUMNS if name not in names]:
            raise SheetUnfit("columns", missing)
        if len({name for name in names if name}) < len([name for name in names if name]):
            raise SheetUnfit("doubled")
        for line, cells in enumerate(rows, 2):
            if any(cell.strip() for cell in cells):
                padded = [*cells, *[""] * len(names)]
                row = {name: cell.strip() for name, cell in zip(names, padded, strict=False)}
                yield line, row | {_REST: "".join(cells[len(names) :]).strip()}
    except csv.Error:
        raise SheetUnfit("form") from None


def _read(line: int, row: Mapping[str, str], texts: Sequence[str], zone: tzinfo) -> Row | WrongRow:
    if row[_REST]:
        return WrongRow(line, Wrong.CELLS)
    number, at, way = abroad(row["phone"]), moment_in(row["given_at"], zone), WAYS.get(row["way"].casefold())
    if number is None:
        return WrongRow(line, Wrong.PHONE)
    named = [text for text in texts if text.startswith(row["text"].casefold())]
    if len(row["text"]) < ID_CHARACTERS_MIN or len(named) != 1:
        return WrongRow(line, Wrong.TEXT)
    if at is None:
        return WrongRow(line, Wrong.TIME)
    if way is None:
        return WrongRow(line, Wrong.WAY)
    evidence, reason = row["evidence"], row.get("reason", "")
    if not evidence:
        return WrongRow(line, Wrong.EVIDENCE)
    if len(evidence) > EVIDENCE_CHARACTERS_MAX or len(reason) > REASON_CHARACTERS_MAX:
        return WrongRow(line, Wrong.LONG)
    return Row(line, number, Given(named[0], at, way, evidence, reason))


def moment_in(text: str, zone: tzinfo) -> datetime | None:
    """When that was, None if it says no day. A day alone begins at midnight: what else happened on it came later."""
    for form in _FORMS:
        try:
            if not form:
                at = datetime.fromisoformat(text)
                return at if at.tzinfo else at.replace(tzinfo=zone)
            return datetime.strptime(f"{text} +0000", f"{form} %z").replace(tzinfo=zone)
        except ValueError:
            continue
    return None
