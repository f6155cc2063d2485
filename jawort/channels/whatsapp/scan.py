"""JSON taken apart one level at a time, each part kept as the bytes that came.

The platform adds keys and types without notice, so nothing is decoded before somebody asks for it, and a part that
is never asked for can be as odd as it likes: endless nesting, numbers that fit no type, halves of surrogate pairs,
NaN. Parts are `msgspec.Raw`: written out again they are byte for byte what was received.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from msgspec import Raw
from msgspec.json import Decoder, decode

INTEGER_MAX: Final = 2**63 - 1
INTEGER_DIGITS_MAX = 20  # of a number taken as text; ids of the platform have 15 to 20
MILLISECONDS_FROM = 10**11  # as seconds this is the year 5138: larger values are milliseconds
SECONDS_MAX = 253_402_128_000  # 9999-12-30: datetime knows one day more, which somebody's time zone may need
WRITTEN_MAX: Final = 40  # characters of a date in writing
TEXT_CHARS_MAX: Final = 65_536  # far above any limit of the platform's; what is longer is cut, the original keeps it
LIST_MAX: Final = 100  # cards, phones, lines of an order

Fields = dict[str, Raw]

_OBJECT: Final = Decoder(dict[str, Raw])
_LIST: Final = Decoder(list[Raw])
_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]', re.DOTALL)
_STRING: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_PLAIN: Final = re.compile(_STRING.pattern + rb"|-?[0-9][0-9.eE+-]*|true|false|null|NaN|-?Infinity", re.DOTALL)
_DECIMAL: Final = re.compile(rb"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_WORD: Final = re.compile(r"(?!.*[0-9]{5})[A-Za-z][A-Za-z0-9_.]{0,63}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WRITTEN: Final = re.compile(r"([A-Z][a-z]{2})[a-z]* ([0-9]{1,2}),? ([0-9]{4})")
_MONTH_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS: Final = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_OPENED_BY: Final = {ord("}"): ord("{"), ord("]"): ord("[")}
_QUOTE, _COMMA, _COLON = ord('"'), ord(","), ord(":")
_INTO_OR_OUT: Final = 1 + 2  # depths before and after the bracket of a container right inside the outermost
_ONE_SPAN: Final = 2  # one container: its two brackets


class _UnbalancedError(ValueError):
    """Brackets that do not close, or something between them that is no member."""


def members(raw: Raw | bytes | None) -> dict[str, Raw] | None:
    """The members of an object, undecoded, in order; None if it is no object. The last of equal keys wins."""
    if raw is None:
        return None
    try:
        return _OBJECT.decode(raw)
    except (ValueError, RecursionError):
        if _first(raw) != b"{":
            return None
    try:
        return {_key(data): Raw(value) for data, value in (_member(part) for part in _parts(bytes(raw)))}
    except _UnbalancedError:
        return None


def elements(raw: Raw | bytes | None) -> list[Raw] | None:
    """The elements of an array, undecoded, in order; None if it is no array."""
    if raw is None:
        return None
    try:
        return _LIST.decode(raw)
    except (ValueError, RecursionError):
        if _first(raw) != b"[":
            return None
    try:
        return [Raw(_element(part)) for part in _parts(bytes(raw))]
    except _UnbalancedError:
        return None


def text(raw: Raw | None) -> str | None:
    """A string, or a whole number as its digits; None for everything else. Half surrogate pairs become U+FFFD."""
    value = _scalar(raw)
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**INTEGER_DIGITS_MAX:
        return str(value)
    return None


def string(fields: Fields, key: str) -> str:
    """A member that is a text, cut where it is absurdly long; empty if there is none."""
    return (text(fields.get(key)) or "")[:TEXT_CHARS_MAX]


def is_true(fields: Fields, key: str) -> bool:
    """Whether a member is true, and nothing that only looks like it."""
    return bytes(fields.get(key, b"")) == b"true"


def number(raw: Raw | None) -> int | None:
    """A whole number of 64 bits, also as a string of digits; None for everything else: no record could hold it."""
    found = text(raw)
    if found is None or not re.fullmatch(rf"-?[0-9]{{1,{INTEGER_DIGITS_MAX}}}", found):
        return None
    value = int(found)
    return value if abs(value) <= INTEGER_MAX else None


def decimal(raw: Raw | None) -> Decimal | None:
    """A number with its digits as they came, also as a string; None for all else, and for one with an exponent."""
    if raw is None:
        return None
    found = bytes(raw).strip(b'" ')
    return Decimal(found.decode()) if _DECIMAL.fullmatch(found) else None


def moment(raw: Raw | None) -> datetime | None:
    """Seconds or milliseconds since 1970 as number or string; None if it is neither or lies outside of any calendar."""
    value = _scalar(raw)
    if isinstance(value, str):
        value = number(raw)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= SECONDS_MAX * 1000:
        return None
    return datetime.fromtimestamp(value / 1000 if value > MILLISECONDS_FROM else value, UTC)


def when(raw: Raw | None) -> datetime | None:
    """A moment, also one that is written out: 2026-12-03T09:00:00Z, 2026-12-03, December 3, 2026; else None.

    A day without a time is its noon: so it is the same day wherever it is read.
    """
    found, said = moment(raw), text(raw) or ""
    if found is not None or len(said) > WRITTEN_MAX:
        return found
    if named := _WRITTEN.fullmatch(said):
        month, day, year = named.groups()
        said = f"{year}-{_MONTHS.get(month, 0):02}-{int(day):02}"
    try:
        at = datetime.fromisoformat(f"{said}T12:00" if _DAY.fullmatch(said) else said)
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if 0 <= at.timestamp() <= SECONDS_MAX else None


def word(found: str | None) -> str:
    """The platform's word for a kind, or "unknown": it is stored and shown in clear, so it must look like one.

    It begins with a letter and holds no five digits in a row: a number or an id in its place would stand in clear.
    """
    return found if found and _WORD.fullmatch(found) else "unknown"


def _first(raw: Raw | bytes) -> bytes:
    return bytes(memoryview(raw)[:64]).lstrip(b" \t\r\n")[:1]


def _scalar(raw: Raw | None) -> object:
    """A decoded string, number, truth value or None; containers and what cannot be decoded are None."""
    if raw is None:
        return None
    try:
        value: object = decode(raw)
    except (ValueError, RecursionError):
        if _first(raw) in {b"{", b"["}:
            return None
    else:
        return value
    try:
        # The lenient reader: half surrogate pairs, raw control characters, bytes that are no UTF-8.
        return json.loads(bytes(raw).decode("utf-8", "replace"), strict=False)
    except ValueError:
        return None


def _whole(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def _key(data: bytes) -> str:
    found = text(Raw(data))
    if found is None:
        raise _UnbalancedError
    return found


def _member(part: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    key, value = part
    if not key:
        raise _UnbalancedError
    return key, value


def _element(part: tuple[bytes, bytes]) -> bytes:
    key, value = part
    if key:
        raise _UnbalancedError
    return value


def _parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values between the commas of the outermost container; in an array the keys are empty.

    For the bodies that msgspec gives up on as a whole: one part nested deeper than the C stack must not hide the
    others. Slow, and linear. What is no JSON for another reason than nesting or odd numbers raises.
    """
    marks = _marks(data)
    next(marks)
    start, part = 1, _Part()
    for position, char, inner in marks:
        if inner:
            part.spans.append(position)
        elif char == _COLON:
            part.colons.append(position)
        else:
            if char != _COMMA and start == 1 and not data[start:position].strip():
                return  # nothing between the brackets
            yield part.cut(data, start, position)
            start, part = position + 1, _Part()


