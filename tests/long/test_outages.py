"""What Jawort needs is away, slow or talks nonsense: nothing is lost or doubled, and all goes on when it is back.

STORM_OUTAGE_S says how long each outage lasts.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import pytest

from bench.place import Place, frozen, place, until
from tests.long.weather import (
    PATIENCE_S,
    Traffic,
    comes_in,
    flows,
    postgresql,
    process,
    say,
    settle,
)

OUTAGE_S = float(os.environ.get("STORM_OUTAGE_S", "120"))
TIMES = 4  # each fault
SLOW_MS = 15_000  # a call is given up after 10 s

#: What the platform does to a call before it took the message: then it is never heard of again.
BEFORE: list[dict[str, Any]] = [
    {"kind": "garbage"},
    {"kind": "garbage", "status": 500},
    {"kind": "drop"},
    {"kind": "cut"},
    {"kind": "cut", "status": 500},
    {"kind": "timeout", "delay_ms": SLOW_MS},
]
#: What it does to a call whose message it took, or will take, or refuses in its own words: that comes out.
AFTER: list[dict[str, Any]] = [
    *({**fault, "where": "after"} for fault in BEFORE),
    {"kind": "slow", "where": "before", "delay_ms": SLOW_MS},
    {"kind": "slow", "where": "after", "delay_ms": SLOW_MS},
    {"kind": "error", "code": 131000, "status": 500},
    {"kind": "error", "code": 131016, "status": 503},
]


@contextmanager
def database_stopped(here: Place) -> Iterator[None]:
    """Nothing runs, and nobody starts it again meanwhile."""
    postmaster, *_ = postgresql(here)
    with frozen([here.pid]):
        os.kill(postmaster, signal.SIGINT)
        yield


def database_frozen(here: Place) -> AbstractContextManager[None]:
    """Connections stand, and nobody answers."""
    return frozen(postgresql(here))


@pytest.mark.long
@pytest.mark.parametrize("away", [database_frozen, database_stopped])
def test_the_database_is_away(
    away: Callable[[Place], AbstractContextManager[None]], capsys: pytest.CaptureFixture[str]
) -> None:
    with place() as here:
        traffic = Traffic(here)
        with traffic:
            calm = flows(here)
            with away(here):
                time.sleep(OUTAGE_S)
            back = flows(here)
        states = settle(traffic)
    flowed = f"away for {OUTAGE_S:.0f} s, traffic flowed {back:.1f} s after its return ({calm:.1f} s in calm)"
    say(capsys, f"{away.__name__}: {flowed}; {traffic.figures()}; ended {dict(states)}")
    assert sum(traffic.statuses.values()) > traffic.statuses[200], "the outage was not felt"
    assert set(states) <= {"delivered", "read", "unknown"}


@contextmanager
def platform_gone(here: Place) -> Iterator[None]:
    """It is killed whenever it is started again, before it listens: connections are refused."""
    give_up = time.monotonic() + OUTAGE_S
    while time.monotonic() < give_up:
        if pid := process(here, "simulator"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    yield


@pytest.mark.long
def test_the_platform_is_away_or_talks_nonsense(capsys: pytest.CaptureFixture[str]) -> None:
    with place() as here:
        traffic = Traffic(here)
        with traffic:
            flows(here)
            for fault in (*BEFORE, *AFTER):
                here.control("POST", "faults", {**fault, "times": TIMES})
                until(lambda: not here.control("GET", "faults")["items"], PATIENCE_S)
                comes_in(here)
        states = settle(traffic)
        assert states["unknown"] == TIMES * len(BEFORE), states
        with traffic:
            with frozen([process(here, "simulator") or 0]):
                comes_in(here)
                time.sleep(OUTAGE_S)
                comes_in(here)
            frozen_for = flows(here)
        assert settle(traffic)["unknown"] == states["unknown"], "what was under way was taken and not reported"
        with traffic:
            with platform_gone(here):
                comes_in(here)
            gone_for = flows(here)
        states = settle(traffic)
    struck = f"{TIMES * len(BEFORE + AFTER)} calls struck"
    flowed = (
        f"traffic flowed {frozen_for:.0f} s after a freeze and {gone_for:.0f} s after an absence of {OUTAGE_S:.0f} s"
    )
    say(capsys, f"platform: {struck}; {flowed}; {traffic.figures()}; ended {dict(states)}")
    assert set(states) <= {"delivered", "read", "unknown"}
