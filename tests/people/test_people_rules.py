"""Who is writing: the rules alone, against random people who change and inherit numbers."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from jawort.people.rules import (
    AliasKind,
    Book,
    Claim,
    Decision,
    Key,
    Marks,
    Nameless,
    ReviewKind,
    classify,
    clean_name,
    decide,
    decide_change,
)
from tests.people.builders import KIM, NEW, NEWER, NOUR, P1, P2, kinds, marks, written


def is_whole(book: Book) -> bool:
    """Every living alias leads to one contact, which has it; nobody has two BSUIDs of a portfolio."""
    held = [(key, contact) for contact, keys in book.held.items() for key in keys]
    bsuids = [(contact, key.scope) for key, contact in held if key.kind is AliasKind.BSUID]
    return len(held) == len(book.owner) and dict(held) == book.owner and len(bsuids) == len(set(bsuids))


# Whose value is it


@pytest.mark.parametrize(
    ("phone", "bsuid", "parent", "expected"),
    [
        ("+49 171 3920021", None, None, Claim("491713920021", None, None)),
        ("491713920021", "DE.1349", "DE.ENT.11", Claim("491713920021", "DE.1349", "DE.ENT.11")),
        ("DE.1349", None, None, Claim(None, "DE.1349", None)),  # courier: from and wa_id filled with the BSUID
        ("DE.1349", "DE.1349", None, Claim(None, "DE.1349", None)),
        ("DE.ENT.11", None, None, Claim(None, None, "DE.ENT.11")),
        (None, "491713920021", None, Claim("491713920021", None, None)),
        ("DE.1349", "491713920021", None, Claim("491713920021", "DE.1349", None)),
        (None, "DE.ENT.11", None, Claim(None, None, "DE.ENT.11")),
        ("491713920021", "491713920021", None, Claim("491713920021", None, None)),
        (None, "new-form:42", None, Claim(None, "new-form:42", None)),  # ids of an unknown form are believed
        ("not a number", "DE.1349", None, Claim(None, "DE.1349", None)),
        ("", " DE.1349 ", "", Claim(None, "DE.1349", None)),
        (None, "DE.1349", "DE.42", Claim(None, "DE.1349", "DE.42")),
        ("491713920021", "x" * 161, None, Claim("491713920021", None, None)),
    ],
)
def test_values_are_what_they_look_like(
    phone: str | None, bsuid: str | None, parent: str | None, expected: Claim
) -> None:
    assert classify(phone, bsuid, parent) == expected


@pytest.mark.parametrize("phone", [None, "", "  ", "not a number", "12"])
def test_a_sender_without_any_address_is_refused_without_quoting(phone: str | None) -> None:
    with pytest.raises(Nameless) as raised:
        classify(phone, None, None)
    assert "not a number" not in str(raised.value)


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("  Kim \n Muster ", "Kim Muster"),
        ("", None),
        (None, None),
        ("\u202egro.live\u202c", "gro.live"),  # turned writing direction
        ("\x00\x07", None),
        ("Jürgen Ößßé 🌷", "Jürgen Ößßé 🌷"),
        ("x" * 500, "x" * 120),
    ],
)
def test_names_fit_on_one_line(given_name: str | None, expected: str | None) -> None:
    assert clean_name(given_name) == expected


@given(st.text())
def test_a_cleaned_name_stays_as_it_is(text: str) -> None:
    once = clean_name(text)
    assert clean_name(once) == once


# Who is it


def test_somebody_unknown_is_new() -> None:
    decision = decide(Book(), marks("4917", "DE.K"), NEW)
    assert (decision.contact, decision.created) == (NEW, True)
    assert [key.kind for key in decision.attach] == [AliasKind.BSUID, AliasKind.WA_ID]


def test_somebody_known_changes_nothing() -> None:
    book = written((KIM, marks("4917", "DE.K", "DE.ENT.K")))
    for one in (
        marks("4917", "DE.K"),
        marks(None, "DE.K"),
        marks("4917", None, "DE.ENT.K"),
        marks(None, None, "DE.ENT.K"),
    ):
        decision = decide(book, one, NEW)
        assert decision.contact == KIM
        assert not decision.changes


def test_a_number_known_before_bsuids_gets_its_bsuid() -> None:
    decision = decide(written((KIM, marks("4917"))), marks("4917", "DE.K"), NEW)
    assert decision.contact == KIM
    assert [key.kind for key in decision.attach] == [AliasKind.BSUID]


def test_a_number_from_elsewhere_finds_its_contact() -> None:
    book = Book()
    book.attach(Key(AliasKind.PHONE, "", b"4917"), KIM)
    decision = decide(book, marks("4917", "DE.K"), NEW)
    assert decision.contact == KIM
    assert [key.kind for key in decision.attach] == [AliasKind.BSUID, AliasKind.WA_ID]


def test_a_recycled_number_never_leads_to_its_old_owner() -> None:
    book = written((KIM, marks("4917", "DE.K")))
    decision = decide(book, marks("4917", "DE.NOUR"), NEW)
    assert (decision.contact, decision.created) == (NEW, True)
    assert decision.close == ((Key(AliasKind.WA_ID, "", b"4917"), KIM),)
    assert kinds(decision) == [(ReviewKind.NUMBER_MOVED, KIM, NEW)]


def test_of_two_contacts_the_one_of_the_bsuid_is_meant() -> None:
    book = written((KIM, marks(None, "DE.K")), (NOUR, marks("4917")))
    decision = decide(book, marks("4917", "DE.K"), NEW)
    assert decision.contact == KIM
    assert decision.close == ((Key(AliasKind.WA_ID, "", b"4917"), NOUR),)
    assert kinds(decision) == [(ReviewKind.TWO_CONTACTS, NOUR, KIM)]
    book.apply(decision)
    assert not decide(book, marks("4917", "DE.K"), NEW).changes


def test_whatsapps_number_goes_before_the_one_from_elsewhere() -> None:
    book = written((KIM, marks("4917")))
    book.attach(Key(AliasKind.PHONE, "", b"4917"), NOUR)
    decision = decide(book, marks("4917", "DE.K"), NEW)
    assert decision.contact == KIM
    assert kinds(decision) == [(ReviewKind.TWO_CONTACTS, NOUR, KIM)]


def test_the_same_bsuid_with_another_number_has_left_the_old_one() -> None:
    book = written((KIM, marks("4917", "DE.K")))
    book.attach(Key(AliasKind.PHONE, "", b"4917"), KIM)
    decision = decide(book, marks("4918", "DE.K"), NEW)
    assert decision.contact == KIM
    assert {key.kind for key, _ in decision.close} == {AliasKind.WA_ID, AliasKind.PHONE}
    assert not decision.doubts


def test_of_a_merged_contact_no_number_is_closed_by_guess() -> None:
    book = written((KIM, marks("4917", "DE.K")), (KIM, marks("4918", "DE.L")))
    decision = decide(book, marks("4919", "DE.K"), NEW)
    assert decision.contact == KIM
    assert not decision.close


def test_another_portfolio_has_other_bsuids_of_the_same_person() -> None:
    book = written((KIM, marks("4917", "DE.K")))
    decision = decide(book, marks("4917", "DE.OTHER", scope=P2), NEW)
    assert decision.contact == KIM
    assert not decision.close


def test_a_bsuid_of_another_portfolio_is_another_persons() -> None:
    book = written((KIM, marks(None, "DE.K")))
    assert decide(book, marks(None, "DE.K", scope=P2), NEW).created


# What follows from a reported change


def test_a_reported_change_keeps_the_contact() -> None:
    book = written((KIM, marks("4917", "DE.K", "DE.ENT.K")))
    decision = decide_change(book, marks("4917", "DE.K", "DE.ENT.K"), marks("4918", "DE.K2", "DE.ENT.K2"))
    assert decision is not None
    assert decision.contact == KIM
    assert not decision.doubts
    book.apply(decision)
    assert set(book.owner) == {
        Key(AliasKind.BSUID, P1, b"DE.K2"),
        Key(AliasKind.PARENT_BSUID, P1, b"DE.ENT.K2"),
        Key(AliasKind.WA_ID, "", b"4918"),
    }
    again = decide_change(book, marks("4917", "DE.K"), marks("4918", "DE.K2"))
    assert again is not None
    assert again.contact == KIM
    assert not again.changes


def test_a_change_that_names_bsuids_only_ends_the_number_too() -> None:
    book = written((KIM, marks("4917", "DE.K")))
    decision = decide_change(book, marks(None, "DE.K"), marks(None, "DE.K2"))
    assert decision is not None
    book.apply(decision)
    assert set(book.owner) == {Key(AliasKind.BSUID, P1, b"DE.K2")}


def test_a_new_number_that_led_to_somebody_else_is_closed_there() -> None:
    book = written((KIM, marks("4917", "DE.K")), (NOUR, marks("4918", "DE.N")))
    decision = decide_change(book, marks("4917", "DE.K"), marks("4918", "DE.K2"))
    assert decision is not None
    assert decision.contact == KIM
    assert (Key(AliasKind.WA_ID, "", b"4918"), NOUR) in decision.close
    assert kinds(decision) == [(ReviewKind.NUMBER_MOVED, NOUR, KIM)]


def test_a_change_told_after_the_first_message_merges_nothing() -> None:
    book = written((KIM, marks("4917", "DE.K")))
    book.apply(decide(book, marks("4918", "DE.K2"), NEW))
    decision = decide_change(book, marks("4917", "DE.K"), marks("4918", "DE.K2"))
    assert decision is not None
    assert decision.contact == NEW
    assert kinds(decision) == [(ReviewKind.CHANGE_LATE, KIM, NEW)]
    book.apply(decision)
    assert KIM not in book.owner.values()
    assert decide(book, marks("4918", "DE.K2"), NEWER).contact == NEW


def test_a_change_that_does_not_say_of_whom_changes_nothing() -> None:
    book = written((KIM, marks("4917", "DE.K")))
    decision = decide_change(book, marks("4917"), marks("4918", "DE.K2"))
    assert decision is not None
    assert (decision.attach, decision.close) == ((), ())
    assert kinds(decision) == [(ReviewKind.CHANGE_UNCLEAR, KIM, None)]


def test_a_change_of_somebody_unknown_is_nobodys() -> None:
    assert decide_change(Book(), marks("4917", "DE.K"), marks("4918", "DE.K2")) is None
    assert decide_change(Book(), marks(), marks("4918", "DE.K2")) is None


# Random people

NUMBERS = [f"49171392{last:04}" for last in range(6)]  # few, so that they are handed on
anybody = st.integers(0, 4)


@dataclass
class Person:
    """Somebody with a WhatsApp account, as they are in truth."""

    number: str | None
    bsuid: str
    said: tuple[str | None, str] | None = None  # number and BSUID before the change that was not reported yet

    def marks(self, *, withheld: bool = False) -> Marks:
        return marks(None if withheld else self.number, self.bsuid, f"DE.ENT.{self.bsuid[3:]}")


class Customers(RuleBasedStateMachine):
    """People write, change their numbers, take over others' old ones; WhatsApp reports it in time, late or never.

    Every message comes with a BSUID, as the platform has it since April 2026. Then no contact ever stands for two
    people, whatever happens to the numbers.
    """

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.ids = count(100)
        self.bsuids = count(1)
        self.people: list[Person] = []
        self.contacts: dict[str, UUID] = {}  # by BSUID
        self.persons: defaultdict[UUID, set[int]] = defaultdict(set)

    @initialize()
    def begin(self) -> None:
        self.people = [Person(NUMBERS[place], self.bsuid()) for place in range(5)]

    def bsuid(self) -> str:
        return f"DE.{next(self.bsuids)}"

    @rule(who=anybody, withheld=st.booleans())
    def write(self, who: int, withheld: bool) -> None:
        person = self.people[who]
        before = {contact: set(keys) for contact, keys in self.book.held.items()}
        owners, in_doubt = dict(self.book.owner), set(self.book.moved)
        decision = decide(self.book, person.marks(withheld=withheld), UUID(int=next(self.ids)))
        self.book.apply(decision)
        known = self.contacts.setdefault(person.bsuid, decision.contact)
        assert decision.contact == known, "one BSUID, one contact"
        self.persons[decision.contact].add(who)
        if decision.proven:
            assert person.number is not None
            assert not withheld
            assert Key(AliasKind.WA_ID, "", person.number.encode()) not in owners
            assert decision.contact in in_doubt
        else:
            assert in_doubt <= self.book.moved, "a doubt ends by its own contact's proof only"
        assert (
            self.book.moved - in_doubt
            == {doubt.contact for doubt in decision.doubts if doubt.kind is ReviewKind.NUMBER_MOVED} - in_doubt
        )
        losers = {contact for _, contact in decision.close if contact != decision.contact}
        assert losers == {doubt.contact for doubt in decision.doubts}, "whoever loses an alias is reviewed"
        assert all(key in before[contact] for key, contact in decision.close)

    @rule(who=anybody, number=st.sampled_from([*NUMBERS, None]))
    def change_number(self, who: int, number: str | None) -> None:
        """Takes a number, whoever had it before: that one has no WhatsApp number then."""
        person = self.people[who]
        if number == person.number:
            return
        for other in self.people:
            if number is not None and other.number == number:
                other.number = None
        person.said = person.said or (person.number, person.bsuid)
        person.number, person.bsuid = number, self.bsuid()

    @precondition(lambda self: any(person.said for person in self.people))
    @rule(who=anybody, names_number=st.booleans(), names_bsuid=st.booleans(), tell=st.booleans())
    def report(self, who: int, names_number: bool, names_bsuid: bool, tell: bool) -> None:
        """WhatsApp reports a change, perhaps long after; or it never does (`tell` False)."""
        person = self.people[who]
        if person.said is None:
            return
        (number, bsuid), person.said = person.said, None
        if not tell:
            return
        old = marks(number if names_number else None, bsuid if names_bsuid else None)
        decision = decide_change(self.book, old, person.marks(withheld=not names_number))
        if decision is None:
            return
        self.book.apply(decision)
        if decision.changes and decision.attach:
            self.contacts.setdefault(person.bsuid, decision.contact)
        again = decide_change(self.book, old, person.marks(withheld=not names_number))
        assert again is None or not (again.attach or again.close), "a second report changes nothing"

    @invariant()
    def aliases_lead_to_one_contact(self) -> None:
        assert is_whole(self.book)

    @invariant()
    def no_contact_is_two_people(self) -> None:
        assert all(len(persons) == 1 for persons in self.persons.values())


TestCustomers = Customers.TestCase

some_marks = st.builds(
    marks,
    st.sampled_from([*NUMBERS[:3], None]),
    st.sampled_from(["DE.1", "DE.2", "DE.3", None]),
    st.sampled_from(["DE.ENT.1", "DE.ENT.2", None]),
    st.sampled_from([P1, P2]),
).filter(lambda one: bool(one.keys))


@given(st.lists(st.one_of(some_marks, st.tuples(some_marks, some_marks)), max_size=30))
def test_whatever_comes_in_aliases_stay_whole(updates: list[Marks | tuple[Marks, Marks]]) -> None:
    """Also for senders that make no sense: a parent BSUID without BSUID, numbers without either."""
    book, ids = Book(), count(100)
    for update in updates:
        decision: Decision | None
        match update:
            case Marks():
                decision = decide(book, update, UUID(int=next(ids)))
                others = book.has_other_bsuid(decision.contact, update.scope, update.own)
                by_parent = update.own is None and any(key.kind is AliasKind.PARENT_BSUID for key in update.keys)
                assert by_parent or not others, "another living BSUID stands against it"
            case (old, current):
                decision = decide_change(book, old, current)
        if decision is not None:
            book.apply(decision)
        assert is_whole(book)
        if isinstance(update, Marks):
            assert decide(book, update, UUID(int=next(ids))).changes is False, "the same sender again changes nothing"
