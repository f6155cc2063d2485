"""What `jawort verify` says, whichever way it looked."""

import json
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass

from jawort.core.finding import Finding
from jawort.ledger.tlog.auditor import Problem


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was verified, and what does not hold."""

    size: int
    root: bytes
    records_checked: int
    problems: Sequence[Finding | Problem]
    waiting: int = 0  # entries that have no seal yet

    @property
    def state(self) -> str:
        """What it comes to, in half a sentence."""
        if self.problems:
            return f"{len(self.problems)} problems"
        if self.waiting:
            return f"Nothing was changed; {self.waiting} entries wait for their seal"
        return "All is sealed and unchanged"


def tell(verdict: Verdict, options: Namespace) -> int:
    """Print the verdict, as JSON if asked for; the exit code: 0 if all holds, else 1."""
    ok = not verdict.problems
    if options.json:
        told = {
            "ok": ok,
            "size": verdict.size,
            "root": verdict.root.hex(),
            "waiting": verdict.waiting,
            "records_checked": verdict.records_checked,
            "problems": [{"code": problem.code, "text": problem.text} for problem in verdict.problems],
        }
        print(json.dumps(told, ensure_ascii=False))
        return 0 if ok else 1
    for problem in verdict.problems:
        print(f"{problem.code}: {problem.text}")
    print(f"{verdict.state}: {verdict.size} entries, {verdict.records_checked} records, root {verdict.root.hex()}.")
    return 0 if ok else 1
