"""Bad times for webhooks: what may happen to them, how often, and whether it happens now. Same seed, same chaos.

Each switch draws from a stream of its own, so that one more or less does not change what the others do.
"""

import random
from typing import Any

#: How often each happens: of 1 that could. What they do is said in disorder.py, sender.py, rotation.py and the Graph.
USUAL: dict[str, float] = {
    "duplicate": 0.05,
    "swap": 0.05,
    "delay": 0.1,
    "batch": 0.2,
    "mixed": 0.2,
    "two_numbers": 0.02,
    "unknown_key": 0.05,
    "unknown_type": 0.02,
    "unknown_status": 0.02,
    "early_status": 0.1,
    "late_change": 0.5,
}


class ChaosError(ValueError):
    """Odds that cannot be. The text is one sentence that says what to write instead."""


class Chaos:
    """The odds that hold now. Without any, asking costs a look into an empty dictionary."""

    def __init__(self, seed: int, odds: dict[str, float]) -> None:
        self.start(seed, odds)

    def start(self, seed: int, odds: dict[str, float]) -> None:
        """Begin anew with these odds; switches that are not named are off."""
        self.seed = seed
        self.odds = {name: chance for name, chance in odds.items() if chance}
        self._draws = {name: random.Random(f"{seed}|{name}") for name in self.odds}  # noqa: S311 - repeatable

    def strikes(self, switch: str) -> bool:
        """Whether it happens this time."""
        chance = self.odds.get(switch)
        return chance is not None and self._draws[switch].random() < chance

    def between(self, switch: str, least: float, most: float) -> float:
        """How much of it; only for a switch that has just struck."""
        return self._draws[switch].uniform(least, most)

    def view(self) -> dict[str, Any]:
        """As the control API shows it."""
        return {"seed": self.seed, "odds": {name: self.odds.get(name, 0.0) for name in USUAL}}


def odds(given: Any) -> dict[str, float]:
    """The odds in a control call: `usual` for all, or those that are named. Raises ChaosError."""
    if given == "usual":
        return USUAL
    if not isinstance(given, dict):
        raise ChaosError(f"“odds” is usual, or an object with some of {', '.join(USUAL)}.")
    for name, chance in given.items():
        if name not in USUAL:
            raise ChaosError(f"There is no chaos “{str(name)[:40]}”; there are {', '.join(USUAL)}.")
        if isinstance(chance, bool) or not isinstance(chance, int | float) or not 0 <= chance <= 1:
            raise ChaosError(f"“{name}” is a number from 0 to 1.")
    return dict(given)
