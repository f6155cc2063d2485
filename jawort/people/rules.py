"""Who is writing: pure decisions over living aliases.

A wrong answer shows one person what another wrote, so nothing is guessed and nothing merges by itself. WhatsApp gives
a BSUID per person and portfolio that changes with the phone number, and numbers are given to new owners after a while.
Hence: the BSUID decides; a number leads only to a contact without another living BSUID of that portfolio; what points
to two contacts is taken from the one that the BSUID does not name, and a person looks at it. A doubt about a number
that moved also ends by itself, once its old owner's BSUID comes with a number that nobody has.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from jawort.core.phone import parse

ADDRESS_CHARS_MAX = 160  # a parent BSUID has at most 135; what is longer is no address
NAME_CHARS_MAX = 120
_BSUID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
_PARENT_BSUID = re.compile(r"[A-Z]{2}\.ENT\.[A-Za-z0-9]{1,128}")


#: Why an address ended, as the ledger says it: the platform reported that the person has another.
CHANGED: Final = "changed"


class AliasKind(StrEnum):
    """Kinds of address."""

    PHONE = "phone"  # a number from elsewhere: entered, imported, given by the customer
    WA_ID = "wa_id"  # a number as WhatsApp gives it
    BSUID = "bsuid"
    PARENT_BSUID = "parent_bsuid"


class NumberBasis(StrEnum):
    """Why we have a number that the customer did not come with: on this alone it may reach a channel."""

    REQUEST = "request"  # Art. 6(1)(b) GDPR: the person gave it to be written to
    CONTRACT = "contract"  # Art. 6(1)(b) GDPR: it belongs to a contract or an order
    CONSENT = "consent"  # Art. 6(1)(a) GDPR
    INTEREST = "interest"  # Art. 6(1)(f) GDPR


class ReviewKind(StrEnum):
    """Kinds of doubt about a contact."""

    NUMBER_MOVED = "number_moved"  # its number came without its BSUID: perhaps somebody else has it now
    TWO_CONTACTS = "two_contacts"  # one sender's addresses led here and elsewhere
    CHANGE_LATE = "change_late"  # WhatsApp reports a new id that has become a contact of its own meanwhile
    CHANGE_UNCLEAR = "change_unclear"  # WhatsApp reports a change and does not say of whom
    NUMBER_GIVEN = "number_given"  # somebody else, asked for their number, gave the one of this contact


class Verdict(StrEnum):
    """How a doubt was settled. Its text is part of the ledger for ever."""

    PROVEN = "proven"  # by what WhatsApp said later of the contact's own BSUID; never by a person
    APART = "apart"  # the contacts stay two; each keeps the addresses that it has now
    STAYS = "stays"  # the number is still theirs
    LEFT = "left"  # the number is theirs no longer and is closed
    MERGED = "merged"  # both are one person: by merging them, never by settling alone


#: What a person may decide by settling. “The same person” is not among it: both contacts have messages, and whoever
#: answers the merged thread shows one what the other wrote; merging them is an act of its own (merge.py).
VERDICTS: Mapping[ReviewKind, tuple[Verdict, ...]] = {
    ReviewKind.NUMBER_MOVED: (Verdict.APART,),
    ReviewKind.TWO_CONTACTS: (Verdict.APART,),
    ReviewKind.CHANGE_LATE: (Verdict.APART,),
    ReviewKind.CHANGE_UNCLEAR: (Verdict.STAYS, Verdict.LEFT),
    ReviewKind.NUMBER_GIVEN: (Verdict.STAYS, Verdict.LEFT),
}


class Nameless(ValueError):
    """A sender without any address. The text says nothing of who it was."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The addresses that one sender comes with, in one form each: digits, and the platform's ids verbatim."""

    number: str | None
    bsuid: str | None
    parent_bsuid: str | None


def classify(phone: str | None, bsuid: str | None, parent_bsuid: str | None) -> Claim:
    """Sort values by their form, not by the key they came under: numbers' keys have been seen holding BSUIDs.

    An id of a form that we do not know is believed to be what its key says, a number never. Raises Nameless.
    """
    found: dict[str, str] = {}
    for slot, raw in (("bsuid", bsuid), ("parent", parent_bsuid), ("number", phone)):
        value = (raw or "").strip()
        if not value or len(value) > ADDRESS_CHARS_MAX:
            continue
        number = parse(value)
        if _PARENT_BSUID.fullmatch(value):
            found.setdefault("parent", value)
        elif _BSUID.fullmatch(value) and slot != "parent":
            found.setdefault("bsuid", value)
        elif number is not None:
            found.setdefault("number", number.digits)
        elif slot != "number":
            found.setdefault(slot, value)
    if not found:
        raise Nameless("a sender has neither number nor BSUID")
    return Claim(found.get("number"), found.get("bsuid"), found.get("parent"))


