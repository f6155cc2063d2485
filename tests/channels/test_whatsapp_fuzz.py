"""Reading webhook bodies that nobody would send."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from jawort.channels.types import Malformed, Update
from jawort.channels.whatsapp.parse import parse
from tests.channels.webhooks import KIM, KNOWN, NOUR, a_body, a_call, a_message, a_status, a_value, an_echo

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
            errors=[{"code": 131000, "title": "Something went wrong"}],
        )
    )
)
STANDBY = json.loads(
    a_body(
        a_value(
            standby={
                "contacts": [KIM, NOUR],
                "messages": [a_message(id="wamid.2"), a_message(id="wamid.3", from_user_id="DE.222")],
                "statuses": [a_status()],
                "message_echoes": [an_echo()],
            }
        ),
        field="standby",
    )
)
CALLS = json.loads(
    a_body(a_value(contacts=[KIM], calls=[a_call(), a_call(event="terminate", id="wacid.2")]), field="calls")
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


def read_twice(body: bytes) -> tuple[list[list[Update]], list[list[Update]]]:
    """What it brings, each by itself, and what each update's own bytes bring; nothing of either where it is refused."""
    try:
        found = parse(body)
    except Malformed:
        return [], []
    return [[update] for update in found], [list(parse(update.original)) for update in found]


@given(st.sampled_from([(one, path) for one in (FULL, STANDBY, CALLS) for path in paths(one)]), JSON, st.booleans())
def test_any_value_anywhere(place: tuple[Any, tuple[Any, ...]], new: Any, ascii_only: bool) -> None:
    body, path = place
    once, again = read_twice(
        json.dumps(mutated(body, path, new), ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    )
    assert once == again


@given(st.integers(0, len(KNOWN)), st.integers(0, 8), st.binary(max_size=8))
def test_any_bytes_anywhere(start: int, length: int, new: bytes) -> None:
    once, again = read_twice(KNOWN[:start] + new + KNOWN[start + length :])
    assert once == again


@given(st.binary())
def test_any_bytes(body: bytes) -> None:
    once, again = read_twice(body)
    assert once == again


@example("}:[]:{")
@example('"a":1:2')
@example('[][],"x"y')
@given(st.text(alphabet='{}[],:" 0anul\\'))
def test_anything_that_looks_like_json(body: str) -> None:
    once, again = read_twice(f'{{"entry":[{{"changes":[{{"value":{body}}}]}}]}}'.encode())
    assert once == again
