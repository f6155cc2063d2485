"""A proof stands without its log: for the entry that it was made of, and for no other."""

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from jawort.ledger.tlog import evidence
from jawort.ledger.tlog.log import Log
from jawort.ledger.tlog.note import NoteError, Signer
from jawort.ledger.tlog.proof import HEAD, Proof, ProofError, verify
from tests.ledger.builders import LOG_KEY, Files, leaves

AT, WHO = "2026-06-08T09:00:00.000000+00:00", "01a22011-2847-7000-87e8-2bf63898c0b5"
DOCUMENT = {
    "body": "Moechten Sie?",
    "controller": "Firma",
    "language": "de",
    "notice": "https://x.example",
    "withdrawal": "STOP",
}
STRANGER = Signer("log.example/test", b"x" * 32)


def a_proof(entries: list[bytes], index: int) -> bytes:
    files = Files.of(entries)
    return Proof(index, Log(files.read, len(entries)).prove_inclusion(index), files["checkpoint"]).file()


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 300])
def test_each_entry_is_proved_and_no_other_by_its_proof(size: int) -> None:
    entries = leaves(size)
    for index in {0, size // 2, size - 1}:
        file = a_proof(entries, index)
        assert file.startswith(HEAD + b"\nindex %d\n" % index)
        found, signed = verify(file, entries[index], LOG_KEY.verifier)
        assert (found, signed.size) == (index, size)
        with pytest.raises(ProofError):
            verify(file, entries[index] + b"!", LOG_KEY.verifier)


def test_of_another_key_or_another_place_it_proves_nothing() -> None:
    entries = leaves(20)
    file = a_proof(entries, 7)
    with pytest.raises(NoteError):
        verify(file, entries[7], STRANGER.verifier)
    for forged in (file.replace(b"index 7", b"index 8"), file.replace(b"index 7", b"index 27")):
        with pytest.raises(ProofError):
            verify(forged, entries[7], LOG_KEY.verifier)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"index 7", b"index 07"),
        (b"index 7", b"index -7"),
        (b"index 7\n", b""),
        (b"\n\n", b"\n"),
        (b"=\n", b"\n"),
        (b"index 7\n", b"index 7\nAAAA\n"),
        (b"index 7\n", b"index 7\n" + (base64.b64encode(bytes(32)) + b"\n") * 64),
    ],
)
def test_what_is_no_proof_is_refused_with_a_sentence(old: bytes, new: bytes) -> None:
    file = a_proof(leaves(20), 7)
    assert old in file
    with pytest.raises(ValueError, match=r"\.$"):
        verify(file.replace(old, new, 1), leaves(20)[7], LOG_KEY.verifier)


@pytest.fixture
def told() -> dict[str, Any]:
    """Evidence of one event that names a document."""
    written = json.dumps(DOCUMENT, sort_keys=True, separators=(",", ":")).encode()
    facts = {"change": "given", "method": "words", "text": sha256(written).hexdigest()}
    event = json.dumps({"kind": "consent.changed", "at": AT, "object": WHO, "facts": facts}).encode()
    entries = [*leaves(5), evidence.EVENT + event, b"more"]
    entry = {"leaf": base64.b64encode(entries[5]).decode(), "proof": a_proof(entries, 5).decode()}
    return {"evidence": {"entries": [entry], "documents": [dict(DOCUMENT)]}}


def says(told: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    file = tmp_path / "evidence.json"
    file.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    code = evidence.main([str(file), LOG_KEY.verifier.vkey])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_the_command_says_what_holds(told: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = says(told, tmp_path, capsys)
    assert code == 0
    assert "holds: Entry 5 of 7 in log.example/test" in said
    assert "named by an entry" in said
    told["evidence"]["documents"][0]["body"] = "Möchten Sie? Und Partner?"
    code, said = says(told, tmp_path, capsys)
    assert code == 1
    assert "DOES NOT HOLD: Document" in said


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"evidence": {"entries": [{}], "documents": []}}', "null"])
def test_what_is_no_evidence_is_said(broken: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = says(broken, tmp_path, capsys)
    assert code == 2
    assert "cannot be read as evidence" in said


@pytest.mark.parametrize(("change", "value"), [("event_time", "2026-01-01"), ("change", "confirmed"), ("text_id", "x")])
def test_a_record_that_says_something_else_does_not_hold(
    told: dict[str, Any], change: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = sha256(json.dumps(DOCUMENT, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    event = {"event_time": AT, "change": "given", "method": "words", "text_id": text, "message_id": None}
    told |= {
        "pii_principal_id": WHO,
        "consent_events": [event],
        "pii_processing": {"privacy_notice": "https://x.example", "language": "de", "withdrawal_method": "STOP"},
        "party_identification": [{"party_name": "Firma"}],
    }
    assert says(told, tmp_path, capsys)[0] == 0
    told["consent_events"] = [event | {change: value}]
    code, said = says(told, tmp_path, capsys)
    assert (code, "events are not the entries" in said) == (1, True)
    told["consent_events"] = []
    assert says(told, tmp_path, capsys)[0] == 1


def test_deep_nonsense_and_a_wrong_key_are_said(
    told: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert says("[" * 200_000, tmp_path, capsys)[0] == 2
    assert evidence.main([str(tmp_path / "evidence.json"), "no key"]) == 2
    assert "no verifier key" in capsys.readouterr().err
    told["evidence"]["entries"].append({"leaf": "!", "proof": ""})
    assert says(told, tmp_path, capsys)[0] == 1


def test_nothing_is_no_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert says({"evidence": {"entries": [], "documents": []}}, tmp_path, capsys)[0] == 1
