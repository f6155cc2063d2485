"""What the demo says of a call that failed: where it went and which word the answer had, never what it said."""

import pytest

from jawort.cli.loopback import code


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (b'{"code": "ledger_late", "reason": "Say it again in a minute."}', "ledger_late"),
        (b'{"error": {"message": "(#131009) Parameter value is not valid", "code": 131009}}', ""),
        (b'{"code": 131009}', ""),
        (b'{"code": "Call +49 151 23456789"}', ""),
        (b'["code"]', ""),
        (b"<html>Bad Gateway</html>", ""),
        (b"\xff", ""),
        (b"", ""),
    ],
)
def test_only_the_word_for_programs_is_named(answer: bytes, word: str) -> None:
    assert code(answer) == word
