"""Resolving a batch against the database."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.people import queries
from jawort.people.checks import findings
from jawort.people.models import Alias, Contact, Review
from jawort.people.resolve import Addresses, Sender, resolve
from jawort.people.rules import Book, Nameless, ReviewKind, classify, decide
from jawort.vault.models import SubjectKey
from jawort.vault.seal import Unreadable

AT = datetime(2026, 6, 8, 9, tzinfo=UTC)
PORTFOLIO = "1029384756"


def a_sender(
    phone: str | None = "491713920021",
    bsuid: str | None = "DE.1713920021",
    name: str | None = "Kim Muster",
    parent: str | None = None,
) -> Sender:
    """Kim, unless told otherwise."""
    return Sender(phone, bsuid, parent, name, PORTFOLIO)


def crowd(size: int, first: int = 0) -> list[Sender]:
    """Different people."""
    return [a_sender(f"4917{place:08}", f"DE.{place}", f"Gast {place}") for place in range(first, first + size)]


def entries(kind: Kind) -> list[Entry]:
    return list(Entry.objects.filter(kind=kind).order_by("id"))


def at_once(*acts: Callable[[], object]) -> None:
    """Run every act in a thread with a connection of its own; raise what any of them raised."""
    start, raised = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait()
            act()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


@pytest.mark.django_db
def test_somebody_new_becomes_a_contact_with_name_addresses_and_entry() -> None:
    (kim,) = resolve([a_sender(parent="DE.ENT.77")], AT)
    assert queries.names([kim]) == {kim: "Kim Muster"}
    assert queries.addresses([kim], PORTFOLIO) == {kim: queries.Address("491713920021", "DE.1713920021", kim)}
    assert queries.first_seen([kim]) == {kim: AT}
    contact = Contact.objects.get()
    assert (contact.month, contact.language) == (202606, "")
    (entry,) = entries(Kind.CONTACT_CREATED)
    assert (entry.object, entry.actor) == (kim, "system")
    assert entry.facts == {"aliases": {str(alias.id): alias.kind for alias in Alias.objects.all()}}
    assert set(Alias.objects.values_list("kind", "scope")) == {
        ("bsuid", PORTFOLIO),
        ("parent_bsuid", PORTFOLIO),
        ("wa_id", ""),
    }
    assert findings() == []


@pytest.mark.django_db
def test_the_same_newcomer_twice_in_a_batch_is_one_contact() -> None:
    first, second, third = resolve([a_sender(), a_sender(phone=None), a_sender(name=None)], AT)
    assert first == second == third
    assert Contact.objects.count() == 1


@pytest.mark.django_db
def test_without_a_name_there_is_none() -> None:
    (kim,) = resolve([a_sender(name=" \n")], AT)
    assert queries.names([kim]) == {}
    resolve([a_sender(name="Kim Muster")], AT)
    assert queries.names([kim]) == {kim: "Kim Muster"}


@pytest.mark.django_db
def test_a_recycled_number_begins_a_new_contact_and_a_review() -> None:
    (kim,) = resolve([a_sender()], AT)
    (nour,) = resolve([a_sender(bsuid="DE.9", name="Nour Beispiel")], AT + timedelta(days=400))
    assert nour != kim
    assert queries.addresses([kim, nour], PORTFOLIO) == {
        kim: queries.Address(None, "DE.1713920021", kim),
        nour: queries.Address("491713920021", "DE.9", nour),
    }
    assert queries.names([kim, nour]) == {kim: "Kim Muster", nour: "Nour Beispiel"}
    assert queries.in_review([kim, nour]) == {kim}
    review = Review.objects.get()
    assert (review.kind, review.contact_id, review.other_id) == (ReviewKind.NUMBER_MOVED, kim, nour)
    closed = Alias.objects.get(valid_to__isnull=False)
    (closing,) = entries(Kind.ALIAS_CLOSED)
    assert (closing.object, closing.facts) == (
        kim,
        {"alias": str(closed.id), "kind": "wa_id", "reason": "moved"},
    )
    (raising,) = entries(Kind.REVIEW_RAISED)
    assert (raising.object, raising.related) == (kim, nour)
    assert raising.facts == {"review": str(review.id), "kind": "number_moved"}


@pytest.mark.django_db
def test_an_open_doubt_is_raised_once_and_a_settled_one_again() -> None:
    kim_again, nour = a_sender(), a_sender(bsuid="DE.9")
    resolve([kim_again, nour, kim_again, nour, kim_again, nour], AT)
    assert Review.objects.count() == 2  # each took the number from the other
    assert len(entries(Kind.REVIEW_RAISED)) == 2
    Review.objects.update(settled_at=AT)
    resolve([kim_again], AT)
    assert Review.objects.count() == 3


@pytest.mark.django_db
def test_a_number_that_moves_within_a_batch_moves_in_order() -> None:
    kim, nour, kim_later = resolve([a_sender(), a_sender(bsuid="DE.9", name="Nour Beispiel"), a_sender(phone=None)], AT)
    assert kim == kim_later != nour
    assert queries.addresses([kim, nour], PORTFOLIO)[nour].phone == "491713920021"
    assert queries.addresses([kim, nour], PORTFOLIO)[kim].phone is None
    assert Alias.objects.filter(valid_to__isnull=False).count() == 1
    assert findings() == []


@pytest.mark.django_db
def test_two_contacts_in_one_payload_stay_two() -> None:
    by_bsuid, by_number = resolve([a_sender(phone=None), a_sender(bsuid=None, name="?")], AT)
    assert by_bsuid != by_number
    assert resolve([a_sender()], AT) == [by_bsuid]
    assert queries.in_review([by_bsuid, by_number]) == {by_number}
    assert queries.addresses([by_bsuid, by_number], PORTFOLIO) == {
        by_bsuid: queries.Address("491713920021", "DE.1713920021", by_bsuid)
    }


@pytest.mark.django_db
def test_an_alias_added_later_is_entered() -> None:
    (kim,) = resolve([a_sender(phone=None)], AT)
    resolve([a_sender()], AT)
    (entry,) = entries(Kind.ALIAS_ADDED)
    alias = Alias.objects.get(kind="wa_id")
    assert (entry.object, entry.facts) == (kim, {"alias": str(alias.id), "kind": "wa_id"})


@pytest.mark.django_db
def test_use_is_noted_by_the_day() -> None:
    resolve([a_sender()], AT)
    for later, seen in [(timedelta(hours=23), timedelta()), (timedelta(hours=25), timedelta(hours=25))]:
        resolve([a_sender()], AT + later)
        assert set(Alias.objects.values_list("last_seen", flat=True)) == {AT + seen}
    resolve([a_sender()], AT)  # a late one
    assert set(Alias.objects.values_list("last_seen", flat=True)) == {AT + timedelta(hours=25)}


@pytest.mark.django_db
def test_a_changed_profile_name_is_sealed_anew_and_the_same_one_is_left_alone() -> None:
    (kim,) = resolve([a_sender()], AT)
    before = bytes(Contact.objects.get().name_wrapped or b"")
    resolve([a_sender()], AT)
    resolve([a_sender(name=None)], AT)
    assert bytes(Contact.objects.get().name_wrapped or b"") == before
    resolve([a_sender(name="Kim M."), a_sender(name="Kim Muster-Meier")], AT)
    assert queries.names([kim]) == {kim: "Kim Muster-Meier"}
    assert bytes(Contact.objects.get().name_wrapped or b"") != before


@pytest.mark.django_db
def test_a_name_that_does_not_open_is_found_and_healed_by_the_next_message() -> None:
    (kim,) = resolve([a_sender()], AT)
    Contact.objects.update(name_ciphertext=b"changed on the disk")
    assert queries.names([kim]) == {}
    assert [finding.code for finding in findings()] == ["people.name"]
    resolve([a_sender()], AT)
    assert queries.names([kim]) == {kim: "Kim Muster"}


@pytest.mark.django_db
def test_an_alias_moved_to_another_row_is_found() -> None:
    resolve(crowd(2), AT)
    first, second = Alias.objects.filter(kind="wa_id")
    Alias.objects.filter(pk=first.pk).update(wrapped=second.wrapped, ciphertext=second.ciphertext)
    assert [finding.code for finding in findings()] == ["people.alias"]


@pytest.mark.django_db
def test_doctor_finds_a_contact_with_two_living_bsuids() -> None:
    """Two people's messages would stand in one thread."""
    with transaction.atomic():
        one, other = resolve([a_sender(), a_sender("491713920047", "DE.1713920047", "Nour Beispiel")], AT)
    assert findings() == []
    Alias.objects.filter(contact=other, kind="bsuid").update(contact=one)
    assert "people.two_bsuids" in {finding.code for finding in findings()}


