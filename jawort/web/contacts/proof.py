"""What is shown of consents as their proof: the same on the page and on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from jawort.consent.elsewhere import Shown as GivenElsewhere
from jawort.consent.elsewhere import evidence_of
from jawort.consent.models import ConsentEvent, DeclaredPurpose, Picture, Slip
from jawort.consent.pictures import Kept, looked, pictures_of
from jawort.consent.purpose import Purpose
from jawort.consent.slips import ticked
from jawort.consent.state import Event, Method, Way
from jawort.consent.texts import short
from jawort.ledger.queries import indices
from jawort.messaging.acknowledge import acknowledgements
from jawort.messaging.models import Message
from jawort.web.inbox.consent_words import called
from jawort.web.inbox.words import tick

SAYS: dict[str, str | Promise] = {
    Event.REQUESTED: gettext_lazy("Asked"),
    Event.REFUSED: gettext_lazy("Refused"),
    Event.GIVEN: gettext_lazy("Given"),
    Event.CONFIRMED: gettext_lazy("Confirmed"),
    Event.REAFFIRMED: gettext_lazy("Reaffirmed"),
    Event.WITHDRAWN: gettext_lazy("Withdrawn"),
    Event.REVOKED: gettext_lazy("Ended by us"),
    Event.EXPIRED: gettext_lazy("Expired"),
    Event.INVALIDATED: gettext_lazy("Ended by a changed address"),
}
WAYS: dict[str, str | Promise] = {
    Method.BUTTON: gettext_lazy("by the button of the question"),
    Method.WORDS: gettext_lazy("in a message"),
    Method.AGENT: gettext_lazy("by one of us"),
    Method.PLATFORM: gettext_lazy("over WhatsApp"),
}
ELSEWHERE = gettext_lazy("elsewhere, recorded by one of us")
#: In which way it was given elsewhere.
GIVEN_BY: dict[str, str | Promise] = {
    Way.PAPER: gettext_lazy("on paper"),
    Way.PHONE: gettext_lazy("by phone"),
    Way.IN_PERSON: gettext_lazy("in person"),
    Way.WEBSITE: gettext_lazy("on a website"),
    Way.EMAIL: gettext_lazy("by e-mail"),
}
#: Nobody of us asked: they wrote the message of an opt-in link.
FOLLOWED = gettext_lazy("by itself, after an opt-in link")


@dataclass(frozen=True, slots=True)
class Shown:
    """One event. `home` is the conversation in which it was said, `answer` what we sent back, for who may see them.

    `slip` is what the person handed in to give it, `elsewhere` what bears it out that we were not told it ourselves,
    `picture` how the form looked in which they were asked.
    """

    row: ConsentEvent
    number: str
    what: str
    says: str | Promise
    way: str | Promise
    place: int | None
    home: UUID | None
    answer: Message | None
    answer_says: str | Promise
    slip: Slip | None
    elsewhere: GivenElsewhere | None
    elsewhere_way: str | Promise
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed of one contact at one moment: events oldest first, `name` empty for who may not see it.

    `record` is the same as a file that verifies without us, called `file`; `key` is what it is verified with.
    """

    company: str
    contact: UUID
    name: str
    standing: str
    events: Sequence[Shown]
    record: bytes
    file: str
    key: str
    at: datetime


def shown(happened: Sequence[ConsentEvent], known: Mapping[Purpose, DeclaredPurpose], *, sees: bool) -> list[Shown]:
    """These events, in their order; with the words of evidence for who `sees` people, whom they may name.

    `known` are the purposes that they are of. As many queries for all as for one.
    """
    words = {row.message for row in happened if row.message}
    homes = dict(Message.objects.filter(pk__in=words).values_list("pk", "conversation"))
    borne_out = evidence_of(happened, words=sees)
    answers, placed, slips = acknowledgements(words), indices([row.entry for row in happened]), ticked(words)
    kept = pictures_of({row.text_id for row in happened if row.text_id})
    return [
        Shown(
            row=row,
            number=short(row.pk),
            what=called(known[Purpose(row.purpose)]),
            says=SAYS[row.event],
            way=_way(row, row.pk in borne_out),
            place=placed.get(row.entry),
            home=homes.get(row.message) if row.message else None,
            answer=(answer := answers.get(row.message) if row.message else None),
            answer_says=tick(answer.state).word if answer else "",
            slip=slips.get(row.message) if row.message and row.event == Event.GIVEN else None,
            elsewhere=(elsewhere := borne_out.get(row.pk)),
            elsewhere_way=GIVEN_BY[elsewhere.way] if elsewhere else "",
            picture=_picture(row, kept, slips),
        )
        for row in happened
    ]


def _way(row: ConsentEvent, elsewhere: bool) -> str | Promise:
    if elsewhere:
        return ELSEWHERE
    return FOLLOWED if (row.event, row.method) == (Event.REQUESTED, Method.WORDS) else WAYS[row.method]


def _picture(row: ConsentEvent, kept: Kept, slips: Mapping[UUID, Slip]) -> Picture | None:
    """The form that the person had before them; of a consent that was given elsewhere it is not ours."""
    if row.text is None or row.text.title or row.event == Event.WITHDRAWN:
        return None
    slip = slips.get(row.message) if row.message else None
    kind, at = (Picture.Kind.PAGE, slip.torn_at) if slip else (Picture.Kind.CHAT, row.at)
    return looked(kept, row.text.pk, kind, at, slip.asks if slip else "")