class _Part:
    """Where the colons of one part are, and where containers in it begin and end."""

    def __init__(self) -> None:
        self.colons: list[int] = []
        self.spans: list[int] = []

    def cut(self, data: bytes, start: int, end: int) -> tuple[bytes, bytes]:
        """Key, or nothing where there is no colon, and value."""
        key = b""
        if self.colons:
            key = data[start : self.colons[0]].strip()
            start = self.colons[0] + 1
            if len(self.colons) > 1 or not _STRING.fullmatch(key):
                raise _UnbalancedError
        value = data[start:end].strip()
        if self.spans:
            first, last = self.spans[0], self.spans[-1]
            if len(self.spans) != _ONE_SPAN or value != data[first : last + 1]:
                raise _UnbalancedError
        elif not _PLAIN.fullmatch(value):
            raise _UnbalancedError
        return key, value


def _marks(data: bytes) -> Iterator[tuple[int, int, bool]]:
    """Position and character of the outermost container's brackets, commas and colons, and of the brackets of
    containers right inside it, which are marked. `data` begins with a bracket."""
    position, open_ = 0, bytearray()
    for match in _TOKEN.finditer(data):
        position = match.start()
        char = data[position]
        if char == _QUOTE:
            continue
        depth = len(open_)
        _turn(open_, char)
        if min(depth, len(open_)) <= 1:
            yield position, char, depth + len(open_) == _INTO_OR_OUT
        if not open_:
            break
    if open_ or data[position + 1 :].strip():
        raise _UnbalancedError


def _turn(open_: bytearray, char: int) -> None:
    """Note a bracket in the stack of open ones."""
    closing = _OPENED_BY.get(char)
    if closing is not None:
        if not open_ or open_.pop() != closing:
            raise _UnbalancedError
    elif char not in {_COMMA, _COLON}:
        open_.append(char)