def may_be_address(typed: str) -> bool:
    """Whether it has what every number or every id has: a digit, or a dot. Most of what people look for has neither."""
    return "." in typed or any(letter.isdigit() for letter in typed)


def clean_name(name: str | None) -> str | None:
    """A profile name fit for one line of a list, or None: customers choose it, so it may hold anything."""
    printable = "".join(char if char.isprintable() else " " for char in name or "")
    return " ".join(printable.split())[:NAME_CHARS_MAX].strip() or None


@dataclass(frozen=True, slots=True)
class Names:
    """What a contact is called: by us, in their WhatsApp profile, and by their username there; empty if unknown."""

    ours: str = ""
    profile: str = ""
    username: str = ""

    @property
    def shown(self) -> str:
        """The one that stands wherever there is room for one name: ours before theirs. Empty if there is none."""
        return self.ours or self.profile or (self.username and f"@{self.username}")

    @property
    def every(self) -> tuple[str, ...]:
        """All of them: any of these may be known to whoever looks for somebody."""
        return tuple(name for name in (self.ours, self.profile, self.username) if name)


class Key(NamedTuple):
    """One address without its value: `mark` is the keyed index of it. Numbers have no scope."""

    kind: AliasKind
    scope: str
    mark: bytes


@dataclass(frozen=True, slots=True)
class Marks:
    """What one sender comes with, as keys. `scope` is the portfolio.

    `own` is the BSUID. `weak` leads to a contact only if no other BSUID stands against it: parent BSUID, then the
    number, which stands twice, as WhatsApp's and as one from elsewhere. `keys` is all of them, strongest first.
    """

    scope: str
    own: Key | None
    weak: tuple[Key, ...]
    keys: tuple[Key, ...]

    @classmethod
    def of(cls, scope: str, number: bytes | None, bsuid: bytes | None, parent_bsuid: bytes | None) -> "Marks":
        """From the keyed indexes of a claim's values."""
        own = None if bsuid is None else Key(AliasKind.BSUID, scope, bsuid)
        weak: tuple[Key, ...] = ()
        if parent_bsuid is not None:
            weak = (Key(AliasKind.PARENT_BSUID, scope, parent_bsuid),)
        if number is not None:
            weak = (*weak, Key(AliasKind.WA_ID, "", number), Key(AliasKind.PHONE, "", number))
        return cls(scope, own, weak, weak if own is None else (own, *weak))


