"""What the database told lately: a page says up to where it was rendered, and its live stream begins there."""

import secrets
from collections import deque
from typing import Final
from uuid import UUID

import msgspec

#: Far more than come between a page and its stream, also at the busiest hour and over a slow line.
KEPT_MAX: Final = 500
#: A mark, told by a browser: an hour of the hub, and how many notices it had heard.
MARK_CHARACTERS_MAX: Final = 32


class Notice(msgspec.Struct):
    """What a notify says: changed conversations, changed messages as (conversation, message), the ledger's size.

    `n`: customers have just written those messages. `a`: conversations that were given to an agent by somebody else.
    `w`: conversations to which somebody came, or in which somebody began or stopped writing.
    """

    c: list[UUID] = []
    m: list[tuple[UUID, UUID]] = []
    s: list[int] = []
    n: bool = False
    a: list[tuple[UUID, UUID]] = []
    w: list[UUID] = []


class Heard:
    """The newest notices, numbered without a gap. Each process has its own: another one's mark says nothing here."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, once the database is heard again: what was missed cannot be known."""
        self._name = secrets.token_hex(4)
        self._count = 0
        self._kept: deque[Notice] = deque(maxlen=KEPT_MAX)

    def add(self, notice: Notice) -> None:
        """Keep it, for a while."""
        self._count += 1
        self._kept.append(notice)

    @property
    def mark(self) -> str:
        """Where this is now. What is read from the database after it was taken lacks nothing that was told before."""
        return f"{self._name}.{self._count}"

    def since(self, mark: str) -> list[Notice] | None:
        """All that was told after this mark was taken; None if that is not known, for whatever reason."""
        name, _, count = mark[:MARK_CHARACTERS_MAX].partition(".")
        if name != self._name or not (count.isascii() and count.isdigit()):
            return None
        missed = self._count - int(count)
        return list(self._kept)[len(self._kept) - missed :] if 0 <= missed <= len(self._kept) else None
