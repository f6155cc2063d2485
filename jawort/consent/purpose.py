"""What a message is for."""

from enum import StrEnum
from typing import Final, NewType

#: The key of a purpose, at most 16 characters. purposes.py knows what each of them rests on.
Purpose = NewType("Purpose", str)

#: These two are there from the start and stay apart; a company adds others.
CARE: Final = Purpose("care")
CAMPAIGNS: Final = Purpose("campaigns")
#: Whoever objects to one of these means more: no advertising of any kind, no messages at all.
WIDER: Final = frozenset({CARE, CAMPAIGNS})


class LegalBasis(StrEnum):
    """What a purpose rests on (Art. 6(1) GDPR). Only what rests on consent is ever asked for."""

    QUESTION = "question"  # (b): the person wrote to us; care alone
    CONSENT = "consent"  # (a)
    CONTRACT = "contract"  # (b)
    OBLIGATION = "obligation"  # (c)
