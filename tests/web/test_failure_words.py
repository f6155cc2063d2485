"""Why a message failed is said truly: by whom, and in the reader's language."""

import pytest
from django.utils import translation

from jawort.channels.whatsapp import errors_accounts
from jawort.channels.whatsapp.errors import CODES
from jawort.web.inbox.words import failure

OWN = [value for value in vars(errors_accounts).values() if isinstance(value, int) and value < 0]


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_its_own_words(code: int) -> None:
    for language, text in (("de", CODES[code].de), ("en", CODES[code].en)):
        with translation.override(language):
            why = failure(str(code))
        assert why.text == text
        assert ("WhatsApp" in why.source) == (code >= 0), "what failed here is not said to be WhatsApp's"


def test_our_own_codes_are_all_known() -> None:
    assert OWN
    assert set(OWN) <= CODES.keys()


def test_a_code_that_nobody_knows_is_named() -> None:
    assert "999999" in failure("999999").source
