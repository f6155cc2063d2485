"""Verify evidence without the log: `python -m jawort.ledger.tlog.evidence FILE VKEY`.

FILE is JSON with `evidence`: `entries`, each with its `leaf` (base64) and its `proof` (a tlog-proof), and `documents`,
which are in the log by the hash that an entry names: SHA-256 of their JSON with sorted keys, without blanks, in ASCII.
VKEY is the log's verifier key, got from the operator on another way. Says what each entry tells. Exit code 0 if all
holds, 1 if something does not, 2 if the file cannot be read.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from jawort.ledger.tlog.note import NoteError, Verifier
from jawort.ledger.tlog.proof import ProofError, verify

#: Before the JSON of an event stand four letters and the class of the leaf.
EVENT: Final = b"JWL1\x02"


def verified(evidence: dict[str, Any], log: Verifier) -> Iterator[tuple[bool, str]]:
    """Of each entry and document whether it holds, and a line that says so."""
    named: set[str] = set()
    for entry in evidence["entries"]:
        leaf = base64.b64decode(entry["leaf"], validate=True)
        try:
            index, signed = verify(entry["proof"].encode(), leaf, log)
        except (ProofError, NoteError) as problem:
            yield False, f"An entry is not proved: {problem}"
            continue
        told = json.loads(leaf.removeprefix(EVENT)) if leaf.startswith(EVENT) else {}
        named |= set(_texts(told))
        yield True, f"Entry {index} of {signed.size} in {signed.origin}: {json.dumps(told, sort_keys=True)}"
    for document in evidence["documents"]:
        written = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        name = hashlib.sha256(written.encode()).hexdigest()
        held = name in named
        yield held, f"Document {name} is {'named by an entry' if held else 'named by no entry that is proved'}."


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def main(arguments: list[str]) -> int:
    """Run as a command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m jawort.ledger.tlog.evidence", description="Verify evidence without the log."
    )
    parser.add_argument("file", type=Path, help="the JSON that holds the evidence")
    parser.add_argument("vkey", help="the log's verifier key, got from the operator on another way")
    given = parser.parse_args(arguments)
    try:
        told = json.loads(given.file.read_bytes())["evidence"]
        lines = list(verified(told, Verifier.parse(given.vkey)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.stderr.write(f"{given.file} cannot be read as evidence: {error}\n")
        return 2
    for holds, line in lines:
        sys.stdout.write(f"{'holds' if holds else 'DOES NOT HOLD'}: {line}\n")
    whole = bool(lines) and all(holds for holds, _ in lines)
    sys.stdout.write("All holds.\n" if whole else "This evidence does not hold.\n")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
