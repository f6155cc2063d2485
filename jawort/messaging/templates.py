"""The lane that lists our templates again and again, and what is kept of a template with a message."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from msgspec import structs

from jawort.channels.parts import Template
from jawort.channels.types import Refused
from jawort.channels.whatsapp.limits_templates import filled_in
from jawort.channels.whatsapp.templates import Listed, Pattern, wording
from jawort.core import clock
from jawort.lanes import periodic
from jawort.lanes.outcome import Again, Job, Outcome
from jawort.lines.queries import of_accounts
from jawort.lines.template_list import patterns_of
from jawort.lines.templates import LANE, Due, due, note_trouble, take_templates
from jawort.messaging.draft import Draft, Unfit

LIST: Final = "templates"
#: How often the lane looks whether an account is due: a look into a small table.
LOOK: Final = timedelta(minutes=1)


class Lister(Protocol):
    """The way to the platform's list of our templates."""

    def templates(self, line_id: UUID, account: str) -> list[Listed] | Refused:
        """All of them, or why not."""


class ListTemplates:
    """The lane handler: whatever account is due is listed, one after the other, whatever became of the one before."""

    def __init__(self, lister: Lister) -> None:
        self.lister = lister

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Outcome]:
        """The job arms itself anew: what failed is tried again, however long that takes."""
        for account in due(clock.now()):
            self._list(account)
        return [Again(clock.now() + LOOK, "periodic", counts=False) for _ in jobs]

    def _list(self, of: Due) -> None:
        """With whichever of the account's lines has a token that the platform takes."""
        why = "no_line"
        for line in of_accounts([of.account]).get(of.account, []):
            match self.lister.templates(line.pk, of.account):
                case Refused(_, reason):
                    why = reason
                case told:
                    return take_templates(of, told, clock.now())
        return note_trouble(of, why, clock.now())


def arm(at: datetime) -> None:
    """See that the job is there. Called at every start; calling again changes nothing."""
    periodic.arm(LANE, LIST, LOOK, at)


Patterns = Mapping[tuple[str, str, str], Pattern]


def patterns(drafts: Iterable[tuple[Draft, str]]) -> Patterns:
    """What the templates say that these drafts are, each with its account. One query, none without a template."""
    parts = [(account, draft.part) for draft, account in drafts]
    return patterns_of({(account, part.name, part.language) for account, part in parts if isinstance(part, Template)})


def worded(draft: Draft, account: str, known_patterns: Patterns) -> Draft:
    """`draft` with what the customer will read, where it is a template that the account's list has.

    Raises Unfit: filled in it is longer than the platform takes.
    """
    part = draft.part
    known = known_patterns.get((account, part.name, part.language)) if isinstance(part, Template) else None
    if known is None or not isinstance(part, Template):
        return draft
    text, around = wording(known, part)
    if found := list(filled_in(known, text, around)):
        raise Unfit(found)
    return replace(draft, text=text, part=structs.replace(part, wording=around))
