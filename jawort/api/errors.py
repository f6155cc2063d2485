"""Every error has one shape: a code for the program, a reason for the person who reads its log."""

from ninja import Schema


class Error(Schema):
    """What went wrong. `article` names the rule behind a refusal of the gate, `help` what is still possible."""

    code: str
    reason: str
    article: str | None = None
    help: str | None = None


class Problem(Exception):
    """An answer other than success. `reason` never holds personal data."""

    def __init__(self, status: int, code: str, reason: str) -> None:
        super().__init__(code)
        self.status, self.error = status, Error(code=code, reason=reason)
