"""How fast jobs may start: token buckets shared by all workers."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

#: What WhatsApp grants a new number. A pace that nobody has set gets it: too slow is better than stuck or unlimited.
RATE_DEFAULT_PER_S = 80.0
#: A full bucket holds this much time's tokens: workers look more often, and a burst stays small.
BURST_SECONDS = 0.25


def set_pace(name: str, rate: float, at: datetime, burst: float | None = None) -> None:
    """Let jobs of pace `name` start at `rate` a second, at most `burst` at once (default a quarter second's worth).

    A change takes effect with the next claim; tokens already there stay, up to the new burst.
    """
    burst = max(1.0, rate * BURST_SECONDS) if burst is None else burst
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lanes_pace AS p (name, rate, burst, tokens, at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (name) DO UPDATE SET rate = excluded.rate, burst = excluded.burst,"
            " tokens = least(p.tokens, excluded.burst)",
            [name, rate, burst, burst, at],
        )


def ensure_paces(names: Sequence[str], at: datetime) -> None:
    """Make the buckets that are not there yet, with the default rate. `names` sorted, so that two callers agree."""
    if not names:
        return
    burst = RATE_DEFAULT_PER_S * BURST_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lanes_pace (name, rate, burst, tokens, at)"
            " SELECT name, %s, %s, %s, %s FROM unnest(%b::text[]) AS name ON CONFLICT (name) DO NOTHING",
            [RATE_DEFAULT_PER_S, burst, burst, at, list(names)],
        )


def rest(name: str, seconds: float, at: datetime) -> None:
    """Let no job of pace `name` start for `seconds` from now; then it goes on at its rate. A longer rest stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE lanes_pace SET at = greatest(at, %(at)s), tokens = least(1 - rate * %(seconds)s,"
            " tokens + rate * greatest(0, extract(epoch FROM %(at)s - at)::float8)) WHERE name = %(name)s",
            {"name": name, "at": at, "seconds": seconds},
        )
