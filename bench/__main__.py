"""`python -m bench [figure …] [--runs N] [--seconds S]`: one JSON line a figure, on standard output."""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator

from bench import (
    browser,
    flat,
    inbound,
    ingest,
    lanes,
    ledger,
    many,
    memory,
    mix,
    mix_outbound,
    outbound,
    screen,
    search,
)
from bench.place import Place, place
from bench.report import Goal, Measured, row, say

Measure = Callable[[Place, float], Iterator[tuple[Goal, Measured]]]

#: What can be measured, and for how many seconds by default.
BENCHES: dict[str, tuple[Measure, float]] = {
    "ingest": (ingest.measure, 8.0),
    "inbound": (inbound.measure, 60.0),
    "flat": (flat.measure, 0.0),
    "mix": (mix.measure, 20.0),
    "mix_screen": (mix.measure_screen, 30.0),
    "mix_outbound": (mix_outbound.measure, 6.0),
    "outbound": (outbound.measure, 20.0),
    "screen": (screen.measure, 30.0),
    "lanes": (lanes.measure, 0.0),
    "ledger": (ledger.measure, 20.0),
    "search": (search.measure, 0.0),
    "many": (many.measure, 0.0),
    "browser": (browser.measure, 0.0),
    "memory": (memory.measure, 3_600.0),
}


def main() -> None:
    """Measure what was asked for; each run in a fresh installation."""
    options = argparse.ArgumentParser(prog="bench", description=__doc__)
    options.add_argument("names", nargs="*", metavar="figure", help=f"of {', '.join(BENCHES)}; all without")
    options.add_argument("--runs", type=int, default=3, help="fresh installations, of which the median counts")
    options.add_argument("--seconds", type=float, help="how long each load lasts")
    asked = options.parse_args()
    unknown = set(asked.names) - BENCHES.keys()
    if unknown:
        options.error(f"there is no {', '.join(sorted(unknown))}: choose of {', '.join(BENCHES)}")
    for name in asked.names or BENCHES:
        measure, seconds = BENCHES[name]
        runs: dict[Goal, list[Measured]] = defaultdict(list)
        for _ in range(asked.runs):
            with place() as fresh:
                for goal, measured in measure(fresh, asked.seconds or seconds):
                    runs[goal].append(measured)
        for goal, measured_runs in runs.items():
            say(row(goal, measured_runs))


if __name__ == "__main__":
    main()
