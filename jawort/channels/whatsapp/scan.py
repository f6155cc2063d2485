"""JSON taken apart one level at a time, each part kept as the bytes that came.

The platform adds keys and types without notice, so nothing is decoded before somebody asks for it, and a part that
is never asked for can be as odd as it likes: endless nesting, numbers that fit no type, halves of surrogate pairs,
NaN. Parts are `msgspec.Raw`: written out again they are byte for byte what was received.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from msgspec import Raw
from msgspec.json import Decoder, decode

INTEGER_DIGITS_MAX = 20  # of a number taken as text; ids of the platform have 15 to 20
MILLISECONDS_FROM = 10**11  # as seconds this is the year 5138: larger values are milliseconds
SECONDS_MAX = 253_402_300_799  # 9999-12-31, the last day that datetime knows

_OBJECT: Final = Decoder(dict[str, Raw])
_LIST: Final = Decoder(list[Raw])
_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]', re.DOTALL)
_OPENED_BY: Final = {ord("}"): ord("{"), ord("]"): ord("[")}
_QUOTE, _COMMA, _COLON = ord('"'), ord(","), ord(":")


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
        return [Raw(value) for _, value in _parts(bytes(raw))]
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


def number(raw: Raw | None) -> int | None:
    """A whole number, also as a string of digits; None for everything else."""
    found = text(raw)
    if found is None or not re.fullmatch(rf"-?[0-9]{{1,{INTEGER_DIGITS_MAX}}}", found):
        return None
    return int(found)


def moment(raw: Raw | None) -> datetime | None:
    """Seconds or milliseconds since 1970 as number or string; None if it is neither or lies outside of any calendar."""
    value = _scalar(raw)
    if isinstance(value, str):
        value = number(raw)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= SECONDS_MAX * 1000:
        return None
    return datetime.fromtimestamp(value / 1000 if value > MILLISECONDS_FROM else value, UTC)


def word(found: str | None) -> str:
    """The platform's word for a kind, or "unknown": it is stored and shown in clear, so it must look like one."""
    return found if found and re.fullmatch(r"[A-Za-z0-9_.]{1,64}", found) else "unknown"


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
    if not key.startswith(b'"'):
        raise _UnbalancedError
    return key, value


def _parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What lies between the commas of the outermost container, each cut at its first colon.

    For the bodies that msgspec gives up on as a whole: one part nested deeper than the C stack must not hide the
    others. Slow, and linear.
    """
    start = colon = -1
    empty = True
    for position, char in _marks(data):
        if start < 0:
            start = position + 1
            continue
        if char == _COLON:
            colon = position if colon < start else colon
            continue
        part = data[start:position].strip()
        if not part and (char == _COMMA or not empty):
            raise _UnbalancedError
        if part:
            cut = max(colon, start)
            yield data[start:cut].strip(), data[cut + (cut > start) : position].strip()
        start, empty = position + 1, False


def _marks(data: bytes) -> Iterator[tuple[int, int]]:
    """Positions of the outermost container's brackets, commas and colons. `data` begins with a bracket."""
    position, open_ = 0, bytearray()
    for match in _TOKEN.finditer(data):
        position = match.start()
        char = data[position]
        if char == _QUOTE:
            continue
        closes = _turn(open_, char)
        if len(open_) == (0 if closes else 1):
            yield position, char
        if not open_:
            break
    if open_ or data[position + 1 :].strip():
        raise _UnbalancedError


def _turn(open_: bytearray, char: int) -> bool:
    """Note a bracket in the stack of open ones; True if it closes one."""
    closing = _OPENED_BY.get(char)
    if closing is not None:
        if not open_ or open_.pop() != closing:
            raise _UnbalancedError
        return True
    if char not in {_COMMA, _COLON}:
        open_.append(char)
    return False