@pytest.mark.django_db
def test_to_somebody_whose_key_is_destroyed_nothing_is_added() -> None:
    resolve([a_sender(phone=None)], AT)
    SubjectKey.objects.all().delete()
    with pytest.raises(Unreadable):
        resolve([a_sender()], AT)


@pytest.mark.django_db
def test_a_sender_without_address_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(Nameless):
        resolve([a_sender(), a_sender(phone=None, bsuid=None)], AT)
    assert not Contact.objects.exists()


@pytest.mark.django_db
def test_nobody_is_nobody() -> None:
    assert resolve([], AT) == []


@pytest.mark.django_db
def test_three_hundred_cost_as_many_queries_as_three(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    resolve(crowd(3), AT)
    # New: savepoint, read, two locks, read, keys (read, savepoint, epoch, write, release, read), contacts, aliases,
    # entries, release.
    with django_assert_max_num_queries(16):
        resolve(crowd(300, first=1_000), AT)
    with django_assert_max_num_queries(4):  # known: savepoint, read, keys, release
        resolve(crowd(300, first=1_000), AT)


@pytest.mark.django_db
def test_nothing_of_a_customer_lies_in_clear() -> None:
    canaries = [("4915550000" + f"{n:02}", f"DE.CANARYBSUID{n}", f"Canary Name {n}") for n in range(20)]
    ids = resolve(
        [a_sender(phone, bsuid, name, f"DE.ENT.CANARYPARENT{n}") for n, (phone, bsuid, name) in enumerate(canaries)], AT
    )
    resolve([a_sender(canaries[0][0], "DE.CANARYOTHER", "Canary Other")], AT)
    resolve([a_sender(*canaries[1][:2], "Canary Renamed")], AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^(people|vault|ledger|lanes)_'")
        tables = [row[0] for row in cursor.fetchall()]
        stored = ""
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')
            stored += "\n".join(row[0] for row in cursor.fetchall()).lower()
    assert {"people_contact", "people_alias", "people_review", "vault_subjectkey", "ledger_entry"} <= set(tables)
    assert str(ids[0]) in stored
    for word in ["canary", *(phone for phone, _, _ in canaries)]:
        assert word not in stored
        assert word.encode().hex() not in stored
    assert "canary".upper().encode().hex() not in stored


@pytest.mark.django_db(transaction=True)
def test_the_same_newcomers_in_two_transactions_at_once_are_the_same_contacts() -> None:
    people = crowd(60)
    found: list[dict[str, UUID]] = []

    def take_in(senders: Sequence[Sender]) -> Callable[[], None]:
        def taking() -> None:
            with transaction.atomic():
                ids = resolve(senders, AT)
            found.append({sender.bsuid or "": id_ for sender, id_ in zip(senders, ids, strict=True)})

        return taking

    at_once(take_in(people), take_in(people[::-1]), take_in(people[20:50]), take_in(people[40:] + people[:10]))
    merged: dict[str, set[UUID]] = {}
    for one in found:
        for bsuid, id_ in one.items():
            merged.setdefault(bsuid, set()).add(id_)
    assert all(len(ids) == 1 for ids in merged.values())
    assert Contact.objects.count() == len(people)
    assert len(entries(Kind.CONTACT_CREATED)) == len(people)
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_two_bsuids_that_come_at_once_with_one_number_do_not_share_its_contact() -> None:

    def take_in(sender: Sender, found: list[UUID]) -> None:
        found += resolve([sender], AT)

    for last in range(10):
        number = f"491713920{last:03}"
        (known,) = resolve([Sender(number, None, f"DE.ENT.{last}", None, PORTFOLIO)], AT)
        found: list[UUID] = []
        # One finds the contact by its number, the other by its parent BSUID: they share no key.
        senders = [
            Sender(number, f"DE.1{last}", None, None, PORTFOLIO),
            Sender(None, f"DE.2{last}", f"DE.ENT.{last}", None, PORTFOLIO),
        ]
        at_once(*(partial(take_in, one, found) for one in senders))
        assert known in found
        assert len(set(found)) == 2
    assert findings() == []


few = st.builds(
    Sender,
    st.sampled_from(["491713920001", "491713920002", "491713920003", None]),
    st.sampled_from(["DE.1", "DE.2", "DE.3", "DE.4", "DE.5", None]),
    st.sampled_from([None, None, "DE.ENT.1"]),
    st.sampled_from([None, "Kim", "Nour"]),
    st.just(PORTFOLIO),
).filter(lambda one: one.phone is not None or one.bsuid is not None)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(few, min_size=1, max_size=6), min_size=1, max_size=5))
def test_batches_in_the_database_do_what_the_rules_say_one_by_one(batches: list[list[Sender]]) -> None:
    with transaction.atomic():
        book, addresses = Book(), Addresses()
        mine: list[UUID] = []
        theirs: list[UUID] = []
        for batch in batches:
            theirs += resolve(batch, AT)
            for sender in batch:
                marks = addresses.marked(classify(sender.phone, sender.bsuid, sender.parent_bsuid), sender.scope)
                decision = decide(book, marks, uuid7())
                book.apply(decision)
                mine.append(decision.contact)
        assert len(set(zip(mine, theirs, strict=True))) == len(set(mine)) == len(set(theirs))
        same = dict(zip(mine, theirs, strict=True))
        living = {
            (alias.kind, alias.scope, bytes(alias.blind)): alias.contact_id
            for alias in Alias.objects.filter(valid_to__isnull=True)
        }
        assert living == {(key.kind.value, key.scope, key.mark): same[id_] for key, id_ in book.owner.items()}
        about_numbers = Review.objects.filter(kind=ReviewKind.NUMBER_MOVED, settled_at=None)
        assert set(about_numbers.values_list("contact_id", flat=True)) == {same[id_] for id_ in book.moved}
        assert findings() == []
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_strangers_have_no_name_no_address_and_no_review() -> None:
    stranger = uuid4()
    assert queries.names([stranger]) == {}
    assert queries.addresses([stranger], PORTFOLIO) == {}
    assert queries.in_review([stranger]) == set()
    assert queries.first_seen([stranger]) == {}
    assert queries.names([]) == {}


@pytest.mark.django_db
def test_a_portfolio_sees_its_own_bsuids_only() -> None:
    (kim,) = resolve([a_sender()], AT)
    assert queries.addresses([kim], "another") == {kim: queries.Address("491713920021", None, kim)}


@pytest.mark.django_db
def test_reading_costs_the_same_for_fifty_as_for_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    ids = resolve(crowd(50), AT)
    with django_assert_max_num_queries(4):  # rows and keys, twice
        assert len(queries.names(ids)) == 50
        assert len(queries.addresses(ids, PORTFOLIO)) == 50
