"""Bodies as nobody would send them, made from bodies that could come. The same seed makes the same ones."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

#: A JSON object with keys that may repeat: the order and number of members are what is written.
Pairs = list[tuple[str, Any]]
Holder = list[Any]

NUMBERS: list[Any] = [0, -1, 1, 2**31, 2**63, 2**64, 10**30, -(10**400), 1e308, 0.1, float("nan"), float("inf"), True]
STRINGS = [
    "",
    " ",
    "\x00",
    "\ud800",
    "\udc00x",
    "\u202eabc",
    "e\u0301\u0327" * 50,
    "👩‍👩‍👧‍👦",
    "\ufeff",
    "'; DROP TABLE people_contact; --",
    "{{7*7}}",
    "<script>",
    "DE.1",
    "DE." + "9" * 200,
    "4915112345678",
    "+49 151 12345678",
    "wamid." + "A" * 600,
    "1763900000",
    "1763900000000",
    "99999999999999999999",
    "x" * 70_000,
    "text",
    "system",
    "interactive",
    "messages",
]
KEYS = [
    "",
    "id",
    "from",
    "type",
    "messages",
    "statuses",
    "contacts",
    "errors",
    "field",
    "value",
    "entry",
    "text",
    "\x00",
]
DEEP = [2, 2, 5, 5, 50, 50, 50, 400, 400, 3_000]


class Object:
    """A JSON object as it is written."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs


def mutants(corpus: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Without end."""
    chance = random.Random(seed)
    while True:
        document = json.loads(chance.choice(corpus), object_pairs_hook=Object)
        for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
            document = _mutated(document, chance)
        body = written(document, ascii_only=chance.random() < 0.8).encode("utf-8", "surrogatepass")
        yield _broken(body, chance) if chance.random() < 0.1 else body


def written(value: Any, *, ascii_only: bool) -> str:
    """JSON, iteratively: some of it is nested deeper than any recursion goes."""
    parts: list[str] = []
    todo: list[Any] = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, _Said):
            parts.append(one)
        elif isinstance(one, Object):
            todo.append(_Said("}"))
            for number, (key, child) in reversed(list(enumerate(one.pairs))):
                name = json.dumps(key, ensure_ascii=ascii_only)
                todo += [child, _Said(f"{',' if number else ''}{name}:")]
            todo.append(_Said("{"))
        elif isinstance(one, list):
            todo.append(_Said("]"))
            for number, child in reversed(list(enumerate(one))):
                todo += [child, _Said("," if number else "")]
            todo.append(_Said("["))
        else:
            parts.append(_scalar(one, ascii_only))
    return "".join(parts)


class _Said(str):
    """A piece of JSON that is written as it is."""

    __slots__ = ()


def _scalar(value: Any, ascii_only: bool) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"1{'0' * 400}" if abs(value) >= 10**400 else str(value)
    return json.dumps(value, ensure_ascii=ascii_only)


def _places(document: Any) -> list[tuple[Any, int]]:
    """Every member and element: its holder and number."""
    found: list[tuple[Any, int]] = []
    todo = [document]
    while todo:
        holder = todo.pop()
        held = holder.pairs if isinstance(holder, Object) else holder if isinstance(holder, list) else ()
        for number, one in enumerate(held):
            found.append((held, number))
            todo.append(one[1] if isinstance(holder, Object) else one)
    return found


def _mutated(document: Any, chance: random.Random) -> Any:
    places = _places(document)
    if not places:
        return chance.choice([*STRINGS, *NUMBERS])
    held, number = chance.choice(places)
    chance.choice(CHANGES)(held, number, chance)
    return document


def _put(held: Holder, number: int, value: Any) -> None:
    held[number] = (held[number][0], value) if isinstance(held[number], tuple) else value


def _get(held: Holder, number: int) -> Any:
    return held[number][1] if isinstance(held[number], tuple) else held[number]


def _drop(held: Holder, number: int, _chance: random.Random) -> None:
    del held[number]


def _rename(held: Holder, number: int, chance: random.Random) -> None:
    if isinstance(held[number], tuple):
        held[number] = (chance.choice(KEYS), held[number][1])


def _retype(held: Holder, number: int, chance: random.Random) -> None:
    found = _get(held, number)
    others = [None, [], Object([]), [found], Object([("id", found)]), str(chance.random()), chance.choice(NUMBERS)]
    _put(held, number, chance.choice(others))


def _say_otherwise(held: Holder, number: int, chance: random.Random) -> None:
    _put(held, number, chance.choice(STRINGS))


def _count_otherwise(held: Holder, number: int, chance: random.Random) -> None:
    _put(held, number, chance.choice(NUMBERS))


def _double(held: Holder, number: int, chance: random.Random) -> None:
    """The same key or element again, sometimes often."""
    held[number:number] = [held[number]] * chance.choice((1, 1, 1, 2, 20))


def _nest(held: Holder, number: int, chance: random.Random) -> None:
    value = _get(held, number)
    in_list = chance.random() < 0.5
    for _ in range(chance.choice(DEEP)):
        value = [value] if in_list else Object([("a", value)])
    _put(held, number, value)


def _swap(held: Holder, number: int, chance: random.Random) -> None:
    other = chance.randrange(len(held))
    first, second = _get(held, number), _get(held, other)
    _put(held, number, second)
    _put(held, other, first)


def _shuffle(held: Holder, _number: int, chance: random.Random) -> None:
    chance.shuffle(held)


CHANGES: list[Callable[[Holder, int, random.Random], None]] = [
    _drop,
    _rename,
    _retype,
    _say_otherwise,
    _count_otherwise,
    _double,
    _nest,
    _swap,
    _shuffle,
]


def _broken(body: bytes, chance: random.Random) -> bytes:
    """No JSON any more, mostly: cut off, or with other bytes in it."""
    at = chance.randrange(len(body) + 1)
    if chance.random() < 0.5:
        return body[:at]
    return body[:at] + chance.randbytes(chance.randrange(1, 6)) + body[at + chance.randrange(4) :]


def items(body: bytes) -> Counter[str] | None:
    """How often each message, status or change of an id stands in a body, by its id; None if nobody can say.

    Preferences and errors have no ids and are counted by what they are called.

    Written anew, with Python's own JSON: it must not share the mistakes of what it judges.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found: Counter[str] = Counter()
    for entry in _list(document, "entry"):
        for change in _list(entry, "changes"):
            value = change.get("value") if isinstance(change, dict) else None
            for holder in (value, value.get("standby") if isinstance(value, dict) else None):
                _count(found, holder)
    return +found


def _count(found: Counter[str], holder: Any) -> None:
    for name in ("messages", "statuses", "message_echoes", "calls", "user_id_update"):
        found.update(one["id"] for one in _list(holder, name) if isinstance(one, dict) and _is_id(one.get("id")))
    for name in ("user_preferences", "errors"):
        found[name] += sum(isinstance(one, dict) for one in _list(holder, name))


def _list(holder: Any, name: str) -> list[Any]:
    found = holder.get(name) if isinstance(holder, dict) else None
    return found if isinstance(found, list) else []


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
