"""How many saved views there may be, and how long what they say is."""

from typing import Final

NAME_CHARS_MAX: Final = 30  # it stands in the navigation
#: Every filter there is, with as many labels as go together.
ASKS_CHARS_MAX: Final = 600
#: Of one person, and of everybody: a longer list nobody chooses from.
EACH_MAX: Final = 20
