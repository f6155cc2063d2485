"""A table of consents is read row by row; what is no such table is refused whole, and says why."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from jawort.consent.elsewhere import Given
from jawort.consent.sheet import ROWS_MAX, Row, SheetUnfit, Wrong, WrongRow, moment_in, read
from jawort.consent.state import Way
from jawort.core.phone import Phone

BERLIN = ZoneInfo("Europe/Berlin")
TEXT, OTHER = "abcdef0123" + "0" * 54, "abcdef9999" + "0" * 54
HEADING = "phone;text;given_at;way;evidence"
ROW = "+49 171 39200 01;abcdef01;2026-03-01T10:15;paper;Formular 4711"


def rows(*lines: str, encoding: str = "utf-8") -> list[Row | WrongRow]:
    return read("\r\n".join(lines).encode(encoding), [TEXT, OTHER], BERLIN)


def test_a_row_says_whose_what_when_how_and_what_bears_it_out() -> None:
    at = datetime(2026, 3, 1, 10, 15, tzinfo=BERLIN)
    read_so = Row(2, Phone("491713920001"), Given(TEXT, at, Way.PAPER, "Formular 4711"))
    assert rows(HEADING, ROW) == [read_so]
    assert rows(HEADING, ROW, encoding="utf-8-sig") == [read_so]
    assert rows(HEADING.replace(";", ","), ROW.replace(";", ",")) == [read_so]
    assert rows(HEADING.replace(";", "\t").upper(), ROW.replace(";", "\t")) == [read_so]


def test_columns_stand_in_any_order_beside_others_and_cells_may_hold_lines() -> None:
    (row,) = rows(
        "name;evidence;reason;way;given_at;text;phone",
        'Kim;"Formular 4711\r\n""Ja""; Ordner 3";Umzug;Papier;01.03.2026;ABCDEF0123;0049 171 3920001',
    )
    assert isinstance(row, Row)
    assert row.given.evidence == 'Formular 4711\r\n"Ja"; Ordner 3'
    assert (row.given.reason, row.given.way, row.given.text) == ("Umzug", Way.PAPER, TEXT)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (ROW.replace("+49 171 39200 01", "0171 3920001"), Wrong.PHONE),
        (ROW.replace("+49 171 39200 01", ""), Wrong.PHONE),
        (ROW.replace("abcdef01", "abcdef"), Wrong.TEXT),
        (ROW.replace("abcdef01", "abcdef77"), Wrong.TEXT),
        (ROW.replace("abcdef01", ""), Wrong.TEXT),
        (ROW.replace("2026-03-01T10:15", "März"), Wrong.TIME),
        (ROW.replace("2026-03-01T10:15", "31.02.2026"), Wrong.TIME),
        (ROW.replace("paper", "Brieftaube"), Wrong.WAY),
        (ROW.replace("Formular 4711", "  "), Wrong.EVIDENCE),
        (ROW.replace(";Formular 4711", ""), Wrong.EVIDENCE),
        (ROW.replace("Formular 4711", "x" * 2001), Wrong.LONG),
        ("=1+1;;;;", Wrong.PHONE),
        (ROW + "; Ordner 3; unterschrieben", Wrong.CELLS),
    ],
)
def test_a_wrong_row_stands_alone(row: str, why: Wrong) -> None:
    before, wrong, after = rows(HEADING, ROW, row, ROW)
    assert wrong == WrongRow(3, why)
    assert isinstance(before, Row)
    assert isinstance(after, Row)


def test_empty_lines_are_no_rows_and_count() -> None:
    assert [row.line for row in rows(HEADING, "", ROW, ";;;;", ROW)] == [3, 5]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "columns"),
        (b"\xff\xfe\x00p", "encoding"),
        (f"{HEADING}\n{ROW}ä".encode("cp1252"), "encoding"),
        (HEADING.encode(), "empty"),
        (f"{HEADING}\n;;;;\n".encode(), "empty"),
        (f'{HEADING}\n"open;;;;'.encode(), "form"),
        ("\n".join([HEADING, *[ROW] * (ROWS_MAX + 1)]).encode(), "rows"),
        (b"\x00" * 100, "columns"),
        (f"phone;{HEADING}\n1;{ROW}".encode(), "doubled"),
    ],
)
def test_what_is_no_table_is_refused_whole(content: bytes, why: str) -> None:
    with pytest.raises(SheetUnfit) as refused:
        read(content, [TEXT], BERLIN)
    assert refused.value.why == why


def test_missing_columns_are_named() -> None:
    with pytest.raises(SheetUnfit) as refused:
        rows("phone;text;given_at", ROW)
    assert refused.value.columns == ("way", "evidence")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=BERLIN)),
        ("01.03.2026", datetime(2026, 3, 1, tzinfo=BERLIN)),
        ("1.3.2026 9:05", datetime(2026, 3, 1, 9, 5, tzinfo=BERLIN)),
        ("2026-03-01T09:05:00Z", datetime(2026, 3, 1, 9, 5, tzinfo=UTC)),
        ("2026-03-01 09:05:07", datetime(2026, 3, 1, 9, 5, 7, tzinfo=BERLIN)),
        ("gestern", None),
        ("", None),
        ("01.03.26", None),
    ],
)
def test_times_are_read_as_people_write_them(text: str, at: datetime | None) -> None:
    assert moment_in(text, BERLIN) == at