@dataclass(slots=True)
class Book:
    """Living aliases of everybody whom a batch concerns: to whom each leads, and what each contact has.

    `moved` are the contacts with an open doubt about a number that moved, `unclear` those with one about a change of
    which WhatsApp did not say whose it was. `persons` names of merged contacts the one in front.
    """

    owner: dict[Key, UUID] = field(default_factory=dict)
    held: dict[UUID, set[Key]] = field(default_factory=dict)
    moved: set[UUID] = field(default_factory=set)
    unclear: set[UUID] = field(default_factory=set)
    persons: dict[UUID, UUID] = field(default_factory=dict)

    def is_one_person(self, one: UUID, other: UUID) -> bool:
        """Whether somebody has merged these two."""
        return one == other or (one in self.persons and self.persons[one] == self.persons.get(other))

    def attach(self, key: Key, contact: UUID) -> None:
        """From now on `key` leads to `contact`. It must lead to nobody."""
        assert key not in self.owner, "a living alias leads to one contact only"
        self.owner[key] = contact
        self.held.setdefault(contact, set()).add(key)

    def close(self, key: Key) -> None:
        """From now on `key` leads to nobody."""
        self.held[self.owner.pop(key)].discard(key)

    def has_other_bsuid(self, contact: UUID, scope: str, *but: Key | None) -> bool:
        """Whether `contact` has a living BSUID of that portfolio other than those."""
        held = self.held.get(contact, ())
        return any(key.kind is AliasKind.BSUID and key.scope == scope and key not in but for key in held)

    def apply(self, decision: "Decision") -> None:
        """Write a decision down."""
        for key, _ in decision.close:
            self.close(key)
        for key in decision.attach:
            self.attach(key, decision.contact)
        if decision.proven:
            self.moved.discard(decision.contact)
        if decision.cleared:
            self.unclear.discard(decision.contact)
        self.moved |= {doubt.contact for doubt in decision.doubts if doubt.kind is ReviewKind.NUMBER_MOVED}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something for a person to look at: `contact` is in doubt, `other` is where its address leads now."""

    kind: ReviewKind
    contact: UUID
    other: UUID | None


@dataclass(frozen=True, slots=True)
class Decision:
    """Who it is, and what becomes of the aliases: first all of `close` (with whose they were), then `attach`.

    `proven` settles every open doubt that a number of this contact moved, `cleared` every one about a change of which
    nobody knew whose it was.
    """

    contact: UUID
    asked: tuple[Key, ...]
    created: bool = False
    attach: tuple[Key, ...] = ()
    close: tuple[tuple[Key, UUID], ...] = ()
    doubts: tuple[Doubt, ...] = ()
    proven: bool = False
    cleared: bool = False

    @property
    def ended(self) -> tuple[ReviewKind, ...]:
        """The kinds of doubt about this contact that end."""
        moved = (ReviewKind.NUMBER_MOVED,) if self.proven else ()
        return (*moved, ReviewKind.CHANGE_UNCLEAR) if self.cleared else moved

    @property
    def changes(self) -> bool:
        """Whether anything has to be written but when it was seen."""
        return bool(self.created or self.attach or self.close or self.doubts or self.ended)


def decide(book: Book, marks: Marks, new: UUID) -> Decision:
    """Who is writing; `new` is the id of the contact that is made if it is nobody we know."""
    known = _by_bsuid(book, marks)
    contact = known or _by_weak(book, marks, marks.own) or new
    taken = [(key, book.owner[key]) for key in marks.keys if book.owner.get(key, contact) != contact]
    stale = [] if known is None else list(_replaced(book, known, marks, marks.own))
    return Decision(
        contact=contact,
        asked=marks.keys,
        created=contact == new,
        attach=_lacking(book, marks, contact),
        close=(*taken, *((key, contact) for key in stale)),
        doubts=_doubts(book, taken, marks.scope, contact),
        proven=known is not None and _is_proven(book, marks, known),
    )


def decide_change(book: Book, old: Marks, current: Marks) -> Decision | None:
    """What follows from WhatsApp's own report that a person's ids changed; None if we know neither side.

    The contact keeps its history under the new ids. If the new BSUID has become a contact meanwhile (the report may
    come after the first message), both stay what they are, the old ids end, and a person looks at it.
    """
    named, now = _by_bsuid(book, old), _by_bsuid(book, current)
    before = named or _by_weak(book, old, old.own or current.own)
    asked = (*old.keys, *current.keys)
    if before is None:
        unclear = next((book.owner[key] for key in old.weak if key in book.owner), None)
        if unclear is not None and now is None and old.own is None:
            return Decision(unclear, asked, doubts=(Doubt(ReviewKind.CHANGE_UNCLEAR, unclear, None),))
        return None if now is None else Decision(now, asked)
    contact = now or before
    taken = [(key, book.owner[key]) for key in current.keys if book.owner.get(key, contact) != contact]
    ended = [(key, before) for key in _ended(book, before, old, current)]
    doubts = _doubts(book, taken, current.scope, contact)
    if not book.is_one_person(contact, before):
        late = Doubt(ReviewKind.CHANGE_LATE, before, contact)
        doubts = (late, *(doubt for doubt in doubts if doubt.contact != before))
    proven = contact == named and _is_proven(book, current, contact)
    cleared = contact == named and contact in book.unclear
    return Decision(contact, asked, False, _lacking(book, current, contact), (*taken, *ended), doubts, proven, cleared)


def decide_given(book: Book, sender: Marks, given: Marks) -> Decision | None:
    """What follows from a number that somebody gave as their own when we asked; None if nothing does.

    It is attached to the contact that wrote, and taken from nobody: a number that leads to somebody else raises a doubt
    about them, and stays where it is.
    """
    contact = next((book.owner[key] for key in sender.keys if key in book.owner), None)
    holders = dict.fromkeys(book.owner[key] for key in given.weak if key in book.owner)
    if contact is None or contact in holders:
        return None
    asked = (*sender.keys, *given.keys)
    if holders:
        doubts = tuple(Doubt(ReviewKind.NUMBER_GIVEN, holder, contact) for holder in holders)
        return Decision(contact, asked, doubts=doubts)
    return Decision(contact, asked, attach=tuple(key for key in given.keys if key.kind is AliasKind.PHONE))


def _by_bsuid(book: Book, marks: Marks) -> UUID | None:
    return None if marks.own is None else book.owner.get(marks.own)


def _is_proven(book: Book, marks: Marks, contact: UUID) -> bool:
    """Whether it ends the doubt about `contact`'s number that its own BSUID comes with these.

    Two accounts came with one number. The BSUID alone was known then and says nothing new; with a number that leads to
    nobody, its account has one of its own. With the number that it lost, taken back, both go on claiming it.
    """
    numbers = [key for key in marks.weak if key.kind is not AliasKind.PARENT_BSUID]
    return contact in book.moved and bool(numbers) and not any(key in book.owner for key in numbers)


def _by_weak(book: Book, marks: Marks, own: Key | None) -> UUID | None:
    """The contact that a number or parent BSUID leads to, unless another living BSUID stands against it.

    Any BSUID stands against a number that comes without one: WhatsApp has sent one with every message since April 2026,
    so such a sender proves nothing, and the number may have a new owner. A parent BSUID is an account's, as a BSUID is.
    """
    for key in marks.weak:
        contact = book.owner.get(key)
        if contact is None:
            continue
        is_account = own is None and key.kind is AliasKind.PARENT_BSUID
        if is_account or not book.has_other_bsuid(contact, marks.scope, own):
            return contact
    return None


def _lacking(book: Book, marks: Marks, contact: UUID) -> tuple[Key, ...]:
    """What the sender comes with and `contact` does not have. The number is kept once, as WhatsApp's."""
    return tuple(key for key in marks.keys if key.kind is not AliasKind.PHONE and book.owner.get(key) != contact)


