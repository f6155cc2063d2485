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
    """One attempt: the address typed, and the network address it came from. Where nobody names themselves, None."""

    address: str | None
    place: str

    def limits(self) -> dict[bytes, int]:
        """How many failures each of its keys may have."""
        limits = {_key("place", self.place): FAILURES_OF_PLACE_MAX}
        return limits if self.address is None else limits | {_key("address", self.address): FAILURES_OF_ADDRESS_MAX}


@transaction.atomic
def admits(tried: Tried, at: datetime) -> bool:
    """Count this attempt; False if it comes too soon after too many others. Then not even a right password is tried.

    What is refused here is not counted, so a lock ends a quarter of an hour after the last attempt that was tried.
    """
    SignInFailure.objects.filter(since__lt=at - FORGOTTEN_AFTER).delete()
    limits, place = tried.limits(), _key("place", tried.place)
    with connection.cursor() as cursor:
        cursor.execute(_NAME, [at, list(limits)])
    held = {
        bytes(row.key): row for row in SignInFailure.objects.select_for_update().order_by("key").filter(key__in=limits)
    }
    for row in held.values():
        if row.since <= at - LOCKED_FOR:
            row.failures, row.since = 0, at
    if any(row.failures >= limits[key] for key, row in held.items()):
        return False
    for key, row in held.items():
        row.failures += 1
        # The slips of an office add up all day: its quarter of an hour runs from the first, and anew once it is locked.
        if key != place or row.failures >= FAILURES_OF_PLACE_MAX:
            row.since = at
    SignInFailure.objects.bulk_update(held.values(), ["failures", "since"])
    return True


@transaction.atomic
def failed(tried: Tried, at: datetime) -> None:
    """The password was wrong: if the address is somebody's, the ledger has it."""
    meant = Agent.objects.filter(email__iexact=tried.address).values_list("pk", flat=True).first()
    if meant:
        record([Entry(Kind.SIGN_IN_FAILED, "system", meant)], at)


def forget(tried: Tried) -> None:
    """It was right: the address counts anew. The place only loses this attempt: it may try others."""
    place = _key("place", tried.place)
    SignInFailure.objects.filter(key__in=tried.limits().keys() - {place}).delete()
    SignInFailure.objects.filter(key=place, failures__gt=0).update(failures=F("failures") - 1)


def _key(kind: str, value: str) -> bytes:
    return salted_hmac("jawort.lockout", f"{kind}:{value.strip().lower()}", algorithm="sha256").digest()
