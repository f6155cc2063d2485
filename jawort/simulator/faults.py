"""Faults on demand: the next sends, or calls for files, fail before they take effect, or lose their answer after it.

These are two worlds: after the first the business may simply send again; after the second it does not know, and
sending again doubles the message.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from jawort.core.phone import parse

Where = Literal["before", "after"]
On = Literal["messages", "upload", "resolve", "download", "manage"]
Kind = Literal["error", "timeout", "garbage", "drop", "cut", "slow", "undeliverable"]
TIMES_MAX = 1_000_000
DELAY_MS_MAX = 600_000
#: A timeout without a delay keeps the caller waiting longer than any caller waits.
TIMEOUT_MS = 120_000


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` calls of the kind that `on` names; usually sends.

    `error` answers with `status` and a Graph error of `code`; `timeout` lets the caller wait and hangs up; `garbage`
    answers something that is no JSON; `drop` hangs up at once, `cut` in the middle of its answer; `slow` answers as
    usual after the delay;
    `undeliverable` accepts and reports `failed` with `code` by webhook (`where` says nothing then).
    """

    kind: Kind
    where: Where
    times: int
    delay_ms: int
    code: int
    status: int
    #: Digits of the only number whose messages are struck; empty for everybody. For `undeliverable` alone.
    phone: str = ""
    on: On = "messages"

    def view(self) -> dict[str, Any]:
        """As GET faults shows it."""
        return {name: getattr(self, name) for name in _NAMES}


_NAMES = ("kind", "where", "times", "delay_ms", "code", "status", "phone", "on")


class FaultError(ValueError):
    """A fault that cannot be. The text is one sentence that says what to write instead."""


def fault(given: Any) -> Fault:
    """The fault in a control call's JSON. Raises FaultError."""
    if not isinstance(given, dict):
        raise FaultError(f"A fault is an object with {', '.join(_NAMES)}; all may be left out.")
    if unknown := sorted(set(given) - set(_NAMES)):
        raise FaultError(f"A fault has no “{unknown[0]}”; it takes {', '.join(_NAMES)}.")
    only_delay = "delay_ms" in given and not {"code", "status"} & set(given)
    kind: Any = given.get("kind") or ("slow" if only_delay else "error")
    where: Any = given.get("where", "before")
    on: Any = given.get("on", "messages")
    for name, value, known in (("kind", kind, Kind), ("where", where, Where), ("on", on, On)):
        if value not in get_args(known):
            raise FaultError(f"A fault's “{name}” is one of {', '.join(get_args(known))}.")
    phone = given.get("phone", "")
    number = parse(phone) if isinstance(phone, str) else None
    if phone and (number is None or kind != "undeliverable"):
        raise FaultError("A fault's “phone” is a number in international form, for the kind undeliverable only.")
    return Fault(
        phone=number.digits if number is not None else "",
        on=on,
        kind=kind,
        where=where,
        times=_whole(given, "times", 1, (1, TIMES_MAX)),
        delay_ms=_whole(given, "delay_ms", TIMEOUT_MS if kind == "timeout" else 0, (0, DELAY_MS_MAX)),
        code=_whole(given, "code", 131026 if kind == "undeliverable" else 131000, (0, 10_000_000)),
        status=_whole(given, "status", 0, (0, 599)),
    )


def _whole(given: dict[str, Any], name: str, default: int, limits: tuple[int, int]) -> int:
    value = given.get(name)
    if value is None:
        return default
    least, most = limits
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise FaultError(f"A fault's “{name}” is a whole number from {least} to {most}.")
    return value


class Faults:
    """The faults still to happen, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, more: list[Fault]) -> None:
        """Queue more; an empty list takes all back."""
        self._waiting = [*self._waiting, *more] if more else []

    def take(self, where: Where, on: On = "messages") -> Fault | None:
        """Use up one fault that strikes such a call `before` or `after` it takes effect."""
        return self._use(lambda one: one.kind != "undeliverable" and one.where == where and one.on == on)

    def take_undeliverable(self, phone: str | None) -> Fault | None:
        """Use up one fault that lets an accepted send to `phone` (digits) fail later."""
        return self._use(lambda one: one.kind == "undeliverable" and one.phone in {"", phone})

    def view(self) -> list[dict[str, Any]]:
        """All that still wait."""
        return [one.view() for one in self._waiting]

    def _use(self, fits: Callable[[Fault], bool]) -> Fault | None:
        found = next((one for one in self._waiting if fits(one)), None)
        if found is not None:
            found.times -= 1
            if not found.times:
                self._waiting.remove(found)
        return found
