"""The guided tour: which of its steps have really happened. Pure: a fold over facts, never over clicks.

A fact is an entry of the ledger since the tour began. Of messages the fold also gets how far they have come, because
receipts are no entries of their own. A later step is one more line in `STEPS`, with its words in words.py.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from uuid import UUID

from jawort.consent.rules import Basis, Refused
from jawort.consent.state import Event
from jawort.ledger.kinds import Kind
from jawort.ledger.rules import JSON

Where = Literal["phone", "desk", "tour"]

#: Everything else that the ledger holds says nothing to the tour.
KINDS = (
    Kind.MESSAGE_IN,
    Kind.MESSAGE_OUT,
    Kind.MESSAGE_REFUSED,
    Kind.CONSENT_CHANGED,
    Kind.HANDED_OUT,
    Kind.CONVERSATION_READ,
    Kind.DEMO_DISK_SEARCHED,
    Kind.DEMO_SEAL_CHECKED,
    Kind.DEMO_BYTE_CHANGED,
    Kind.DEMO_BYTE_RESTORED,
    Kind.LEDGER_VERIFIED,
)
ARRIVED = frozenset({"delivered", "read", "played"})
#: What the gate says to marketing that nobody has agreed to; the second where the person had objected before.
WITHOUT_CONSENT = frozenset({Refused.NO_CONSENT, Refused.OBJECTED})


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of the ledger. Ids grow in the order in which things were written down."""

    id: int
    kind: str
    actor: str
    object: UUID | None
    said: Mapping[str, JSON]
    log_index: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of the tour: where it is handled, how far it has come, what it is.

    `numberless` is one of a customer whose number nobody here had when it came. `contact` is whom it is from or for,
    `gate` the word of the gate on what we wrote.
    """

    conversation: UUID | None
    state: str
    kind: str = "text"
    numberless: bool = False
    contact: UUID | None = None
    gate: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """All that happened since the tour began, oldest first, and the messages among it."""

    facts: Sequence[Fact]
    letters: Mapping[UUID, Letter]

    def of(self, kind: Kind) -> Iterator[Fact]:
        """The facts of one kind."""
        return (fact for fact in self.facts if fact.kind == kind)

    def home(self, fact: Fact) -> UUID | None:
        """The conversation of a message's entry."""
        return self.letter(fact).conversation

    def letter(self, fact: Fact) -> Letter:
        """The message of a message's entry; a text of no conversation where it is not known any more."""
        return (self.letters.get(fact.object) if fact.object else None) or Letter(None, "")

    def latest(self, kind: Kind) -> Fact | None:
        """The newest fact of one kind."""
        return max(self.of(kind), key=lambda fact: fact.id, default=None)

    @property
    def subject(self) -> Fact | None:
        """The message that the tour searches, seals and forges: the newest text of a customer."""
        texts = (fact for fact in self.of(Kind.MESSAGE_IN) if self.letter(fact).kind == "text")
        return max(texts, key=lambda fact: fact.id, default=None)


Proof = Callable[[Story], Fact | None]
"""Gives the fact that makes a step true, None as long as there is none."""


def wrote(story: Story) -> Fact | None:
    """A customer has written."""
    return next(story.of(Kind.MESSAGE_IN), None)


def arrived(story: Story) -> Fact | None:
    """Somebody of the staff was handed that conversation after it came, has read it, or answers it."""
    waiting: set[UUID | None] = set()
    for fact in story.facts:
        match fact.kind:
            case Kind.MESSAGE_IN:
                waiting.add(story.home(fact))
            case Kind.HANDED_OUT | Kind.CONVERSATION_READ if fact.actor.startswith("staff:"):
                if fact.object is not None and fact.object in waiting:
                    return fact
            case Kind.MESSAGE_OUT if story.home(fact) in waiting:
                return fact
    return None


def answered(story: Story) -> Fact | None:
    """An answer has left."""
    return next(_answers(story), None)


def ticked(story: Story) -> Fact | None:
    """An answer is on the customer's phone."""
    return next((fact for fact in _answers(story) if story.letters[_id(fact)].state in ARRIVED), None)


def reacted(story: Story) -> Fact | None:
    """A customer has reacted to a message."""
    return next((fact for fact in story.of(Kind.MESSAGE_IN) if story.letter(fact).kind == "reaction"), None)


def pictured(story: Story) -> Fact | None:
    """A customer has sent a picture."""
    return next((fact for fact in story.of(Kind.MESSAGE_IN) if story.letter(fact).kind == "image"), None)


def kept_in(story: Story) -> Fact | None:
    """Marketing was refused, for want of a consent."""
    return next(_kept_in(story), None)


def consented(story: Story) -> Fact | None:
    """A customer has said yes to marketing, by the widget or in the chat: what others note of them is not meant."""
    return next(_by_customers(story, Event.GIVEN), None)


def let_out(story: Story) -> Fact | None:
    """Marketing has left, on the strength of a consent."""
    return next((fact for fact in story.of(Kind.MESSAGE_OUT) if story.letter(fact).gate == Basis.CONSENT), None)


def stopped(story: Story) -> Fact | None:
    """A customer has taken their consent back."""
    return next(_by_customers(story, Event.WITHDRAWN), None)


