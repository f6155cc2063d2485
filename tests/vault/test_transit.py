"""Day keys: the listener seals and cannot open; after eight days nobody can."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.core import clock as core_clock
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.vault.checks import findings
from jawort.vault.models import TransitDay
from jawort.vault.seal import NONCE_BYTES, Unreadable
from jawort.vault.state import Vault
from jawort.vault.transit import ensure_days, opener, private_of
from jawort.vault.transit_seal import HEADER_BYTES, LISTENER_CHANNEL, OVERHEAD_BYTES, DayGone, Opener, Session, new_pair
from tests.fixtures.time import Clock

DAY = date(2026, 6, 8)
AT = datetime(2026, 6, 8, 9, tzinfo=UTC)
PUBLIC, PRIVATE = new_pair()
SESSION = Session(PUBLIC, DAY)
OPENER = Opener({DAY: PRIVATE}.get)


@given(st.binary(max_size=5_000))
def test_what_the_listener_seals_the_consumer_opens(body: bytes) -> None:
    sealed = SESSION.seal(body)
    assert len(sealed) == len(body) + OVERHEAD_BYTES
    assert OPENER.open(sealed) == body


@given(st.integers(0, 8 * (OVERHEAD_BYTES + 12) - 1))
def test_one_changed_bit_opens_nothing(place: int) -> None:
    sealed = bytearray(SESSION.seal(b"Guten Morgen"))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(Unreadable):
        OPENER.open(bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"JWT1", b"{}" * 100, b"JWT1" + bytes(100)], ids=len)
def test_what_was_never_sealed_is_unreadable_and_no_crash(sealed: bytes) -> None:
    with pytest.raises(Unreadable):
        OPENER.open(sealed)


def test_a_low_order_public_key_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        OPENER.open(b"JWT1" + DAY.toordinal().to_bytes(4, "big") + bytes(32 + 12 + 16))


def test_nonces_and_sessions_do_not_repeat() -> None:
    sealed = [SESSION.seal(b"{}") for _ in range(20_000)]
    assert len({one[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES] for one in sealed}) == len(sealed)
    assert Session(PUBLIC, DAY).seal(b"{}")[:HEADER_BYTES] != SESSION.seal(b"{}")[:HEADER_BYTES]


def test_the_listener_is_told_of_a_new_day_and_of_nothing_else(database_url: str, vault: Vault) -> None:
    with psycopg.connect(database_url, autocommit=True) as ears:
        ears.execute(f"LISTEN {LISTENER_CHANNEL}")
        ensure_days(AT)
        assert [told.channel for told in ears.notifies(timeout=5, stop_after=1)] == [LISTENER_CHANNEL]
        ensure_days(AT)
        assert list(ears.notifies(timeout=0.2)) == []


def test_a_destroyed_day_is_said_to_be_gone() -> None:
    with pytest.raises(DayGone):
        Opener(lambda _: None).open(SESSION.seal(b"{}"))


def living() -> set[date]:
    return set(TransitDay.objects.filter(wrapped__isnull=False).values_list("day", flat=True))


@pytest.mark.django_db
def test_today_and_tomorrow_have_a_key_and_asking_again_changes_nothing() -> None:
    ensure_days(AT)
    before = {row.day: (bytes(row.public), bytes(row.wrapped or b"")) for row in TransitDay.objects.all()}
    ensure_days(AT + timedelta(hours=3))
    assert {row.day: (bytes(row.public), bytes(row.wrapped or b"")) for row in TransitDay.objects.all()} == before
    assert living() == {DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)}


@pytest.mark.django_db
def test_a_body_opens_until_its_key_is_destroyed_after_eight_days() -> None:
    ensure_days(AT)
    row = TransitDay.objects.get(day=DAY)
    sealed = Session(bytes(row.public), DAY).seal(b'{"entry":[]}')
    assert opener().open(sealed) == b'{"entry":[]}'
    ensure_days(AT + timedelta(days=8))
    assert opener().open(sealed) == b'{"entry":[]}'
    ensure_days(AT + timedelta(days=9))
    with pytest.raises(DayGone):
        opener().open(sealed)
    gone = TransitDay.objects.get(day=DAY)
    assert gone.wrapped is None
    assert bytes(gone.public) == bytes(row.public)
    entry = Entry.objects.get(kind=Kind.TRANSIT_KEY_DESTROYED)
    assert entry.facts == {"day": "2026-06-08"}


@pytest.mark.django_db
def test_a_clock_moved_forth_and_back_leaves_no_day_that_nobody_can_open() -> None:
    ensure_days(AT)
    ensure_days(AT + timedelta(days=30))
    ensure_days(AT)
    row = TransitDay.objects.get(day=DAY)
    assert opener().open(Session(bytes(row.public), DAY).seal(b"{}")) == b"{}"


@pytest.mark.django_db
def test_the_private_half_is_bound_to_its_day() -> None:
    ensure_days(AT)
    other = TransitDay.objects.get(day=DAY + timedelta(days=1))
    TransitDay.objects.filter(day=DAY).update(wrapped=other.wrapped)
    with pytest.raises(Unreadable):
        private_of(DAY)


@pytest.mark.django_db
def test_doctor_names_missing_late_and_damaged_days(clock: Clock) -> None:
    assert [finding.code for finding in findings()] == ["vault.day"]
    ensure_days(core_clock.now())
    assert findings() == []
    clock.forward(days=10)
    assert {finding.code for finding in findings()} == {"vault.day", "vault.day_late"}
    ensure_days(core_clock.now())
    TransitDay.objects.filter(day=core_clock.now().date()).update(wrapped=bytes(60))
    assert [finding.code for finding in findings()] == ["vault.day_unreadable"]
