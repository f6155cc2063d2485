"""A number that moved: what raises the doubt, what ends it by itself, and what does not."""

from datetime import UTC, datetime

import pytest

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.people import queries
from jawort.people.models import Review
from jawort.people.resolve import Sender, resolve
from jawort.people.rules import AliasKind, Book, Key, Marks, ReviewKind, decide, decide_change
from tests.people.builders import KIM, NEW, NEWER, NOUR, P2, kinds, marks, written

AT = datetime(2026, 6, 8, 9, tzinfo=UTC)
PORTFOLIO = "1029384756"


def a_sender(phone: str = "491713920021", bsuid: str | None = "DE.1713920021", name: str | None = None) -> Sender:
    """Kim, unless told otherwise."""
    return Sender(phone, bsuid, None, name, PORTFOLIO)


def entries(kind: Kind) -> list[Entry]:
    return list(Entry.objects.filter(kind=kind).order_by("id"))


def test_a_number_alone_never_leads_to_an_account() -> None:
    """WhatsApp sends a BSUID with every message: one without proves nothing, and the number may have a new owner."""
    book = written((KIM, marks("4917", "DE.K")))
    decision = decide(book, marks("4917"), NEW)
    assert (decision.contact, decision.created) == (NEW, True)
    assert decision.close == ((Key(AliasKind.WA_ID, "", b"4917"), KIM),)
    assert kinds(decision) == [(ReviewKind.NUMBER_MOVED, KIM, NEW)]
    book.apply(decision)
    assert decide(book, marks("4917"), NEWER).contact == NEW
    assert decide(book, marks(None, "DE.K"), NEWER).contact == KIM


def test_a_number_without_any_account_is_still_enough() -> None:
    book = written((KIM, marks("4917")))
    assert not decide(book, marks("4917"), NEW).changes
    other_portfolio = written((KIM, marks("4917", "DE.K", scope=P2)))
    assert decide(other_portfolio, marks("4917"), NEW).contact == KIM


def moved() -> Book:
    """Kim's number has come with nour's account; nour is NEW."""
    book = written((KIM, marks("4917", "DE.K")))
    book.apply(decide(book, marks("4917", "DE.NOUR"), NEW))
    assert book.moved == {KIM}
    return book


def test_the_old_owner_with_a_number_of_her_own_is_in_doubt_no_longer() -> None:
    book = moved()
    decision = decide(book, marks("4918", "DE.K"), NEWER)
    assert (decision.contact, decision.proven, decision.doubts) == (KIM, True, ())
    book.apply(decision)
    assert book.moved == set()
    assert not decide(book, marks("4918", "DE.K"), NEWER).changes


@pytest.mark.parametrize(
    "one",
    [
        marks(None, "DE.K"),  # the account was known when the doubt arose
        marks("4917", "DE.K"),  # both claim the number
        marks("4917", "DE.NOUR"),  # somebody else speaks
        marks("4918", "DE.NOUR"),
        marks("4918", "DE.K", scope=P2),  # the same text is another account in another portfolio
        marks("4919", "DE.K"),  # somebody else has it
    ],
)
def test_nothing_less_ends_the_doubt(one: Marks) -> None:
    book = moved()
    book.attach(Key(AliasKind.WA_ID, "", b"4919"), NOUR)
    for _ in range(2):
        decision = decide(book, one, NEWER)
        assert not decision.proven
        book.apply(decision)
    assert KIM in book.moved


def test_only_the_doubt_about_a_number_ends_by_itself() -> None:
    book = written((KIM, marks("4917", "DE.K")))
    decision = decide_change(book, marks("4917"), marks("4918", "DE.K2"))
    assert decision is not None
    book.apply(decision)
    assert kinds(decision) == [(ReviewKind.CHANGE_UNCLEAR, KIM, None)]
    assert not decide(book, marks("4918", "DE.K"), NEW).proven


def test_a_reported_change_tells_why_the_number_moved() -> None:
    book = moved()
    decision = decide_change(book, marks("4917", "DE.K"), marks("4918", "DE.K2"))
    assert decision is not None
    assert (decision.contact, decision.proven, decision.doubts) == (KIM, True, ())
    by_number = decide_change(moved(), marks("4917"), marks("4918", "DE.K2"))
    assert by_number is not None
    assert not by_number.proven


@pytest.mark.django_db
def test_the_old_owner_writes_from_a_number_of_her_own_and_the_doubt_is_settled() -> None:
    (kim, nour) = resolve([a_sender(), a_sender(bsuid="DE.9")], AT)
    review = Review.objects.get()
    assert resolve([a_sender(phone="491713920022")], AT) == [kim]
    assert queries.in_review([kim, nour]) == set()
    review.refresh_from_db()
    assert review.settled_at == AT
    (settled,) = entries(Kind.REVIEW_SETTLED)
    assert (settled.actor, settled.object, settled.related) == ("system", kim, nour)
    assert settled.facts == {"review": str(review.id), "kind": "number_moved", "verdict": "proven"}
    assert queries.addresses([kim, nour], PORTFOLIO) == {
        kim: queries.Address("491713920022", "DE.1713920021", kim),
        nour: queries.Address("491713920021", "DE.9", nour),
    }
    resolve([a_sender(phone="491713920022")], AT)
    assert len(entries(Kind.REVIEW_SETTLED)) == 1


@pytest.mark.django_db
def test_doubts_that_arise_and_end_in_one_batch_do_so_in_order() -> None:
    kim_free, nour = a_sender(phone="491713920022"), a_sender(bsuid="DE.9")
    third = a_sender(phone="491713920022", bsuid="DE.10")
    kim, _, _, _ = resolve([a_sender(), nour, kim_free, third], AT)
    assert queries.in_review([kim]) == {kim}  # of the second number
    assert (len(entries(Kind.REVIEW_RAISED)), len(entries(Kind.REVIEW_SETTLED))) == (2, 1)
    assert [entry.kind for entry in Entry.objects.filter(kind__startswith="review.").order_by("id")] == [
        Kind.REVIEW_RAISED,
        Kind.REVIEW_SETTLED,
        Kind.REVIEW_RAISED,
    ]


@pytest.mark.django_db
def test_a_number_without_bsuid_does_not_open_an_accounts_history() -> None:
    kim, somebody = resolve([a_sender(), a_sender(bsuid=None, name="?")], AT)
    assert somebody != kim
    assert queries.in_review([kim, somebody]) == {kim}
    assert resolve([a_sender(bsuid=None, name=None)], AT) == [somebody]
