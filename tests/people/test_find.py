"""Finding somebody: by a number in any usual writing, by an id, by how a name begins; and by nothing else."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.core.phone import Phone, country_code, readings
from jawort.people import find
from jawort.people.find import Holders, called, holders
from jawort.people.models import Alias, Contact
from jawort.people.resolve import Sender, resolve
from jawort.people.spelling import fits, words
from tests.fixtures.plans import as_installed, index_conditions
from tests.fixtures.time import Clock

OURS = ("493023125000",)
SCOPE = "102290129340398"


@pytest.mark.parametrize(
    "text",
    [
        "+49 171 3920021",
        "0049 (171) 39 20 021",
        "49171/3920021",
        "0171 392-0021",
        "(0171) 3920021",
        "+49 (0)171 – 392 00 21",
        "0171‑3920021",
        "tel:+491713920021",
        "\u202a+49 171 3920021\u202c",
        "０１７１ ３９２００２１",
        "171 3920021",
        " 0171.3920021 ",
    ],
)
def test_a_number_is_understood_however_it_is_written(text: str) -> None:
    assert Phone("491713920021") in readings(text, OURS)


@pytest.mark.parametrize("text", ["", "Kim", "0171", "48213", "+49 171 ABC", "kim@firma.example", "0171 3920021 Kim"])
def test_what_is_no_whole_number_is_none(text: str) -> None:
    assert readings(text, OURS) == ()


def test_home_is_wherever_our_numbers_are() -> None:
    assert readings("0171 3920021", ()) == ()
    assert Phone("41441234567") in readings("044 123 45 67", ("41445550000",))
    assert Phone("390612345678") in readings("06 12345678", ("39021112223",))  # Italy keeps the zero
    assert readings("+41 44 123 45 67", OURS) == (Phone("41441234567"),)


@pytest.mark.parametrize(
    ("digits", "code"), [("14155550132", "1"), ("79161234567", "7"), ("491713920021", "49"), ("358401234567", "358")]
)
def test_country_codes(digits: str, code: str) -> None:
    assert country_code(digits) == code


@given(st.text(max_size=40))
def test_anything_may_be_typed(text: str) -> None:
    assert all(7 <= len(number.digits) <= 15 for number in readings(text, OURS))
    words(text)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("kim", "Kim Muster"),
        ("MUST", "Kim Muster"),
        ("muster kim", "Kim Muster"),
        ("mull", "Jörg Müller"),
        ("mueller", "Jörg Müller"),
        ("müller", "Jörg Mu\u0308ller"),
        ("strasse", "Anna Straße"),
        ("ozdem", "Jonas Özdemir"),
        ("celik", "Ines Çelik"),
        ("lodz", "Łódź"),
        ("schafer-lang", "Elif Schäfer-Lang"),
        ("lang", "Elif Schäfer-Lang"),
        ("@kim", "kim.muster"),
        ("🙂", "🙂 Kim"),
    ],
)
def test_a_name_is_found_by_how_its_words_begin(typed: str, name: str) -> None:
    assert fits(words(typed), name)


@pytest.mark.parametrize(("typed", "name"), [("uster", "Kim Muster"), ("kim mo", "Kim Muster"), ("muller", "Mühler")])
def test_a_name_is_not_found_by_its_middle_or_by_one_word_of_two(typed: str, name: str) -> None:
    assert not fits(words(typed), name)


def wrote(at: Clock, phone: str | None, bsuid: str | None, name: str, username: str | None = None) -> UUID:
    (contact,) = resolve([Sender(phone, bsuid, None, name, SCOPE, username)], at.at)
    return contact


@pytest.mark.django_db
def test_number_and_id_lead_to_whom_they_belong_and_to_whom_they_belonged(clock: Clock) -> None:
    kim = wrote(clock, "491713920021", "DE.1713920021", "Kim Muster")
    wrote(clock, "491713920047", "DE.1713920047", "Nour Beispiel")
    for text in ("0171 3920021", "DE.1713920021"):
        assert holders(text, OURS, {SCOPE}) == Holders(frozenset({kim}), frozenset())
    assert holders("DE.1713920021", OURS, {"another"}) == Holders(frozenset(), frozenset())
    assert holders("0171 3920022", OURS, {SCOPE}) == Holders(frozenset(), frozenset())
    assert holders("Kim", OURS, {SCOPE}) is None
    Alias.objects.filter(contact=kim, kind="wa_id").update(valid_to=clock.at + timedelta(days=1))
    assert holders("0171 3920021", OURS, {SCOPE}) == Holders(frozenset(), frozenset({kim}))


@pytest.mark.django_db
def test_names_and_usernames_are_looked_for_only_among_those_given(clock: Clock) -> None:
    kim = wrote(clock, "491713920021", None, "Kim Muster", "rad.kim")
    nour = wrote(clock, "491713920047", None, "Nour Beispiel")
    Contact.objects.filter(pk=nour).update(name_ciphertext=b"changed")  # does not open, and takes nobody else away
    assert called(words("kim"), {kim, nour}) == {kim}
    assert called(words("rad"), {kim, nour}) == {kim}
    assert called(words("kim"), {nour}) == set()


@pytest.mark.django_db
def test_an_address_is_found_by_the_index_however_small_the_table_was() -> None:
    as_installed("people_contact", "people_alias")
    found = index_conditions(find.HOLDERS, "text[]", "text[]", "bytea[]")
    assert sum("blind = w.blind" in condition for condition in found) == 2, found
