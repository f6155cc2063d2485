"""Signed notes, cosignatures and checkpoints against published examples, and against what must be refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.ledger.tlog import checkpoint, note
from jawort.ledger.tlog.checkpoint import Checkpoint, CheckpointError
from jawort.ledger.tlog.note import NoteError, Signer, Verifier

# Go's golang.org/x/mod/sumdb/note, example_test.go
NEUMANN_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NEUMANN_NOTE = (
    NEUMANN_TEXT + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
).encode()
NEUMANN_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"

# C2SP signed-note.md
C2SP_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYj"
    "OBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
C2SP_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

# transparency-dev/tessera testdata/log/checkpoint.9, cosigned with its test key Wit1
LOG_LINE = (
    "— example.com/log/testdata M9e0ls3mdnWX0qk4P3uGG0eYiFRWSwPR+RdeD1ARmrHPHjXP0x9UJWASPFTOTqJo0mp7Epck2O9RFB0J9IjD"
    "dAewagw=\n"
)
WITNESS_LINE = (
    "— Wit1 mz+y1QAAAABkGFDLZeDnuwIel53zpQLIv7/FYD+uJT0W/dA41mcFyLWL7+wCJ2qKkJDOkMY6FF9R7JjAjwzC6FOkmQF90ZHAIGwTBw==\n"
)
LOG_TEXT = "example.com/log/testdata\n9\nCvhHViE3S9E3htHLR+25mapWoGCJ3WckMq1UtC3VmEY=\n"
COSIGNED = (LOG_TEXT + "\n" + LOG_LINE + WITNESS_LINE).encode()
WITNESS_SKEY = "PRIVATE+KEY+Wit1+55ee4561+AeadRiG7XM4XiieCHzD8lxysXMwcViy5nYsoXURWGrlE"
WITNESS_VKEYS = {
    note.ED25519: "Wit1+55ee4561+AVhZSmQj9+SoL+p/nN0Hh76xXmF7QcHfytUrI1XfSClk",
    note.COSIGNATURE: "Wit1+9b3fb2d5+BFhZSmQj9+SoL+p/nN0Hh76xXmF7QcHfytUrI1XfSClk",
}
COSIGNED_AT = 1_679_315_147

OWN = Signer("log.example/a", b"s" * 32)


@pytest.mark.parametrize(("message", "vkey"), [(NEUMANN_NOTE, NEUMANN_VKEY), (C2SP_NOTE, C2SP_VKEY)])
def test_published_notes_open(message: bytes, vkey: str) -> None:
    key = Verifier.parse(vkey)
    assert key.vkey == vkey
    text, signed = note.open_note(message, [key])
    assert message.startswith(text.encode() + b"\n")
    assert [good.key for good in signed] == [key]


def test_a_published_key_signs_the_published_note() -> None:
    signer = Signer.parse(NEUMANN_SKEY)
    assert signer.verifier.vkey == NEUMANN_VKEY
    assert note.write(NEUMANN_TEXT, [signer.sign(NEUMANN_TEXT)]) == NEUMANN_NOTE


def test_the_published_cosignature_is_made_again_to_the_byte() -> None:
    data = note.b64decode(WITNESS_SKEY.rpartition("+")[2])
    for kind, vkey in WITNESS_VKEYS.items():
        assert Signer("Wit1", data[1:], kind).verifier.vkey == vkey
    witness = Signer("Wit1", data[1:], note.COSIGNATURE)
    assert witness.sign(LOG_TEXT, COSIGNED_AT).line() == WITNESS_LINE

    text, signed = note.open_note(COSIGNED, [Verifier.parse(WITNESS_VKEYS[note.COSIGNATURE])])
    assert text == LOG_TEXT
    assert [good.time for good in signed] == [COSIGNED_AT]
    assert checkpoint.parse(text).size == 9


def test_signatures_of_strangers_are_passed_over_but_never_enough() -> None:
    stranger = Signer("log.example/b", b"t" * 32)
    text = "hello\n"
    both = note.write(text, [stranger.sign(text), OWN.sign(text)])
    assert note.open_note(both, [OWN.verifier])[0] == text
    with pytest.raises(NoteError, match="No known key"):
        note.open_note(note.write(text, [stranger.sign(text)]), [OWN.verifier])
    with pytest.raises(NoteError, match="No known key"):  # same name, other key
        note.open_note(both, [Signer("log.example/a", b"u" * 32).verifier])


def test_one_bad_signature_of_a_known_key_spoils_the_note() -> None:
    good = OWN.sign("hello\n")
    bad = note.Signature(good.name, good.key_id, bytes(64))
    with pytest.raises(NoteError, match="does not stand"):
        note.open_note(note.write("hello\n", [good, bad]), [OWN.verifier])


@given(at=st.integers(0, len(COSIGNED) - 1), byte=st.integers(0, 255))
def test_no_byte_of_a_note_can_change(at: int, byte: int) -> None:
    keys = [Verifier.parse(WITNESS_VKEYS[note.COSIGNATURE])]
    changed = COSIGNED[:at] + bytes([byte]) + COSIGNED[at + 1 :]
    try:
        text, _ = note.open_note(changed, keys)
    except NoteError:
        return
    assert text == LOG_TEXT  # only the other key's line was touched


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n",
        b"text\n\nno dash\n",
        "text\n\n— name\n".encode(),
        "text\n\n— na+me AAAAAAA=\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),  # a bit behind the last byte
        "text\n\n— name AAAAAAA=".encode(),
        "te\txt\n\n— name AAAAAAA=\n".encode(),
        "text\n\n— name AAAAAA\xa0=\n".encode(),
        b"te\xfft\n\nx\n",
        b"text\n\n" + "— name AAAAAAA=\n".encode() * 101,
        b"x" * 1_000_001,
    ],
)
def test_what_is_no_note(message: bytes) -> None:
    with pytest.raises(NoteError):
        note.parse(message)


def test_text_may_have_empty_lines() -> None:
    text = "one\n\ntwo\n"
    assert note.open_note(note.write(text, [OWN.sign(text)]), [OWN.verifier])[0] == text


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+00000000+",
        NEUMANN_VKEY.replace("c74f20a3", "c74f20a4"),
        NEUMANN_VKEY.replace("PeterNeumann", "Peter Neumann"),
        NEUMANN_VKEY.replace("PeterNeumann", ""),
        NEUMANN_VKEY[:-4],
        "a+" + note.key_id("a", 6, b"x" * 32).hex() + "+" + note.b64encode(b"\6" + b"x" * 32),
    ],
)
def test_what_is_no_key(vkey: str) -> None:
    with pytest.raises(NoteError):
        Verifier.parse(vkey)


def test_private_keys_are_checked_and_never_shown() -> None:
    with pytest.raises(NoteError, match="id is not that"):
        Signer.parse(NEUMANN_SKEY.replace("c74f20a3", "c74f20a4"))
    with pytest.raises(NoteError, match="32 bytes"):
        Signer("a", b"short")
    assert "k" * 8 not in repr(Signer("a", b"k" * 32))
    with pytest.raises(NoteError, match="says its time"):
        OWN.sign("text\n", 5)
    with pytest.raises(NoteError, match="ends in a newline"):
        note.write("text", [])


def test_a_checkpoint_opens_as_it_was_signed() -> None:
    said = Checkpoint("log.example/a", 70_000, b"r" * 32, ("extension",))
    opened, signed = checkpoint.open_checkpoint(checkpoint.sign(said, OWN), OWN.verifier)
    assert opened == said
    assert len(signed) == 1


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    witness = Signer("witness.example", b"w" * 32, note.COSIGNATURE)
    text = Checkpoint("log.example/a", 1, b"r" * 32).text()
    with pytest.raises(CheckpointError, match="log itself"):
        checkpoint.open_checkpoint(note.write(text, [witness.sign(text, 1)]), OWN.verifier, [witness.verifier])
    both = note.write(text, [OWN.sign(text), witness.sign(text, 7)])
    _, signed = checkpoint.open_checkpoint(both, OWN.verifier, [witness.verifier])
    assert [good.time for good in signed] == [None, 7]


def test_a_log_signs_under_its_own_origin_only() -> None:
    with pytest.raises(CheckpointError, match="its own"):
        checkpoint.sign(Checkpoint("log.example/b", 1, b"r" * 32), OWN)
    with pytest.raises(CheckpointError):
        checkpoint.sign(Checkpoint("log.example/a", -1, b"r" * 32), OWN)
    text = Checkpoint("log.example/b", 1, b"r" * 32).text()
    with pytest.raises(CheckpointError, match="another log"):
        checkpoint.open_checkpoint(note.write(text, [OWN.sign(text)]), OWN.verifier)


ROOT_TEXT = note.b64encode(b"r" * 32)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        "origin\n1\n",
        f"origin\n01\n{ROOT_TEXT}\n",
        f"origin\n-1\n{ROOT_TEXT}\n",
        f"origin\n1\n{ROOT_TEXT}",
        f"origin\n1\n{ROOT_TEXT[:-4]}\n",
        f"\n1\n{ROOT_TEXT}\n",
        f"origin\n1\n{ROOT_TEXT}\n\n",
        f"origin\n١\n{ROOT_TEXT}\n",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteError):
        checkpoint.parse(text)
