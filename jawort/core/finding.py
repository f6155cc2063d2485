"""What `doctor` and `verify` find."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that should hold and does not: a `code` for machines, one sentence for people. Never personal."""

    code: str
    text: str
