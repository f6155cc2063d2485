"""In which words a new person is asked. Another name or another privacy notice is another text.

It says who asks, what for, that Meta processes it, where the notice stands, and how to say yes (Art. 7(2), 13 GDPR).
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from jawort.channels.parts import Button, Buttons
from jawort.channels.whatsapp.limits import BODY_MAX
from jawort.consent.hear import Said
from jawort.consent.replies import Reply
from jawort.ledger.rules import canonical
from jawort.messaging.draft import Draft
from jawort.messaging.yes_first.models import Newcomer, PromptText
from jawort.messaging.yes_first.rules import payload

COMPANY_CHARS_MAX: Final = 200
_BODY: Final = Reply(
    "Guten Tag, hier ist {company}. Dürfen wir Ihre Nachricht lesen, um sie zu beantworten? WhatsApp gehört zu Meta, "
    "und Meta verarbeitet dabei, was Sie schreiben. Wie wir mit Ihren Daten umgehen: {notice}\n\nWenn Sie "
    "einverstanden sind, antworten Sie mit „Ja“ oder „Zustimmung“. Bis dahin liest Ihre Nachricht bei uns niemand. "
    "Antworten Sie mit „Nein“ oder innerhalb von 24 Stunden gar nicht, löschen wir sie.",
    "Hello, this is {company}. May we read your message in order to answer it? WhatsApp belongs to Meta, and Meta "
    "processes what you write there. How we handle your data: {notice}\n\nIf you agree, answer “Yes” or “I agree”. "
    "Until then nobody here reads your message. If you answer “No”, or nothing within 24 hours, we delete it.",
)
YES: Final = Reply("Ja", "Yes")
NO: Final = Reply("Nein", "No")


@dataclass(frozen=True, slots=True)
class Wording:
    """All that a prompt states; its hash is its name."""

    language: str
    company: str
    notice: str
    body: str

    @property
    def id(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal."""
        return sha256(canonical(asdict(self))).hexdigest()

    @classmethod
    def of(cls, text: PromptText) -> "Wording":
        """What is stored."""
        return cls(text.language, text.company, text.notice, text.body)


def wording(language: str, company: str, notice: str) -> Wording:
    """How somebody who speaks `language` is asked: in German unless it is English."""
    spoken = "en" if language.startswith("en") else "de"
    return Wording(spoken, company, notice, _BODY.to(spoken).format(company=company, notice=notice))


def keep(text: Wording, at: datetime) -> None:
    """Keep the words for good, once."""
    PromptText.objects.get_or_create(pk=text.id, defaults=asdict(text) | {"since": at})


def draft(text: Wording, newcomer: Newcomer) -> Draft:
    """The question with its two buttons; without them where name and address leave them no room."""
    if len(text.body) > BODY_MAX:
        return Draft(text.body)
    buttons = (
        Button(payload(newcomer.pk, Said.YES), YES.to(text.language)),
        Button(payload(newcomer.pk, Said.NO), NO.to(text.language)),
    )
    return Draft(text.body, "buttons", Buttons(buttons=buttons))
