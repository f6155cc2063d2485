"""What a label may be called, and how many there are."""

from typing import Final

LABELS_MAX: Final = 50  # in use; a longer menu nobody reads
NAME_CHARS_MAX: Final = 30  # it stands in a row of the list beside others
HUES: Final = 8  # the colours of the desk, hue-0 to hue-7


def named(text: str) -> str:
    """The name as it is kept: one space where there were several, none around it."""
    return " ".join(text.split())
