"""What a call's JSON must look like: small checks that name the field they refuse. Pure.

The platform has three answers to a bad body: 131008 for what is missing, 100 for the wrong kind of value and for keys
that it does not know, 131009 for a value that is too long, too many or none of those there are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from jawort.simulator.errors import GraphError

#: Looks at one value; `path` names it in the refusal, such as `interactive.body.text`. Raises GraphError.
Check = Callable[[Any, str], None]
KEY_CHARACTERS_SHOWN = 40
WHOLE_DIGITS_MAX = 9


@dataclass(frozen=True, slots=True)
class Text:
    """A string of `least` to `most` characters."""

    most: int
    least: int = 1

    def __call__(self, value: Any, path: str) -> None:
        """Check."""
        if not isinstance(value, str):
            raise GraphError(100, f"Param {path} must be a string.")
        if len(value) < self.least:
            raise GraphError(131008, f"{path}: required.")
        if len(value) > self.most:
            raise GraphError(131009, f"{path}: at most {self.most} characters, this one has {len(value)}.")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few strings, in either case where the platform does not mind."""

    values: tuple[str, ...]
    any_case: bool = False

    def __call__(self, value: Any, path: str) -> None:
        """Check."""
        if not isinstance(value, str):
            raise GraphError(100, f"Param {path} must be a string.")
        known = value.lower() in {one.lower() for one in self.values} if self.any_case else value in self.values
        if not known:
            raise GraphError(131009, f"{path}: must be one of {{{', '.join(self.values)}}}.")


@dataclass(frozen=True, slots=True)
class Items:
    """A list of `least` to `most` values of one shape."""

    of: Check
    most: int
    least: int = 1

    def __call__(self, value: Any, path: str) -> None:
        """Check."""
        if not isinstance(value, list):
            raise GraphError(100, f"Param {path} must be an array.")
        if not self.least <= len(value) <= self.most:
            raise GraphError(131009, f"{path}: {self.least} to {self.most} items, these are {len(value)}.")
        for index, one in enumerate(value):
            self.of(one, f"{path}[{index}]")


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: the fields it needs, those it may have, and what must hold between them.

    A field that is null is a field that is not there. `open` objects may have others besides.
    """

    needs: Mapping[str, Check] = field(default_factory=dict)
    may: Mapping[str, Check] = field(default_factory=dict)
    holds: Check | None = None
    open: bool = False
    _known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", frozenset([*self.needs, *self.may]))

    def __call__(self, value: Any, path: str) -> None:
        """Check."""
        anything(value, path)
        if not self.open and not value.keys() <= self._known:
            other = min(value.keys() - self._known)
            raise GraphError(100, f'Unexpected key "{other[:KEY_CHARACTERS_SHOWN]}" on param "{path}".')
        for name, check in self.needs.items():
            if (found := value.get(name)) is None:
                raise GraphError(131008, f"{path}.{name}: required.")
            check(found, f"{path}.{name}")
        for name, check in self.may.items():
            if (found := value.get(name)) is not None:
                check(found, f"{path}.{name}")
        if self.holds is not None:
            self.holds(value, path)


@dataclass(frozen=True, slots=True)
class ByType:
    """An object whose `key` says which shape it has."""

    shapes: Mapping[str, Check]
    key: str = "type"

    def __call__(self, value: Any, path: str) -> None:
        """Check."""
        anything(value, path)
        kind = value.get(self.key)
        if kind is None:
            raise GraphError(131008, f"{path}.{self.key}: required.")
        if not isinstance(kind, str):
            raise GraphError(100, f"Param {path}.{self.key} must be a string.")
        shape = self.shapes.get(kind.lower())
        if shape is None:
            raise GraphError(131009, f"{path}.{self.key}: must be one of {{{', '.join(self.shapes)}}}.")
        shape(value, path)


def anything(value: Any, path: str) -> None:
    """An object, whatever is in it."""
    if not isinstance(value, dict):
        raise GraphError(100, f"Param {path} must be a JSON object.")


def scalar(value: Any, path: str) -> None:
    """A string, number or truth value: some clients write one for the other."""
    if not isinstance(value, str | int | float):
        raise GraphError(100, f"Param {path} must be a string.")


def flag(value: Any, path: str) -> None:
    """true or false."""
    if not isinstance(value, bool):
        raise GraphError(100, f"Param {path} must be a boolean.")


def whole(value: Any, path: str) -> None:
    """A whole number, or the digits of one."""
    digits = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= WHOLE_DIGITS_MAX
    if isinstance(value, bool) or not (isinstance(value, int) or digits):
        raise GraphError(100, f"Param {path} must be an integer.")


@dataclass(frozen=True, slots=True)
class Degrees:
    """A latitude or longitude, as number or string."""

    most: int

    def __call__(self, value: Any, path: str) -> None:
        """Check."""
        scalar(value, path)
        try:
            good = -self.most <= float(value) <= self.most
        except ValueError:
            good = False
        if not good:
            raise GraphError(131009, f"{path}: degrees between -{self.most} and {self.most}.")


def link(value: Any, path: str) -> None:
    """An http or https address."""
    if not isinstance(value, str):
        raise GraphError(100, f"Param {path} must be a string.")
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise GraphError(100, f"Param {path} is not a valid URI.")


def either(*names: str) -> Check:
    """Exactly one of these fields."""

    def check(value: Any, path: str) -> None:
        there = [name for name in names if value.get(name) is not None]
        if not there:
            raise GraphError(131008, f"{path}: {' or '.join(names)} required.")
        if len(there) > 1:
            raise GraphError(131009, f"{path}: {' or '.join(names)}, not both.")

    return check


def unique(items: list[dict[str, Any]], name: str, path: str) -> None:
    """No two items have the same value under `name`."""
    values = [one.get(name) for one in items]
    if len(set(values)) < len(values):
        raise GraphError(131009, f"{path}: each {name} only once.")
