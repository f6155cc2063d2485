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
from jawort.ledger.tlog.proof import verify

#: Before the JSON of an event stand four letters and the class of the leaf.
EVENT: Final = b"JWL1\x02"
#: Before the salt and the words of evidence, in what an entry commits to.
COMMITS: Final = b"jawort/evidence/v1\0"


def verified(told: dict[str, Any], log: Verifier) -> Iterator[tuple[bool, str]]:
    """Of each entry and document whether it holds, and whether a record says what the entries say; a line for each."""
    evidence, leaves = told["evidence"], list[dict[str, Any]]()
    for entry in evidence["entries"]:
        try:
            leaf = base64.b64decode(entry["leaf"], validate=True)
            index, signed = verify(entry["proof"].encode(), leaf, log)
        except ValueError as problem:  # a ProofError and a NoteError too
            yield False, f"An entry is not proved: {problem}"
            continue
        leaves.append(json.loads(leaf.removeprefix(EVENT)) if leaf.startswith(EVENT) else {})
        yield True, f"Entry {index} of {signed.size} in {signed.origin}: {json.dumps(leaves[-1], sort_keys=True)}"
    named = set(_texts(leaves))
    for document in evidence["documents"]:
        written = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        name = hashlib.sha256(written.encode()).hexdigest()
        held = name in named
        yield held, f"Document {name} is {'named by an entry' if held else 'named by no entry that is proved'}."
    if "consent_events" in told:
        yield from _consents(told, leaves, evidence["documents"])


def _consents(
    told: dict[str, Any], leaves: list[dict[str, Any]], documents: list[dict[str, Any]]
) -> Iterator[tuple[bool, str]]:
    """Whether a consent record tells exactly what the entries tell: of whom, what, when, by which message and text."""
    said = set()
    for one in told["consent_events"]:
        of = (one["change"], one["method"], one["text_id"], one["message_id"], one.get("given_elsewhere"))
        at = one["event_time"]
        said.add((at, one.get("recorded_at", at), told["pii_principal_id"], *of))
    proved = set()
    for leaf in leaves:
        facts, at = leaf.get("facts", {}), leaf.get("at")
        of = tuple(facts.get(name) for name in ("change", "method", "text", "message", "way"))
        proved.add((facts.get("happened_at", at), at, leaf.get("object"), *of))
    same = said == proved and len(said) == len(leaves) == len(told["consent_events"])
    yield same, "The record's events are the entries'." if same else "The record's events are not the entries'."
    yield from _borne_out(told["consent_events"], leaves)
    about, party = told["pii_processing"], told["party_identification"][0]
    stated = (about["privacy_notice"], about["language"], about["withdrawal_method"], party["party_name"])
    texts = [(one["notice"], one["language"], one["withdrawal"], one["controller"]) for one in documents]
    fits = stated in texts
    yield fits, f"What the record says of the processing is {'' if fits else 'not '}what a text says."


def _borne_out(events: list[dict[str, Any]], leaves: list[dict[str, Any]]) -> Iterator[tuple[bool, str]]:
    """Of consents that were given elsewhere whether what bears them out is what the entry commits to."""
    commits = {leaf.get("facts", {}).get("evidence") for leaf in leaves}
    for one in events:
        if one.get("evidence_salt"):
            words = {"evidence": one["evidence"], "reason": one["reason"]}
            written = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
            salt = bytes.fromhex(one["evidence_salt"])
            held = hashlib.sha256(COMMITS + salt + written).hexdigest() in commits
            yield held, f"The evidence of {one['event_time']} is {'' if held else 'not '}what an entry commits to."
        elif one.get("given_elsewhere"):
            yield True, f"The evidence of {one['event_time']} is not in the file: nothing is said of it."


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
        log = Verifier.parse(given.vkey)
    except NoteError as error:
        sys.stderr.write(f"This is no verifier key: {error}\n")
        return 2
    try:
        lines = list(verified(json.loads(given.file.read_bytes()), log))
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        sys.stderr.write(f"{given.file} cannot be read as evidence: {error}\n")
        return 2
    for holds, line in lines:
        sys.stdout.write(f"{'holds' if holds else 'DOES NOT HOLD'}: {line}\n")
    whole = bool(lines) and all(holds for holds, _ in lines)
    sys.stdout.write(
        "All holds. What happened later is not in this file.\n" if whole else "This evidence does not hold.\n"
    )
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
