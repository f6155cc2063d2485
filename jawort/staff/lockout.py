"""Too many wrong passwords lock an address, and a place that tries many addresses, for a quarter of an hour.

Counted in PostgreSQL: every process knows the count, and a restart forgets none (BSI ORP.4.A13, OWASP ASVS 6.3.1).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.models import Agent, SignInFailure

LOCKED_FOR = timedelta(minutes=15)
FAILURES_OF_ADDRESS_MAX = 5
FAILURES_OF_PLACE_MAX = 50  # a whole office may sit behind one address
FORGOTTEN_AFTER = timedelta(days=1)

_COUNT = """
    INSERT INTO staff_signinfailure AS f (key, failures, since)
    SELECT key, 1, %(at)s FROM unnest(%(keys)s::bytea[]) AS k (key) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN f.since <= %(old)s THEN 1 ELSE f.failures + 1 END,
        since = CASE WHEN f.since <= %(old)s THEN %(at)s ELSE f.since END
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt: the address typed, and the network address it came from."""

    address: str
    place: str


def is_locked(tried: Tried, at: datetime) -> bool:
    """Whether this attempt comes too soon after too many others. A right password is not even looked at then."""
    recent = SignInFailure.objects.filter(since__gt=at - LOCKED_FOR)
    address = Q(key=_key("address", tried.address), failures__gte=FAILURES_OF_ADDRESS_MAX)
    place = Q(key=_key("place", tried.place), failures__gte=FAILURES_OF_PLACE_MAX)
    return recent.filter(address | place).exists()


@transaction.atomic
def failed(tried: Tried, at: datetime) -> None:
    """Count a wrong password; if the address is somebody's, the ledger has it too."""
    SignInFailure.objects.filter(since__lt=at - FORGOTTEN_AFTER).delete()
    keys = [_key("address", tried.address), _key("place", tried.place)]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"keys": keys, "at": at, "old": at - LOCKED_FOR})
    meant = Agent.objects.filter(email__iexact=tried.address).values_list("pk", flat=True).first()
    if meant:
        record([Entry(Kind.SIGN_IN_FAILED, "system", meant)], at)


def forget(address: str) -> None:
    """The right password was given: the address counts anew. The place does not: it may be trying others."""
    SignInFailure.objects.filter(key=_key("address", address)).delete()


def _key(kind: str, value: str) -> bytes:
    return salted_hmac("jawort.lockout", f"{kind}:{value.strip().lower()}", algorithm="sha256").digest()
