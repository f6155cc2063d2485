"""Texts that people read elsewhere: on the company's own forms, in a system before this one. Nobody is asked in them.

They are kept so that a consent which is recorded names the words it was given to. Like every text they never change.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from jawort.consent.models import Text
from jawort.consent.purpose import Purpose
from jawort.consent.purposes import must_be_asked_for
from jawort.consent.texts import Language, TextUnfit, Whole
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON

#: In place of a channel: nobody is asked over it.
ELSEWHERE: Final = "elsewhere"
BODY_CHARACTERS_MAX: Final = 4_000
TITLE_CHARACTERS_MAX: Final = 80


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as people read it, where that was (`title`), what they were promised, who asked. `notice` may be empty.

    Only what stands in the text itself proves anything; the rest says what it is about.
    """

    title: str
    language: Language
    controller: str
    contents: str
    notice: str
    body: str


@transaction.atomic
def keep_text(purpose: Purpose, wording: Wording, *, actor: str, at: datetime) -> Text:
    """Keep it under the hash of all that it states. Raises TextUnfit for one that is kept already, or says too little,
    NotAskedFor for what nobody consents to.

    Blanks and line breaks stay as they are: it is what people read.
    """
    must_be_asked_for(purpose)
    body = wording.body.strip().replace("\r\n", "\n")
    if not (wording.title and wording.controller and wording.contents and body):
        raise TextUnfit("A text needs its place, the company's name, what people were promised, and its words.")
    if len(body) > BODY_CHARACTERS_MAX:
        raise TextUnfit(f"A text has at most {BODY_CHARACTERS_MAX} characters; this one has {len(body)}.")
    text = Whole(
        purpose=purpose,
        channel=ELSEWHERE,
        language=wording.language,
        controller=wording.controller,
        contents=wording.contents,
        frequency="",
        withdrawal="",
        notice=wording.notice,
        body=body,
    )
    row, created = Text.objects.get_or_create(pk=text.id, defaults=asdict(text) | {"since": at, "title": wording.title})
    if not created:
        raise TextUnfit("This text is kept already.")
    facts: dict[str, JSON] = {"purpose": purpose, "texts": [row.pk], "elsewhere": True}
    record([Entry(Kind.CONSENT_TEXT_CHANGED, actor, None, facts)], at)
    return row


def texts_read() -> Sequence[Text]:
    """All that anybody can have read: ours of every time, and those that were read elsewhere. Newest first."""
    return list(Text.objects.order_by("-since", "language", "pk"))
