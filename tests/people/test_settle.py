"""A person settles a doubt: once, with its entry, and nothing moves that was not decided."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.people import queries
from jawort.people.change import change_identity
from jawort.people.checks import findings
from jawort.people.give import give_number
from jawort.people.models import Alias, Review
from jawort.people.resolve import Sender, resolve
from jawort.people.rules import VERDICTS, ReviewKind, Verdict
from jawort.people.settle import CannotSettle, settle

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 8, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
BOB = f"staff:{UUID(int=7)}"
PORTFOLIO = "1029384756"
NUMBER, OTHER_NUMBER = "491713920021", "491713920047"
KIM, NOUR, KIM_LATER = "DE.1713920021", "DE.1713920047", "DE.1713920099"


def side(phone: str | None = None, bsuid: str | None = None) -> Sender:
    return Sender(phone, bsuid, None, None, PORTFOLIO)


def the_number_moved() -> UUID:
    kim, _ = resolve([side(NUMBER, KIM), side(NUMBER, NOUR)], AT)
    return kim


def two_contacts() -> UUID:
    _, by_number, _ = resolve([side(None, KIM), side(NUMBER), side(NUMBER, KIM)], AT)
    return by_number


def the_change_came_late() -> UUID:
    kim, _ = resolve([side(NUMBER, KIM), side(OTHER_NUMBER, KIM_LATER)], AT)
    change_identity(side(NUMBER, KIM), side(OTHER_NUMBER, KIM_LATER), AT)
    return kim


def the_change_is_unclear() -> UUID:
    (kim,) = resolve([side(NUMBER, KIM)], AT)
    change_identity(side(NUMBER), side(OTHER_NUMBER, KIM_LATER), AT)
    return kim


def the_number_was_given_by_another() -> UUID:
    kim, _ = resolve([side(NUMBER, KIM), side(None, NOUR)], AT)
    give_number(side(None, NOUR), NUMBER, AT)
    return kim


DOUBTS = {
    ReviewKind.NUMBER_MOVED: the_number_moved,
    ReviewKind.TWO_CONTACTS: two_contacts,
    ReviewKind.CHANGE_LATE: the_change_came_late,
    ReviewKind.CHANGE_UNCLEAR: the_change_is_unclear,
    ReviewKind.NUMBER_GIVEN: the_number_was_given_by_another,
}


def living() -> set[tuple[UUID, UUID]]:
    return set(Alias.objects.filter(valid_to=None).values_list("id", "contact_id"))


@pytest.mark.parametrize(("kind", "verdict"), [(kind, verdict) for kind in ReviewKind for verdict in VERDICTS[kind]])
def test_every_kind_can_be_settled_once(kind: ReviewKind, verdict: Verdict) -> None:
    contact = DOUBTS[kind]()
    review = Review.objects.get()
    assert (review.kind, queries.doubts_about([contact])) == (kind, {kind})
    assert settle(review.pk, verdict, actor=BOB, at=LATER) == contact
    assert settle(review.pk, verdict, actor=BOB, at=LATER + timedelta(hours=1)) is None
    assert queries.in_review([contact]) == set()
    review.refresh_from_db()
    assert review.settled_at == LATER
    (entry,) = Entry.objects.filter(kind=Kind.REVIEW_SETTLED)
    assert (entry.actor, entry.object, entry.related) == (BOB, contact, review.other_id)
    assert entry.facts == {"review": str(review.pk), "kind": kind, "verdict": verdict}
    assert findings() == []


@pytest.mark.parametrize("kind", ReviewKind)
def test_nothing_moves_by_keeping_apart_or_as_it_is(kind: ReviewKind) -> None:
    DOUBTS[kind]()
    before = living()
    settle(Review.objects.get().pk, VERDICTS[kind][0], actor=BOB, at=LATER)
    assert living() == before


@pytest.mark.parametrize("kind", ReviewKind)
def test_what_makes_no_sense_is_refused(kind: ReviewKind) -> None:
    DOUBTS[kind]()
    for verdict in set(Verdict) - set(VERDICTS[kind]):
        with pytest.raises(CannotSettle):
            settle(Review.objects.get().pk, verdict, actor=BOB, at=LATER)
    assert Review.objects.get().settled_at is None
    assert not Entry.objects.filter(kind=Kind.REVIEW_SETTLED).exists()
    with pytest.raises(Review.DoesNotExist):
        settle(uuid4(), Verdict.APART, actor=BOB, at=LATER)


def test_a_number_that_somebody_left_is_closed_there() -> None:
    kim = the_change_is_unclear()
    settle(Review.objects.get().pk, Verdict.LEFT, actor=BOB, at=LATER)
    assert queries.addresses([kim], PORTFOLIO) == {kim: queries.Address(None, KIM, kim)}
    (closed,) = Entry.objects.filter(kind=Kind.ALIAS_CLOSED)
    assert (closed.actor, closed.object, closed.facts["reason"]) == (BOB, kim, "settled")


def test_a_number_that_came_after_the_doubt_stays() -> None:
    kim = the_change_is_unclear()
    resolve([side("491713920023", KIM)], AT + timedelta(minutes=1))
    settle(Review.objects.get().pk, Verdict.LEFT, actor=BOB, at=LATER)
    assert queries.addresses([kim], PORTFOLIO) == {kim: queries.Address("491713920023", KIM, kim)}


def test_one_of_two_doubts_settled_leaves_the_other() -> None:
    kim = the_number_moved()
    resolve([side(NUMBER, KIM), side(NUMBER, "DE.3")], AT)  # taken back, and lost to a third
    about_kim = Review.objects.filter(contact=kim)
    first, second = about_kim.order_by("id")
    settle(first.pk, Verdict.APART, actor=BOB, at=LATER)
    assert queries.in_review([kim]) == {kim}
    settle(second.pk, Verdict.APART, actor=BOB, at=LATER)
    assert queries.in_review([kim]) == set()


def test_open_reviews_are_listed_oldest_first_and_counted() -> None:
    kim = the_number_moved()
    resolve([side(NUMBER, KIM)], LATER)
    waiting = queries.open_reviews(10)
    assert [one.since for one in waiting] == [AT, LATER]
    assert waiting[0].doubt.contact == waiting[1].doubt.other == kim
    assert (queries.reviews_waiting(10), queries.reviews_waiting(1), len(queries.open_reviews(1))) == (2, 1, 1)
