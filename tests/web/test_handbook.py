"""What the handbook has people do at Meta is what the pages have them do."""

import re
from pathlib import Path

from jawort.web.settings.connect_words import FIELDS

HANDBOOK = Path(__file__).parents[2] / "docs" / "first-number.md"


def test_the_fields_to_subscribe_to() -> None:
    told = HANDBOOK.read_text(encoding="utf-8").split("subscribe to the fields ")[1].split("\n7.")[0]
    assert set(FIELDS) == set(re.findall(r"`([a-z_]+)`", told))
