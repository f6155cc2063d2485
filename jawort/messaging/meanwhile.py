"""Others have answered since somebody looked. Decided under the conversation's lock: of two who send at the same moment

the second one is asked, and between the look and the answer nothing fits."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Final
from uuid import UUID

from jawort.messaging.about import REACTION
from jawort.messaging.models import Conversation, Message
from jawort.messaging.rules import State
from jawort.messaging.waiting import NOBODY

ANSWERS_SHOWN: Final = 3
#: The customer has nothing of these.
NOTHING: Final = (State.FAILED, State.REFUSED)


class AnsweredMeanwhile(ValueError):
    """Others have answered. Nothing was stored. `answers` are the newest, oldest first."""

    def __init__(self, answers: Sequence[Message]) -> None:
        super().__init__("Somebody has answered meanwhile.")
        self.answers = tuple(answers)


def answers_since(conversation: Conversation, seen: UUID, actor: str) -> list[Message]:
    """The newest answers of others after `seen`, oldest first. Needs the conversation's lock: so ids grow.

    An answer of one's own counts as having looked: whoever was asked once about the first of several files is not
    asked again about the next.
    """
    said = Message.objects.filter(conversation=conversation, direction="out", pk__gt=seen)
    newest = said.exclude(kind=REACTION).exclude(state__in=NOTHING).exclude(actor=NOBODY)
    newest = newest.select_related("author").order_by("-pk")
    theirs = takewhile(lambda message: message.actor != actor, newest[:ANSWERS_SHOWN])
    return list(theirs)[::-1]
