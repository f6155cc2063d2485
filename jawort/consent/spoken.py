"""What somebody says to us, as far as it can be about a consent."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

#: What people say themselves: as text, by a button of ours, or by changing what they had written.
WORDS: Final = frozenset({"text", "choice", "edit"})
#: What is no message of its own: it answers nothing, and nothing is over with it.
ON_ANOTHER: Final = frozenset({"reaction", "edit", "revoke"})


@dataclass(frozen=True, slots=True)
class Left:
    """That a message of ours has left: when, and in which conversation."""

    at: datetime
    home: UUID | None


#: Of these messages those that have left; asked only where somebody has an open question.
WhatLeft = Callable[[Collection[UUID]], Mapping[UUID, Left]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message. `payload` is what a button brought back, `about` the message that it quotes, if we know it.

    `home` is the conversation. `sent_at` is the platform's time, None where it is not known. `to_bot`: another program
    had the chat then, and may have asked something of its own. `forwarded`: the words are somebody else's. `phone` is
    the number that the platform says it came from, in digits; empty where it does not say.
    """

    contact_id: UUID
    message_id: UUID
    text: str
    kind: str = "text"
    payload: str = ""
    quotes: bool = False
    about: UUID | None = None
    sent_at: datetime | None = None
    to_bot: bool = False
    forwarded: bool = False
    home: UUID | None = None
    phone: str = field(default="", repr=False)

    @property
    def stands_on_another(self) -> bool:
        """Whether it changes or marks another message instead of saying something new."""
        return self.kind in ON_ANOTHER
