"""What the webhook listener counts since it started. In memory: what was stored is counted in the database too."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector


class Count(StrEnum):
    """What became of a request."""

    STORED = "stored"
    UNSIGNED = "unsigned"  # 401: no signature, a malformed one, or a forged one
    TOO_LARGE = "too_large"  # 413
    TOO_SLOW = "too_slow"  # 408
    FULL = "full"  # 503: the queue is full
    AWAY = "away"  # 503: the database is away, or what is read from it at start
    NO_KEY = "no_key"  # 503: no transit key for today
    ABORTED = "aborted"  # the sender hung up before the body was whole
    VERIFIED = "verified"
    VERIFY_REFUSED = "verify_refused"  # 403
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"


Counts = dict[Count, int]


def none() -> Counts:
    """Every count at zero."""
    return dict.fromkeys(Count, 0)


class Outcomes(Collector):
    """Shows the counts to Prometheus. Counting itself is a plain addition: it happens with every webhook."""

    def __init__(self, counts: Mapping[Count, int]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[CounterMetricFamily]:
        """One series for each outcome, from the start on."""
        says = "What became of the requests to the webhook listener."
        family = CounterMetricFamily("jawort_ingest_requests", says, labels=["outcome"])
        for count, value in self._counts.items():
            family.add_metric([count.value], value)
        yield family
