"""The clock goes back and forth by an hour under traffic: nothing sticks, nothing is lost, nothing is doubled."""

import os

import pytest

from bench.place import place
from tests.long.weather import Traffic, flows, say, settle

HOUR_S = 3_600
#: Forth, back, behind the machine's own clock, forth again by two hours, and home.
SHIFTS = (HOUR_S, 0, -HOUR_S, HOUR_S, -HOUR_S, 0)
ROUNDS = int(os.environ.get("STORM_CLOCK_ROUNDS", "3"))


@pytest.mark.long
def test_messages_flow_whatever_the_clock_says(capsys: pytest.CaptureFixture[str]) -> None:
    with place() as here:
        traffic = Traffic(here)
        with traffic:
            calm = flows(here)
            waits = []
            for shift in SHIFTS * ROUNDS:
                here.control("POST", "clock", {"shift_s": shift})
                waits.append(flows(here))
        states = settle(traffic)
    moved = f"moved {len(waits)} times by one or two hours"
    flowed = f"traffic flowed again after {max(waits):.1f} s at most ({calm:.1f} s in calm)"
    say(capsys, f"{moved}: {flowed}; {traffic.figures()}; ended {dict(states)}")
    assert set(states) <= {"delivered", "read"}
