"""Who can be killed: everything below a supervisor, by what it is, as /proc shows it at this moment."""

import os
import random
import signal
from collections import defaultdict
from pathlib import Path

from bench.place import with_children

#: How often each kind is drawn among those that run. What takes everything along is drawn less often: else nothing
#: would be up when the next is killed.
WEIGHTS = {
    "supervisor": 1,
    "postmaster": 2,
    "connection": 3,  # a server process of PostgreSQL that serves one of ours
    "server process": 1,  # checkpointer, writers and the like
    "front": 4,
    "ingest": 4,
    "work": 5,
    "search": 2,
    "step": 2,  # `jawort migrate` while serve starts
}


def below(supervisor: int) -> dict[str, list[int]]:
    """Process ids by kind."""
    found: dict[str, list[int]] = defaultdict(list)
    for pid in sorted(with_children(supervisor)):
        kind = "supervisor" if pid == supervisor else _kind(pid)
        if kind:
            found[kind].append(pid)
    return found


def kill_one(supervisor: int, dice: random.Random, kinds: list[str] | None = None) -> str | None:
    """`kill -9` for somebody below `supervisor`, or for it; of these kinds only, if given. The kind; None if nobody."""
    there = {kind: pids for kind, pids in below(supervisor).items() if kinds is None or kind in kinds}
    if not there:
        return None
    kind = dice.choices(list(there), [WEIGHTS[kind] for kind in there])[0]
    try:
        os.kill(dice.choice(there[kind]), signal.SIGKILL)
    except ProcessLookupError:  # it ended by itself meanwhile
        return None
    return kind


def _kind(pid: int) -> str:
    """What it is by its command line; empty for what has ended, or has not become itself yet."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return ""
    if words[0].startswith("postgres: "):
        return "connection" if "[local]" in words[0] else "server process"
    if words[0].endswith("/postgres"):
        return "postmaster"
    if "jawort" not in words:
        return ""
    command = words[words.index("jawort") + 1 :]
    if "ingest" in command:
        return "ingest"
    return command[0] if command[0] in WEIGHTS else "step"
