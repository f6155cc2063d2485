"""Keyrings: the same key for everybody who asks, also when they ask at once; gone when the row is gone."""

import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from jawort.core.clock import now
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.vault import epochs, keys
from jawort.vault.checks import findings
from jawort.vault.models import Epoch, PeriodKey, SubjectKey
from jawort.vault.seal import Klass, Unreadable
from jawort.vault.state import unlock_with
from tests.fixtures.keys import ROOT_KEY

KIM = UUID("0190a1b2-0000-7000-8000-000000000001")
NOUR = UUID("0190a1b2-0000-7000-8000-000000000002")
REF: keys.Ref = (KIM, Klass.OPEN, 202606)


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
def test_keys_are_made_once_and_found_again() -> None:
    assert keys.keks([REF], create=False) == {}
    made = keys.keks([REF], create=True)
    assert keys.keks([REF], create=True) == made == keys.keks([REF], create=False)
    assert len(made[REF]) == 32


@pytest.mark.django_db
def test_person_class_and_month_each_make_another_key() -> None:
    refs: list[keys.Ref] = [
        REF,
        (NOUR, Klass.OPEN, 202606),
        (KIM, Klass.IDENTITY, 202606),
        (KIM, Klass.OPEN, 202607),
    ]
    assert len(set(keys.keks(refs, create=True).values())) == 4
    assert SubjectKey.objects.count() == 3


@pytest.mark.django_db
def test_a_month_begins_for_all_classes_at_once() -> None:
    # Else two batches that begin a month with different classes each hold what the other waits for.
    keys.keks([REF], create=True)
    assert set(PeriodKey.objects.values_list("klass", "month")) == {(klass.value, 202606) for klass in Klass}


@pytest.mark.django_db
def test_without_create_only_what_exists_comes_back() -> None:
    keys.keks([REF], create=True)
    assert keys.keks([REF, (NOUR, Klass.OPEN, 202606)], create=False).keys() == {REF}
    assert not SubjectKey.objects.filter(subject=NOUR).exists()


@pytest.mark.django_db
def test_queries_do_not_grow_with_the_batch(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    keys.keks([REF], create=True)
    with django_assert_max_num_queries(6):  # read, savepoint, epoch, write, release, read
        keys.keks([(uuid4(), Klass.OPEN, 202606) for _ in range(300)], create=True)


@pytest.mark.django_db(transaction=True)
def test_a_second_asking_costs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = keys.keks([REF], create=True)
    with django_assert_num_queries(0):
        assert keys.keks([REF], create=True) == made
    keys.forget(NOUR)
    with django_assert_num_queries(0):
        keys.keks([REF], create=False)
    keys.forget(KIM)
    with django_assert_num_queries(1):
        keys.keks([REF], create=False)


@pytest.mark.django_db(transaction=True)
def test_a_key_that_was_rolled_back_is_never_used() -> None:
    with transaction.atomic():
        lost = keys.keks([REF], create=True)
        transaction.set_rollback(True)
    assert keys.keks([REF], create=False) == {}
    assert keys.keks([REF], create=True) != lost


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_rolled_back_takes_its_keys_along() -> None:
    with transaction.atomic():
        with transaction.atomic():
            keys.keks([REF], create=True)
            transaction.set_rollback(True)
        kept: keys.Ref = (NOUR, Klass.OPEN, 202606)
        keys.keks([kept], create=True)
    assert keys.keks([REF, kept], create=False).keys() == {kept}


@pytest.mark.django_db(transaction=True)
def test_one_persons_destroyed_key_leaves_nothing() -> None:
    keys.keks([REF, (NOUR, Klass.OPEN, 202606)], create=True)
    SubjectKey.objects.filter(subject=KIM).delete()
    keys.forget(KIM)
    assert keys.keks([REF], create=False) == {}


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_get_the_same_keys_and_one_epoch() -> None:
    refs: list[keys.Ref] = [(uuid4(), klass, 202606) for klass in Klass for _ in range(40)]
    found: list[dict[keys.Ref, bytes]] = []

    def ask(wanted: list[keys.Ref]) -> Callable[[], None]:
        def asking() -> None:
            with transaction.atomic():
                found.append(keys.keks(wanted, create=True))

        return asking

    at_once(ask(refs), ask(refs[::-1]), ask(refs[20:60]), ask(refs))
    assert all(one[ref] == found[0].get(ref, one[ref]) for one in found for ref in one)
    keys.forget_all()
    stored = keys.keks(refs, create=False)
    assert all(stored[ref] == key for one in found for ref, key in one.items())
    assert SubjectKey.objects.count() == len(refs)
    assert PeriodKey.objects.count() == len(Klass)
    assert Epoch.objects.count() == 1
    assert Entry.objects.filter(kind=Kind.KEY_EPOCH).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_batches_that_begin_a_month_with_different_classes_do_not_block_each_other() -> None:
    def begin(*classes: Klass) -> Callable[[], None]:
        def asking() -> None:
            for month in range(202601, 202613):
                with transaction.atomic():
                    for klass in classes:
                        keys.keks([(uuid4(), klass, month)], create=True)

        return asking

    at_once(begin(Klass.OPEN, Klass.IDENTITY), begin(Klass.IDENTITY, Klass.OPEN))
    assert PeriodKey.objects.count() == 12 * len(Klass)


@pytest.mark.django_db
def test_a_changed_row_is_unreadable_and_not_somebody_elses_key() -> None:
    keys.keks([REF, (NOUR, Klass.OPEN, 202606)], create=True)
    nours = SubjectKey.objects.get(subject=NOUR).wrapped
    SubjectKey.objects.filter(subject=KIM).update(wrapped=nours)
    with pytest.raises(Unreadable):
        keys.keks([REF], create=False)


@pytest.mark.django_db
def test_another_root_key_is_told_apart_from_damage() -> None:
    keys.keks([REF], create=True)
    unlock_with(bytes(32))
    with pytest.raises(epochs.WrongRootError, match="root key file"):
        keys.keks([REF], create=False)
    assert "vault.root" in {finding.code for finding in findings()}
    unlock_with(ROOT_KEY)
    assert "vault.root" not in {finding.code for finding in findings()}


@pytest.mark.django_db
def test_no_key_lies_in_clear() -> None:
    made = keys.keks([REF], create=True)
    epoch = epochs.current()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wrapped FROM vault_epoch UNION ALL SELECT wrapped FROM vault_subjectkey"
            " UNION ALL SELECT wrapped FROM vault_periodkey"
        )
        stored = b"".join(bytes(row[0]) for row in cursor.fetchall())
    for secret in (ROOT_KEY, epoch.key, made[REF]):
        assert secret not in stored


@pytest.mark.django_db
def test_doctor_finds_keys_whose_epoch_is_gone() -> None:
    keys.keks([REF], create=True)
    gone = {finding.code for finding in findings()}
    Epoch.objects.update(wrapped=None, destroyed_at=now())
    assert {finding.code for finding in findings()} - gone == {"vault.epoch", "vault.orphans"}
    Epoch.objects.create(number=2, wrapped=b"x" * 60, started_at=now())
    assert {finding.code for finding in findings()} - gone == {"vault.root", "vault.orphans"}