def _replaced(book: Book, contact: UUID, marks: Marks, *own: Key | None) -> Iterator[Key]:
    """Aliases of `contact` that the sender's new ones replace: one WhatsApp account has one number, one parent.

    A contact with two BSUIDs is two accounts that a person merged; then nobody knows whose number went.
    """
    kinds = {key.kind for key in _lacking(book, marks, contact)} & {AliasKind.WA_ID, AliasKind.PARENT_BSUID}
    if kinds and not book.has_other_bsuid(contact, marks.scope, *own):
        yield from _others(book, contact, kinds, marks)


def _others(book: Book, contact: UUID, kinds: Iterable[AliasKind], marks: Marks) -> Iterator[Key]:
    """Aliases of these kinds that `contact` has and `marks` does not name, in a fixed order."""
    kinds, kept = set(kinds), set(marks.keys)
    others = [key for key in book.held[contact] if key not in kept and key.scope in ("", marks.scope)]
    gone = {key.mark for key in others if key.kind is AliasKind.WA_ID and key.kind in kinds}
    for key in sorted(others):
        # The same number entered elsewhere goes with it.
        if key.kind in kinds or (key.kind is AliasKind.PHONE and key.mark in gone):
            yield key


def _ended(book: Book, contact: UUID, old: Marks, current: Marks) -> tuple[Key, ...]:
    """Aliases of `contact` that end with a reported change: those named, and of one account all that was tied to it.

    A BSUID changes only together with the number (platform page on business-scoped user ids), so the number ends even
    where the report does not name it.
    """
    kept = set(current.keys)
    named = {key for key in old.keys if book.owner.get(key) == contact and key not in kept}
    if not book.has_other_bsuid(contact, old.scope, old.own, current.own):
        kinds = (AliasKind.BSUID, AliasKind.PARENT_BSUID, AliasKind.WA_ID)
        named |= set(_others(book, contact, kinds, current))
    return tuple(sorted(named))


def _doubts(book: Book, taken: Iterable[tuple[Key, UUID]], scope: str, contact: UUID) -> tuple[Doubt, ...]:
    """One doubt for each contact that lost an alias to another person."""
    losers = dict.fromkeys(loser for _, loser in taken if not book.is_one_person(loser, contact))
    return tuple(
        Doubt(
            ReviewKind.NUMBER_MOVED if book.has_other_bsuid(loser, scope) else ReviewKind.TWO_CONTACTS, loser, contact
        )
        for loser in losers
    )
