"""Attributes: what fits, what is kept of it, what the ledger learns, and that removing one deletes its values."""

from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from jawort.ledger.models import Entry
from jawort.people.attributes.define import CannotDefine, Wording, define, remove, reword
from jawort.people.attributes.fill import fill
from jawort.people.attributes.models import Attribute, Value
from jawort.people.attributes.queries import attributes, counted, values_of
from jawort.people.attributes.rules import ATTRIBUTES_MAX, Holds, Unfit, value_of
from jawort.people.checks import findings
from jawort.people.resolve import Sender, resolve
from jawort.vault.keys import forget
from jawort.vault.models import SubjectKey
from jawort.vault.seal import Unreadable
from tests.fixtures.time import Clock

ACTOR = "staff:00000000-0000-0000-0000-000000000001"
CHOICES = ("Bronze", "Gold")


@pytest.mark.parametrize(
    ("holds", "text", "kept"),
    [
        (Holds.TEXT, "  A\n 48213 ", "A 48213"),
        (Holds.TEXT, " \t", ""),
        (Holds.NUMBER, "1234,50", "1234.50"),
        (Holds.NUMBER, "-3", "-3"),
        (Holds.NUMBER, "0.125", "0.125"),
        (Holds.DATE, "2026-02-28", "2026-02-28"),
        (Holds.CHOICE, "Gold", "Gold"),
    ],
)
def test_a_value_has_one_form(holds: Holds, text: str, kept: str) -> None:
    assert value_of(holds, text, CHOICES) == kept
    assert value_of(holds, kept, CHOICES) == kept


@pytest.mark.parametrize(
    ("holds", "text"),
    [
        (Holds.TEXT, "x" * 501),
        (Holds.NUMBER, "1.234"),  # a thousand and more, or a little more than one
        (Holds.NUMBER, "1,234,567"),
        (Holds.NUMBER, "1 234"),
        (Holds.NUMBER, "eins"),
        (Holds.NUMBER, "1e9"),
        (Holds.NUMBER, "inf"),
        (Holds.NUMBER, "1" * 21),
        (Holds.DATE, "28.02.2026"),
        (Holds.DATE, "2026-02-30"),
        (Holds.CHOICE, "gold"),
    ],
)
def test_what_could_be_anything_is_no_value(holds: Holds, text: str) -> None:
    with pytest.raises(Unfit) as refusal:
        value_of(holds, text, CHOICES)
    assert text not in str(refusal.value)


@given(st.sampled_from(Holds), st.text(max_size=60))
def test_whatever_is_kept_is_taken_again(holds: Holds, text: str) -> None:
    try:
        kept = value_of(holds, text, CHOICES)
    except Unfit:
        return
    assert value_of(holds, kept, CHOICES) == kept


def an_attribute(clock: Clock, key: str = "number", holds: Holds = Holds.TEXT) -> UUID:
    wording = Wording("Kundennummer", "Customer number", "Bestellungen finden", CHOICES)
    return define(key, holds, wording, actor=ACTOR, at=clock.at)


def a_contact(clock: Clock) -> UUID:
    (contact,) = resolve([Sender("491713920021", None, None, "Kim", "waba")], clock.at)
    return contact


@pytest.mark.django_db
def test_an_attribute_has_a_key_of_its_own_and_a_purpose(clock: Clock) -> None:
    first = an_attribute(clock)
    with pytest.raises(CannotDefine, match="taken"):
        an_attribute(clock)
    for number in range(1, ATTRIBUTES_MAX):
        an_attribute(clock, f"number_{number}")
    with pytest.raises(CannotDefine, match="full"):
        an_attribute(clock, "one_more")
    assert attributes()[0].id == first
    with pytest.raises(IntegrityError):
        Attribute.objects.filter(pk=first).update(purpose="")


