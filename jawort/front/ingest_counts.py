"""What the webhook listener counts since it started. In memory: what was stored is counted in the database too."""

from collections.abc import Mapping
from enum import StrEnum


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


def as_text(counts: Mapping[Count, int], gauges: Mapping[str, int]) -> str:
    """The counts in Prometheus' text format."""
    lines = ["# TYPE jawort_ingest_requests_total counter"]
    lines += [f'jawort_ingest_requests_total{{outcome="{count}"}} {value}' for count, value in counts.items()]
    for name, value in gauges.items():
        lines += [f"# TYPE jawort_ingest_{name} gauge", f"jawort_ingest_{name} {value}"]
    return "\n".join(lines) + "\n"
