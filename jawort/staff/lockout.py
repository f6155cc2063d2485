"""Too many wrong passwords lock an address, and a place that tries many addresses, for a quarter of an hour.

Counted in PostgreSQL: every process knows the count, and a restart forgets none (BSI ORP.4.A13, OWASP ASVS 6.3.1). An
attempt counts before its password is looked at: of many at once no more pass than one after the other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.models import Agent, SignInFailure

LOCKED_FOR = timedelta(minutes=15)
FAILURES_OF_ADDRESS_MAX = 5
FAILURES_OF_PLACE_MAX = 50  # a whole office may sit behind one address
FORGOTTEN_AFTER = timedelta(days=1)

_NAME = """
    INSERT INTO staff_signinfailure (key, failures, since)
    SELECT key, 0, %s FROM unnest(%b::bytea[]) AS k (key) ORDER BY key
    ON CONFLICT (key) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt: the address typed, and the network address it came from."""

    address: str
    place: str


@transaction.atomic
def admits(tried: Tried, at: datetime) -> bool:
    """Count this attempt; False if it comes too soon after too many others. Then not even a right password is tried.

    What is refused here is not counted, so a lock ends a quarter of an hour after the last attempt that was tried.
    """
    SignInFailure.objects.filter(since__lt=at - FORGOTTEN_AFTER).delete()
    address, place = _key("address", tried.address), _key("place", tried.place)
    with connection.cursor() as cursor:
        cursor.execute(_NAME, [at, [address, place]])
    held = {
        bytes(row.key): row
        for row in SignInFailure.objects.select_for_update().order_by("key").filter(key__in=[address, place])
    }
    for row in held.values():
        if row.since <= at - LOCKED_FOR:
            row.failures, row.since = 0, at
    if held[address].failures >= FAILURES_OF_ADDRESS_MAX or held[place].failures >= FAILURES_OF_PLACE_MAX:
        return False
    for row in held.values():
        row.failures += 1
    held[address].since = at
    # The slips of an office add up all day: its quarter of an hour runs from the first, and anew once it is locked.
    if held[place].failures >= FAILURES_OF_PLACE_MAX:
        held[place].since = at
    SignInFailure.objects.bulk_update(held.values(), ["failures", "since"])
    return True


@transaction.atomic
def failed(tried: Tried, at: datetime) -> None:
    """The password was wrong: if the address is somebody's, the ledger has it."""
    meant = Agent.objects.filter(email__iexact=tried.address).values_list("pk", flat=True).first()
    if meant:
        record([Entry(Kind.SIGN_IN_FAILED, "system", meant)], at)


def forget(tried: Tried) -> None:
    """The right password was given: the address counts anew. The place only loses this attempt: it may try others."""
    SignInFailure.objects.filter(key=_key("address", tried.address)).delete()
    SignInFailure.objects.filter(key=_key("place", tried.place), failures__gt=0).update(failures=F("failures") - 1)


def _key(kind: str, value: str) -> bytes:
    return salted_hmac("jawort.lockout", f"{kind}:{value.strip().lower()}", algorithm="sha256").digest()
