"""Further words of the house that end advertising: what its customers say, in their dialect, of its products.

They are heard beside ours and replace none of them: no setting makes a withdrawal harder (Art. 7(3) GDPR).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from jawort.consent.hear import Said, normal, said
from jawort.consent.models import HouseWord
from jawort.consent.phrases import NO, POLITE, YES
from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record

WORDS_MAX: Final = 50
CHARACTERS_MAX: Final = 40
#: As hearing leaves it: some signs become several letters.
WORD_CHARACTERS_MAX: Final = 80
LETTERS_MIN: Final = 3
#: Whoever adds waits for whoever does: words are counted.
_LOCK: Final = "LOCK TABLE consent_house_word IN SHARE ROW EXCLUSIVE MODE"


class CannotAdd(ValueError):
    """It is no further word. `why`: `short`, `long`, `known` (ends advertising), `answer` (or greeting), `full`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@transaction.atomic
def add_word(text: str, *, actor: str, at: datetime) -> HouseWord:
    """From now on this, as a whole message or a whole sentence, ends advertising. Raises CannotAdd."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    word = normal(text)
    if why := _why_not(word, house_words()):
        raise CannotAdd(why)
    row = HouseWord.objects.create(id=uuid7(), word=word, since=at)
    record([Entry(Kind.HOUSE_WORD_CHANGED, actor, row.pk, {"change": "added", "word": word})], at)
    return row


@transaction.atomic
def remove_word(pk: UUID, *, actor: str, at: datetime) -> None:
    """It is heard no more; what it has ended stays ended. Raises HouseWord.DoesNotExist."""
    row = HouseWord.objects.select_for_update().get(pk=pk)
    record([Entry(Kind.HOUSE_WORD_CHANGED, actor, row.pk, {"change": "removed", "word": row.word})], at)
    row.delete()


def house_words() -> Sequence[str]:
    """All of them, as `hear.normal` leaves them."""
    return list(HouseWord.objects.order_by("word").values_list("word", flat=True))


def _why_not(word: str, before: Sequence[str]) -> str:
    if sum(map(str.isalpha, word)) < LETTERS_MIN:
        return "short"
    if len(word) > WORD_CHARACTERS_MAX:
        return "long"
    if word in YES or word in NO or POLITE.issuperset(word.split()):
        return "answer"
    if said(word, asked=False, also=before) is Said.WITHDRAWN:
        return "known"
    return "full" if len(before) >= WORDS_MAX else ""
