"""What a bench prints: one JSON line a figure, the median of its runs with the lowest and the highest."""

import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of one figure. `ceiling` is what the bare machine does of the same, in the same unit, in the same run."""

    value: float
    ceiling: float | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be held: at least `value` where more is better, at most where less is."""

    name: str
    unit: str
    value: float
    better: Literal["more", "less"]


def row(goal: Goal, runs: Sequence[Measured]) -> Mapping[str, object]:
    """One figure over all its runs, as a line says it."""
    values = [run.value for run in runs]
    middle = statistics.median(values)
    ceilings = [run.ceiling for run in runs if run.ceiling]
    ratios = [run.value / run.ceiling for run in runs if run.ceiling]
    return {
        "figure": goal.name,
        "median": rounded(middle),
        "unit": goal.unit,
        "runs": [rounded(value) for value in values],
        "goal": goal.value,
        "held": middle >= goal.value if goal.better == "more" else middle <= goal.value,
        "machine": rounded(statistics.median(ceilings)) if ceilings else None,
        "of_machine": rounded(statistics.median(ratios)) if ratios else None,
    }


def rounded(value: float) -> float:
    """Three digits say as much as a noisy machine can."""
    return float(f"{value:.3g}") if abs(value) < 1000 else float(round(value))


def say(row: Mapping[str, object]) -> None:
    """Print one line, at once: a bench runs for minutes."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
