"""Reading webhook bodies that nobody would send."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from jawort.channels.types import Malformed
from jawort.channels.whatsapp.parse import parse
from tests.channels.webhooks import KIM, KNOWN, NOUR, a_body, a_message, a_status, a_value

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["DE.1", "4915112345678"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
FULL = json.loads(
    a_body(
        a_value(
            contacts=[KIM, NOUR],
            messages=[a_message(), a_message(type="system", system={"type": "user_changed_number", "wa_id": "491"})],
            statuses=[a_status(status="failed", errors=[{"code": 1, "error_data": {"details": "d"}}])],
        )
    )
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, child in inner for found in paths(child, (*path, key)))]


def mutated(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = mutated(value[path[0]], path[1:], new)
    return copy


def reads_or_refuses(body: bytes) -> None:
    """No other exception, and every update reads again to itself."""
    try:
        found = parse(body)
    except Malformed:
        return
    for update in found:
        (again,) = parse(update.original)
        assert again == update


@given(st.sampled_from(paths(FULL)), JSON, st.booleans())
def test_any_value_anywhere(path: tuple[Any, ...], new: Any, ascii_only: bool) -> None:
    reads_or_refuses(json.dumps(mutated(FULL, path, new), ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"))


@given(st.integers(0, len(KNOWN)), st.integers(0, 8), st.binary(max_size=8))
def test_any_bytes_anywhere(start: int, length: int, new: bytes) -> None:
    reads_or_refuses(KNOWN[:start] + new + KNOWN[start + length :])


@given(st.binary())
def test_any_bytes(body: bytes) -> None:
    reads_or_refuses(body)


@example("}:[]:{")
@example('"a":1:2')
@example('[][],"x"y')
@given(st.text(alphabet='{}[],:" 0anul\\'))
def test_anything_that_looks_like_json(body: str) -> None:
    reads_or_refuses(f'{{"entry":[{{"changes":[{{"value":{body}}}]}}]}}'.encode())
