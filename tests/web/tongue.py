"""The same flow in both languages: a test names what stands on the page in English, and finds it in either."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.utils.html import strip_tags
from django.utils.translation import gettext, ngettext, override, pgettext

#: A test so marked runs in English every time, and in German among the long ones.
both_languages = pytest.mark.parametrize("tongue", ["en", pytest.param("de", marks=pytest.mark.long)], indirect=True)


@dataclass(frozen=True, slots=True)
class Tongue:
    """What the pages say in `language`."""

    language: str

    def __call__(self, english: str, context: str = "", **values: Any) -> str:
        """The words for `english`, with `values` put in and without tags. Fails for words that no page says."""
        with override(self.language):
            found = self._checked(english, pgettext(context, english) if context else gettext(english))
        return strip_tags(found % values if values else found)

    def of(self, one: str, many: str, count: int) -> str:
        """The words for `count` of something, which is `n` or `count` in them."""
        with override(self.language):
            found = ngettext(one, many, count)
        return self._checked(one, found) % {"n": count, "count": count}

    def _checked(self, english: str, found: str) -> str:
        assert self.language == "en" or found != english, f"nothing says “{english}” in German"
        return found
