"""Side doors as a thread shows them, and as whoever has the link finds them."""

import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from jawort.consent.queries import stops
from jawort.legal.queries import links
from jawort.messaging.content import key_name
from jawort.messaging.files.models import File
from jawort.messaging.files.queries import Attached, attached
from jawort.messaging.side_door.models import SideDoor
from jawort.messaging.side_door.rules import Condition, Way, condition
from jawort.people.queries import in_review
from jawort.vault.blind import blind
from jawort.vault.keys import keks
from jawort.vault.seal import Sealed, open_, seal


@dataclass(frozen=True, slots=True)
class Shown:
    """A side door in its message."""

    id: UUID
    way: Way
    condition: Condition
    ends_at: datetime
    used_at: datetime | None


def doors_of(messages: Collection[UUID], at: datetime) -> dict[UUID, Shown]:
    """The side door of each message that holds the link of one. No query for none."""
    if not messages:
        return {}
    return {
        door.message_id: Shown(door.pk, Way(door.way), condition(door.facts, at), door.ends_at, door.used_at)
        for door in SideDoor.objects.filter(message__in=messages)
    }


def can_be_handed_over(url: str) -> bool:
    """Whether links may leave: there is an address for them, and behind it customers find who asks them, and why.

    A link that has left stays good, so that nothing that a customer brings is lost.
    """
    return bool(url) and links() is not None


def standing(door: SideDoor, at: datetime) -> Condition:
    """How it stands for whoever has the link. What goes out is withheld while nothing may go to the person at all.

    A link outlives the gate's answer: meanwhile they may be restricted, or their number may be somebody else's.
    """
    facts = door.facts
    if facts.way is Way.OUT:
        one = [door.contact_id]
        facts = replace(facts, withheld=bool(stops(one).restricted or in_review(one)))
    return condition(facts, at)


def found(token: str) -> SideDoor | None:
    """The side door of this token, open or not."""
    return SideDoor.objects.filter(token_index=index_of(token)).first()


def index_of(token: str) -> bytes:
    """What is stored of a token."""
    return blind("side_door", token)


def seal_purpose(door: SideDoor, what_for: str) -> None:
    """Put into the row what it is for."""
    name = key_name(door.contact_id, door.month)
    sealed = seal(keks([name], create=True)[name], what_for.encode(), os.urandom(32), _bound_to(door.pk))
    door.wrapped, door.ciphertext = sealed.wrapped, sealed.ciphertext


def purpose_of(door: SideDoor) -> str | None:
    """What it is for; None once its key is gone: then nothing may pass any more. Raises Unreadable."""
    kek = keks([name := key_name(door.contact_id, door.month)], create=False).get(name)
    if kek is None:
        return None
    return open_(kek, Sealed(bytes(door.wrapped), bytes(door.ciphertext)), _bound_to(door.pk))[0].decode()


def files_of(door: SideDoor) -> tuple[Attached, ...]:
    """What lies behind a door on its way out."""
    return attached([door.message_id]).get(door.message_id, ())


def file_of(door: SideDoor, file: UUID) -> File | None:
    """One of them."""
    return File.objects.filter(pk=file, message=door.message_id, state="stored").first()


def _bound_to(door: UUID) -> bytes:
    return b"jw/1\0side_door\0" + door.bytes
