"""How a person stands on WhatsApp’s list of whom we block, in words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from jawort.channels.whatsapp.errors import meaning
from jawort.consent.models import BLOCKING, Block
from jawort.consent.queries import newest_blocks

#: What is under way; what stands the gate says.
STATES: Final[Mapping[str, str | Promise]] = {
    Block.State.ASKED: gettext_lazy("WhatsApp is being asked to block this person."),
    Block.State.LIFTING: gettext_lazy("WhatsApp is being asked to unblock this person."),
}
#: Where the platform's code means something of its own for a block.
FAILURES: Final[Mapping[str, str | Promise]] = {
    "131047": gettext_lazy(
        "WhatsApp did not block this person: it blocks only who wrote within 24 hours. Try again when they write."
    ),
    "139101": gettext_lazy(
        "WhatsApp did not block this person: the list holds 64,000 people and is full. Unblock somebody first."
    ),
}


@dataclass(frozen=True, slots=True)
class Blocking:
    """Whether a person is blocked on a line, how far it has come, and why it went wrong last; texts may be empty."""

    stands: bool
    is_lifting: bool
    says: str
    failure: str


def blocking(person: Collection[UUID], line: UUID) -> Blocking:
    """How a person stands on WhatsApp's list."""
    row = newest_blocks(person).get(line)
    if row is None:
        return Blocking(stands=False, is_lifting=False, says="", failure="")
    return Blocking(
        stands=row.state in BLOCKING,
        is_lifting=row.state == Block.State.LIFTING,
        says=str(STATES.get(row.state, "")),
        failure=_failure(row.failure) if row.failure else "",
    )


def _failure(code: str) -> str:
    own = FAILURES.get(code)
    known = meaning(int(code))
    return str(own) if own else known.de if (get_language() or "").startswith("de") else known.en
