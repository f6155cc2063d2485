"""Many messages in one transaction, each as `send` would have it: none takes another one along.

The conversations are locked in the order of their ids, the gate is asked once, and what is written is written in one
statement for all. Only what brings a file along or is about another message costs queries of its own.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from jawort.messaging.about import CannotRefer
from jawort.messaging.content import What
from jawort.messaging.contents import whats_of
from jawort.messaging.draft import Draft, Unfit, checked
from jawort.messaging.models import Conversation, Message
from jawort.messaging.once import ClientIdTaken, check_theirs, said_under, taken_meanwhile
from jawort.messaging.send import Author, Fitting, NotOpen, fit, must_be_open, queue
from jawort.messaging.templates import Patterns, patterns

#: Between the look and the write somebody may use an id elsewhere, or a file may go: looked at again, that is the
#: matter of one message.
TRIES: Final = 3
_NO_FILE: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One message of many, and in which conversation. Each has a `client_id` of its own."""

    conversation: UUID
    draft: Draft
    client_id: UUID


#: Why one is not stored: what `send` raises of it, and that the conversation is not there.
Unsent = Conversation.DoesNotExist | Unfit | NotOpen | CannotRefer | ClientIdTaken
UNSENT: Final = (Conversation.DoesNotExist, Unfit, NotOpen, CannotRefer, ClientIdTaken)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked up once for all: conversations, locked; what was said under the same ids; templates."""

    homes: Mapping[UUID, Conversation]
    before: Mapping[UUID, Message]
    said: Mapping[UUID, What]
    patterns: Patterns


def send_many(wanted: Sequence[Wanted], author: Author, at: datetime) -> list[Message | Unsent]:
    """The message of each, in their order, or why nothing of it was stored.

    Those to one conversation leave in this order. An id that was used before stands for its message, if that says the
    same. Raises ClientIdTaken or Unfit, with nothing stored, only if others come between again and again.
    """
    for _ in range(TRIES - 1):
        with suppress(ClientIdTaken, Unfit):
            return _sent(wanted, author, at)
    return _sent(wanted, author, at)


@taken_meanwhile()
@transaction.atomic
def _sent(wanted: Sequence[Wanted], author: Author, at: datetime) -> list[Message | Unsent]:
    known = _look_up(wanted)
    judged: dict[int, Message | Fitting | Unsent] = {}
    # By their files, which are locked one by one: two who want the same ones wait in one order.
    for place, one in sorted(enumerate(wanted), key=lambda placed: placed[1].draft.file or _NO_FILE):
        try:
            judged[place] = _judged(one, known, author, at)
        except UNSENT as why:
            judged[place] = why
    outcomes = [judged[place] for place in range(len(wanted))]
    queued = iter(queue([fits for fits in outcomes if isinstance(fits, Fitting)], author, at))
    return [next(queued) if isinstance(outcome, Fitting) else outcome for outcome in outcomes]


def _look_up(wanted: Sequence[Wanted]) -> _Known:
    locked = Conversation.objects.select_related("line").select_for_update(of=("self",), no_key=True)
    ids = {one.conversation for one in wanted}
    homes = {home.pk: home for home in locked.filter(pk__in=ids).order_by("pk")}
    before = said_under([one.client_id for one in wanted])
    drafts = ((one.draft, homes[one.conversation].line.waba_id) for one in wanted if one.conversation in homes)
    return _Known(homes, before, whats_of(before.values()) if before else {}, patterns(drafts))


def _judged(one: Wanted, known: _Known, author: Author, at: datetime) -> Message | Fitting:
    """What was said before under its id, or that it fits. Raises what Unsent names."""
    home = known.homes.get(one.conversation)
    if home is None:
        raise Conversation.DoesNotExist
    draft = checked(one.draft)
    if said := known.before.get(one.client_id):
        check_theirs(said, home, actor=author.actor, direction="out")
        what = known.said.get(said.pk)
        if what is None or one.draft.purpose != said.purpose or not one.draft.was(what):
            raise ClientIdTaken("This id was used for another message.")
        return said
    must_be_open(home)
    return replace(fit(draft, home, known.patterns, at), client_id=one.client_id)