@pytest.mark.django_db
def test_values_are_kept_sealed_and_each_change_is_entered_without_them(clock: Clock) -> None:
    kim, number, since = a_contact(clock), an_attribute(clock), an_attribute(clock, "since", Holds.DATE)
    assert fill(kim, {number: "K-48213", since: "2026-01-02"}, actor=ACTOR, at=clock.at)
    assert not fill(kim, {number: " K-48213", since: "2026-01-02"}, actor=ACTOR, at=clock.at)
    assert values_of([kim]) == {kim: {number: "K-48213", since: "2026-01-02"}}
    assert b"48213" not in b"".join(bytes(row.ciphertext) + bytes(row.wrapped) for row in Value.objects.all())
    assert fill(kim, {number: "", uuid4(): "nobody defined this"}, actor=ACTOR, at=clock.at)
    assert values_of([kim]) == {kim: {since: "2026-01-02"}}
    told = (
        Entry.objects.filter(kind="contact.changed").order_by("id").values_list("actor", "object", "related", "facts")
    )
    assert set(told.values_list("actor", "object")) == {(ACTOR, kim)}
    assert sorted((str(related), facts["change"]) for _, _, related, facts in told) == sorted(
        [(str(number), "set"), (str(since), "set"), (str(number), "cleared")]
    )
    assert "48213" not in str(list(told))


@pytest.mark.django_db
def test_one_value_that_does_not_fit_changes_nothing(clock: Clock) -> None:
    kim, number, since = a_contact(clock), an_attribute(clock), an_attribute(clock, "since", Holds.DATE)
    with pytest.raises(Unfit):
        fill(kim, {number: "K-48213", since: "yesterday"}, actor=ACTOR, at=clock.at)
    assert values_of([kim]) == {}


@pytest.mark.django_db
def test_what_cannot_be_chosen_any_more_stays_until_somebody_changes_it(clock: Clock) -> None:
    kim, level = a_contact(clock), an_attribute(clock, "level", Holds.CHOICE)
    fill(kim, {level: "Bronze"}, actor=ACTOR, at=clock.at)
    reword(level, Wording("Stufe", "Level", "Rabatt", ("Gold",)), actor=ACTOR, at=clock.at)
    assert not fill(kim, {level: "Bronze"}, actor=ACTOR, at=clock.at)
    fill(kim, {level: "Gold"}, actor=ACTOR, at=clock.at)
    with pytest.raises(Unfit):
        fill(kim, {level: "Bronze"}, actor=ACTOR, at=clock.at)
    assert attributes()[0].label_en == "Level"


@pytest.mark.django_db
def test_removing_an_attribute_deletes_what_contacts_have_of_it(clock: Clock) -> None:
    kim, number = a_contact(clock), an_attribute(clock)
    fill(kim, {number: "K-48213"}, actor=ACTOR, at=clock.at)
    assert [each.values for each in counted()] == [1]
    assert remove(number, actor=ACTOR, at=clock.at) == 1
    assert not Value.objects.exists()
    entries = Entry.objects.filter(kind="attribute.changed").order_by("id")
    assert [entry.facts for entry in entries] == [
        {"change": "defined", "holds": "text"},
        {"change": "removed", "values": 1},
    ]
    with pytest.raises(Attribute.DoesNotExist):
        remove(number, actor=ACTOR, at=clock.at)


@pytest.mark.django_db
def test_a_value_moved_to_another_row_does_not_open_and_doctor_says_so(clock: Clock) -> None:
    kim, number, other = a_contact(clock), an_attribute(clock), an_attribute(clock, "other")
    fill(kim, {number: "K-48213", other: "A"}, actor=ACTOR, at=clock.at)
    row = Value.objects.get(attribute=number)
    Value.objects.filter(attribute=other).update(wrapped=row.wrapped, ciphertext=row.ciphertext)
    assert values_of([kim]) == {kim: {number: "K-48213"}}
    assert [finding.code for finding in findings()] == ["people.value"]


@pytest.mark.django_db
def test_whoever_is_being_erased_gets_no_value(clock: Clock) -> None:
    kim, number = a_contact(clock), an_attribute(clock)
    SubjectKey.objects.filter(subject=kim).delete()
    forget(kim)
    with pytest.raises(Unreadable):
        fill(kim, {number: "K-48213"}, actor=ACTOR, at=clock.at)
