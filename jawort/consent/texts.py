"""In which words people are asked. A text is put into use and never changed: another wording is another text.

What a consent says is the whole text that the person read (Art. 7(1) GDPR): who asks, for what, over which channel, how
often, and how it ends.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from jawort.channels.whatsapp.limits import BODY_MAX
from jawort.consent.drawing import Form
from jawort.consent.models import ConsentEvent, OptInLink, Text
from jawort.consent.pictures import keep, not_kept
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.purposes import asked_for, must_be_asked_for
from jawort.consent.replies import BODIES, GIVEN, WITHDRAWALS
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON, canonical
from jawort.lines.models import CHANNEL_WHATSAPP

Language = Literal["de", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("de", "en")


@dataclass(frozen=True, slots=True)
class Filled:
    """What the company fills in, in one language. `frequency` may be empty, and so may which version of the notice
    stands at its address."""

    controller: str
    contents: str
    frequency: str
    notice: str
    notice_version: str = ""


class TextUnfit(ValueError):
    """The text says nothing of who asks or for what, or is longer than WhatsApp takes. Nothing was stored."""


@dataclass(frozen=True, slots=True)
class Whole:
    """All that a text states; its hash is its name."""

    purpose: str
    channel: str
    language: str
    controller: str
    contents: str
    frequency: str
    withdrawal: str
    notice: str
    body: str
    notice_version: str = ""

    @property
    def id(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal."""
        return sha256(canonical(self.stated)).hexdigest()

    @property
    def stated(self) -> dict[str, JSON]:
        """What the hash is over. A version that nobody has named is left out, as it was before there was one."""
        return {name: value for name, value in asdict(self).items() if value or name != "notice_version"}

    @classmethod
    def of(cls, text: Text) -> "Whole":
        """What is stored."""
        return cls(**{name: getattr(text, name) for name in cls.__slots__})


def whole(purpose: Purpose, language: Language, filled_in: Filled) -> Whole:
    """The text as people will read it. Raises TextUnfit."""
    filled = Filled(*(" ".join(value.split()) for value in asdict(filled_in).values()))
    if not (filled.controller and filled.contents and filled.notice):
        raise TextUnfit("A consent text needs the company's name, what it will send, and the privacy notice.")
    often = f", {filled.frequency}" if filled.frequency else ""
    withdrawal = WITHDRAWALS.to(language)
    body = BODIES.to(language).format(**asdict(filled) | {"frequency": often, "withdrawal": withdrawal})
    if len(body) > BODY_MAX:
        raise TextUnfit(f"A consent text has at most {BODY_MAX} characters; this one has {len(body)}.")
    return Whole(purpose, CHANNEL_WHATSAPP, language, **asdict(filled), withdrawal=withdrawal, body=body)


@transaction.atomic
def put_into_use(purpose: Purpose, filled: Mapping[Language, Filled], *, actor: str, at: datetime) -> tuple[Text, ...]:
    """People are asked in these words from now on, in each language. Raises TextUnfit, NotAskedFor.

    What is in use already stays as it is; an older text comes back under its old id. How the forms look with it is
    kept.
    """
    must_be_asked_for(purpose)
    texts = [whole(purpose, language, one) for language, one in filled.items()]
    used = {text.language: text.pk for text in texts_in_use(purpose)}
    fresh = [text for text in texts if used.get(text.language) != text.id]
    for text in fresh:
        Text.objects.update_or_create(pk=text.id, defaults=asdict(text) | {"since": at})
    _enter(purpose, fresh, texts, actor, at)
    return texts_in_use(purpose)


def keep_forms(purpose: Purpose, *, actor: str, at: datetime) -> None:
    """Keep how the forms of the texts in use look, where a link shows one that is not kept yet. Needs a transaction."""
    _enter(purpose, [], [Whole.of(text) for text in texts_in_use(purpose)], actor, at)


def _enter(purpose: Purpose, fresh: Sequence[Whole], texts: Sequence[Whole], actor: str, at: datetime) -> None:
    asks = {link.asks for link in OptInLink.objects.filter(purpose=purpose, ended_at=None)}
    pictures = not_kept([Form(text.id, text.language, text.controller, text.body, text.notice) for text in texts], asks)
    if fresh or pictures:
        facts: dict[str, JSON] = {"purpose": purpose, "texts": [text.id for text in fresh]}
        facts |= {"pictures": [picture.pk for picture in pictures]} if pictures else {}
        (entry,) = record([Entry(Kind.CONSENT_TEXT_CHANGED, actor, None, facts)], at)
        keep(pictures, entry, at)


def texts_in_use(purpose: Purpose) -> tuple[Text, ...]:
    """The newest text in each language, by language; empty as long as nobody has put one into use."""
    rows = Text.objects.filter(purpose=purpose, channel=CHANNEL_WHATSAPP)
    rows = rows.order_by("language", "-since", "pk")
    return tuple(rows.distinct("language"))


def company_in_texts() -> str:
    """What the company calls itself where it asks for campaigns, empty where it does not yet."""
    return next((text.controller for text in texts_in_use(CAMPAIGNS)), "")


def has_texts() -> bool:
    """Whether people can be asked for anything."""
    return Text.objects.filter(purpose__in=list(asked_for()), channel=CHANNEL_WHATSAPP).exists()


def text_for(purpose: Purpose, language: str) -> Text | None:
    """In which words to ask somebody who speaks `language`: German unless it is English. None without a text."""
    return texts_for([purpose], language).get(purpose)


def texts_for(wanted: Collection[Purpose], language: str) -> dict[Purpose, Text]:
    """The same for each purpose that has a text, in one query."""
    spoken = "en" if language.startswith("en") else "de"
    rows = Text.objects.filter(purpose__in=list(wanted), channel=CHANNEL_WHATSAPP, language=spoken)
    return {Purpose(text.purpose): text for text in rows.order_by("purpose", "-since", "pk").distinct("purpose")}


def receipt(given: ConsentEvent) -> str:
    """What we answer to a yes: in the language of the text that it was given to, by the company's clocks."""
    assert given.text is not None, "a consent is given to a text"
    at = given.at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return GIVEN.to(given.text.language).format(at=f"{at:%d.%m.%Y, %H:%M}", number=short(given.pk))


def short(event: UUID) -> str:
    """The number by which people name an event: its end, which is drawn at random."""
    return event.hex[-8:].upper()
