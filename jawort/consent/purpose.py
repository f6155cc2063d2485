"""What a message is for."""

from typing import Final, NewType

#: The key of a purpose, at most 16 characters. purposes.py knows what each of them asks for.
Purpose = NewType("Purpose", str)

#: These two are there from the start and stay apart; a company adds others.
CARE: Final = Purpose("care")
CAMPAIGNS: Final = Purpose("campaigns")
