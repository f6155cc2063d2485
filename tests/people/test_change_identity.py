"""WhatsApp reports a change of number or BSUID."""

import itertools
from datetime import UTC, datetime

import pytest

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.people import queries
from jawort.people.change import change_identity
from jawort.people.checks import findings
from jawort.people.models import Alias, Contact, Review
from jawort.people.resolve import Sender, resolve
from jawort.people.rules import ReviewKind

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 8, 9, tzinfo=UTC)
PORTFOLIO = "1029384756"
KIM, KIM_LATER, NOUR = "DE.1713920021", "DE.1713920099", "DE.1713920047"


def side(phone: str | None = None, bsuid: str | None = None, name: str | None = None) -> Sender:
    """One side of a report, or a sender."""
    return Sender(phone, bsuid, None, name, PORTFOLIO)


def test_the_contact_stays_and_its_old_addresses_end() -> None:
    (kim,) = resolve([side("491713920021", KIM, "Kim Muster")], AT)
    assert change_identity(side("491713920021", KIM), side("491713920099", KIM_LATER), AT) == kim
    assert queries.addresses([kim], PORTFOLIO) == {kim: queries.Address("491713920099", KIM_LATER, kim)}
    assert queries.names([kim]) == {kim: "Kim Muster"}
    assert resolve([side("491713920099", KIM_LATER)], AT) == [kim]
    closed = Entry.objects.filter(kind=Kind.ALIAS_CLOSED)
    assert {entry.facts["reason"] for entry in closed} == {"changed"}
    assert Entry.objects.filter(kind=Kind.ALIAS_ADDED).count() == 2
    assert not Review.objects.exists()


def test_a_second_report_changes_nothing() -> None:
    (kim,) = resolve([side("491713920021", KIM)], AT)
    for _ in range(2):
        assert change_identity(side("491713920021", KIM), side("491713920099", KIM_LATER), AT) == kim
    assert Alias.objects.count() == 4
    assert Entry.objects.count() == 6  # epoch, contact, two closed, two added


def test_whoever_gets_the_old_number_next_is_somebody_else() -> None:
    (kim,) = resolve([side("491713920021", KIM)], AT)
    change_identity(side("491713920021", KIM), side("491713920099", KIM_LATER), AT)
    (nour,) = resolve([side("491713920021", NOUR)], AT)
    assert nour != kim
    assert not Review.objects.exists()


def test_a_new_number_of_somebody_else_is_closed_there() -> None:
    kim, nour = resolve([side("491713920021", KIM), side("491713920047", NOUR)], AT)
    assert change_identity(side("491713920021", KIM), side("491713920047", KIM_LATER), AT) == kim
    assert queries.addresses([nour], PORTFOLIO) == {nour: queries.Address(None, NOUR, nour)}
    assert queries.in_review([kim, nour]) == {nour}


def test_a_report_after_the_first_message_merges_nothing() -> None:
    (kim,) = resolve([side("491713920021", KIM)], AT)
    (later,) = resolve([side("491713920099", KIM_LATER)], AT)
    for _ in range(2):
        assert change_identity(side("491713920021", KIM), side("491713920099", KIM_LATER), AT) == later
    assert queries.addresses([kim, later], PORTFOLIO) == {later: queries.Address("491713920099", KIM_LATER, later)}
    assert queries.in_review([kim, later]) == {kim}
    assert Review.objects.get().kind == ReviewKind.CHANGE_LATE


def test_a_report_that_does_not_say_of_whom_is_looked_at_by_a_person() -> None:
    (kim,) = resolve([side("491713920021", KIM)], AT)
    change_identity(side("491713920021"), side("491713920099", KIM_LATER), AT)
    assert queries.addresses([kim], PORTFOLIO) == {kim: queries.Address("491713920021", KIM, kim)}
    assert Review.objects.get().kind == ReviewKind.CHANGE_UNCLEAR


def test_the_form_decides_also_here() -> None:
    (kim,) = resolve([side(KIM)], AT)  # the number's key held the BSUID
    assert change_identity(side(KIM), side(KIM_LATER), AT) == kim
    assert queries.addresses([kim], PORTFOLIO) == {kim: queries.Address(None, KIM_LATER, kim)}


def test_strangers_and_empty_reports_leave_nothing() -> None:
    assert change_identity(side("491713920021", KIM), side("491713920099", KIM_LATER), AT) is None
    assert change_identity(side(), side(), AT) is None
    assert not Contact.objects.exists()
    assert findings() == []


def test_a_report_that_says_it_clears_the_doubt_of_one_that_did_not() -> None:
    (kim,) = resolve([side("491713920021", KIM)], AT)
    change_identity(side("491713920021"), side("491713920099", KIM_LATER), AT)
    assert queries.in_review([kim]) == {kim}
    assert change_identity(side(None, KIM), side("491713920099", KIM_LATER), AT) == kim
    assert queries.in_review([kim]) == set()
    (settled,) = Entry.objects.filter(kind=Kind.REVIEW_SETTLED)
    assert (settled.actor, settled.facts["kind"], settled.facts["verdict"]) == ("system", "change_unclear", "proven")
    assert findings() == []


#: What may come of one change of number and id, each form of the platform's: the message after it, and both reports.
MESSAGE = (side(), side("491713920099", KIM_LATER))
SYSTEM = (side("491713920021", KIM), side("491713920099", KIM_LATER))
BARE_SYSTEM = (side("491713920021"), side("491713920099", KIM_LATER))
UPDATE = (side(None, KIM), side("491713920099", KIM_LATER))


@pytest.mark.parametrize("told", [(MESSAGE, SYSTEM), (MESSAGE, BARE_SYSTEM, UPDATE), (MESSAGE, UPDATE)])
def test_in_whatever_order_a_change_is_told_it_ends_alike(told: tuple[tuple[Sender, Sender], ...]) -> None:
    """Either one contact under the new addresses, or two of which the old one has none and is looked at."""
    for number, order in enumerate(itertools.permutations(told)):
        portfolio = f"portfolio-{number}"
        new = _with(side("491713920099", KIM_LATER), number, portfolio)
        (before,) = resolve([_with(side("491713920021", KIM), number, portfolio)], AT)
        for said in order:
            if said is MESSAGE:
                (after,) = resolve([new], AT)
            else:
                change_identity(_with(said[0], number, portfolio), _with(said[1], number, portfolio), AT)
        reachable = queries.addresses([before, after], portfolio)
        assert reachable[after] == queries.Address(new.phone, new.bsuid, after), order
        if before == after:
            assert queries.in_review([before]) == set(), order
        else:
            assert set(reachable) == {after}, order
            assert queries.in_review([before, after]) == {before}, order
    assert findings() == []


def _with(one: Sender, number: int, portfolio: str) -> Sender:
    """The same in a world of its own: numbers have no portfolio."""
    phone = f"{one.phone}{number}" if one.phone else None
    return Sender(phone, one.bsuid, None, None, portfolio)