def ended(story: Story) -> Fact | None:
    """Marketing to a customer who had taken their consent back was refused."""
    first: dict[UUID | None, Fact] = {}
    for fact in _by_customers(story, Event.WITHDRAWN):
        first.setdefault(fact.object, fact)
    refused = ((fact, first.get(story.letter(fact).contact)) for fact in _kept_in(story))
    return next((fact for fact, withdrawn in refused if withdrawn and withdrawn.id < fact.id), None)


def hid(story: Story) -> Fact | None:
    """Somebody has written whose number nobody here knows."""
    return next((fact for fact in story.of(Kind.MESSAGE_IN) if story.letter(fact).numberless), None)


def compared(story: Story) -> Fact | None:
    """Both sides of a message of the tour were shown to somebody."""
    return next((fact for fact in story.of(Kind.HANDED_OUT) if fact.object in story.letters), None)


def searched(story: Story) -> Fact | None:
    """The disk was read, the word was not there, and a word that had to be there was."""
    found = story.of(Kind.DEMO_DISK_SEARCHED)
    return next((fact for fact in found if fact.said.get("hits") == 0 and _count(fact, "control")), None)


def sealed(story: Story) -> Fact | None:
    """The way from a message to the signature was recomputed and is whole."""
    return next((fact for fact in story.of(Kind.DEMO_SEAL_CHECKED) if fact.said.get("holds") is True), None)


def mended(story: Story) -> Fact | None:
    """Verifying found something changed, and later nothing any more."""
    found = caught(story)
    later = (fact for fact in story.of(Kind.LEDGER_VERIFIED) if found is not None and fact.id > found.id)
    return next((fact for fact in later if not _count(fact, "problems")), None)


@dataclass(frozen=True, slots=True)
class Rule:
    """A step as data: its name, the part of the stage where it is done, and what makes it true."""

    name: str
    where: Where
    proof: Proof


STEPS = (
    Rule("write", "phone", wrote),
    Rule("arrive", "desk", arrived),
    Rule("answer", "desk", answered),
    Rule("ticks", "desk", ticked),
    Rule("react", "phone", reacted),
    Rule("picture", "phone", pictured),
    Rule("offer", "tour", kept_in),
    Rule("consent", "phone", consented),
    Rule("again", "tour", let_out),
    Rule("stop", "phone", ended),
    Rule("hide", "phone", hid),
    Rule("sides", "desk", compared),
    Rule("search", "tour", searched),
    Rule("seal", "tour", sealed),
    Rule("forge", "tour", mended),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of this tour. `proof` is the fact that ticked it."""

    name: str
    where: Where
    proof: Fact | None

    @property
    def done(self) -> bool:
        """Whether it has happened."""
        return self.proof is not None


def fold(story: Story) -> list[Step]:
    """Every step, in order, each with the fact that made it true."""
    return [Step(rule.name, rule.where, rule.proof(story)) for rule in STEPS]


def current(steps: Sequence[Step]) -> Step | None:
    """What comes next: the first step that has not happened."""
    return next((step for step in steps if not step.done), None)


class Forgery(StrEnum):
    """How far the last step has come."""

    WHOLE = "whole"
    CHANGED = "changed"
    FOUND = "found"
    RESTORED = "restored"
    DONE = "done"


def forgery(story: Story) -> Forgery:
    """Where the forger stands. A byte changed by hand counts as well: what matters is that verifying found it."""
    if mended(story) is not None:
        return Forgery.DONE
    open_one, verdicts = changed(story), [fact for fact in story.of(Kind.LEDGER_VERIFIED) if _count(fact, "problems")]
    if open_one is not None:
        return Forgery.FOUND if any(fact.id > open_one.id for fact in verdicts) else Forgery.CHANGED
    return Forgery.RESTORED if verdicts else Forgery.WHOLE


def changed(story: Story) -> Fact | None:
    """The change of a byte that has not been taken back."""
    last: Fact | None = None
    for fact in story.facts:
        if fact.kind == Kind.DEMO_BYTE_CHANGED:
            last = fact
        elif fact.kind == Kind.DEMO_BYTE_RESTORED:
            last = None
    return last


def caught(story: Story) -> Fact | None:
    """The first time that verifying found something."""
    return next((fact for fact in story.of(Kind.LEDGER_VERIFIED) if _count(fact, "problems")), None)


def _answers(story: Story) -> Iterator[Fact]:
    """What left for somebody who had written before."""
    waiting: set[UUID | None] = set()
    for fact in story.facts:
        home = story.home(fact)
        if fact.kind == Kind.MESSAGE_IN:
            waiting.add(home)
        elif fact.kind == Kind.MESSAGE_OUT and home is not None and home in waiting:
            yield fact


def _kept_in(story: Story) -> Iterator[Fact]:
    """Refusals of templates for want of a consent."""
    for fact in story.of(Kind.MESSAGE_REFUSED):
        letter = story.letter(fact)
        if letter.kind == "template" and letter.gate in WITHOUT_CONSENT:
            yield fact


def _by_customers(story: Story, change: Event) -> Iterator[Fact]:
    """What customers themselves have said of their consents."""
    for fact in story.of(Kind.CONSENT_CHANGED):
        if fact.said.get("change") == change and fact.actor.startswith("customer:"):
            yield fact


def _id(fact: Fact) -> UUID:
    assert fact.object is not None, "a message's entry names its message"
    return fact.object


def _count(fact: Fact, name: str) -> int:
    value = fact.said.get(name)
    return value if isinstance(value, int) else 0
