"""What is stored of one contact, in clear, for themselves. Whoever shows it records the hand-out.

Only of the contact whose chat was shown to be theirs: that somebody of ours holds two contacts for one person is our
belief, and if it is wrong, one would read what the other wrote.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from jawort.consent.consents import history, standings_of
from jawort.consent.elsewhere import Shown as Elsewhere
from jawort.consent.elsewhere import evidence_of
from jawort.consent.existing import Kept, kept_of
from jawort.consent.models import ConsentEvent, DeclaredPurpose, Objection, Restriction
from jawort.consent.purpose import Purpose
from jawort.consent.purposes import purposes, terms_of, told_of
from jawort.consent.state import Standing
from jawort.messaging.content import Content
from jawort.messaging.contents import contents_of
from jawort.messaging.files.models import File
from jawort.messaging.files.queries import attached
from jawort.messaging.models import Message
from jawort.messaging.own_page.rules import MESSAGES_FOR
from jawort.people.attributes.queries import Defined, attributes, values_of
from jawort.people.persons import members
from jawort.people.read import Known, read

BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Talk:
    """How much was said, without what."""

    conversations: int
    came: int
    went: int
    notes: int
    files: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Word:
    """One message. `text` is None where it does not open any more; `left` is false for one that we did not send.

    Of each file its name, empty if it came without, and its type.
    """

    at: datetime
    came: bool
    left: bool
    kind: str
    text: str | None
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """Everything but the messages' words. `elsewhere` bears consents out that we were not told ourselves, by event;
    `stands` is how they stand, of the `declared` purposes that concern the person."""

    known: Known
    attributes: Sequence[tuple[Defined, str]]
    talk: Talk
    declared: Mapping[Purpose, DeclaredPurpose]
    stands: Mapping[Purpose, Standing]
    consents: Sequence[ConsentEvent]
    elsewhere: Mapping[UUID, Elsewhere]
    customers: Sequence[Kept]
    objections: Sequence[Objection]
    restrictions: Sequence[Restriction]


def stored(contact: UUID, at: datetime) -> Stored:
    """All of it, in a constant number of queries."""
    (known,) = read([contact])
    values = values_of([contact]).get(contact, {})
    consents = history([contact])
    declared = purposes()
    told = told_of(declared, consents)
    held = standings_of([contact], list(told), at, {key: terms_of(one) for key, one in told.items()})
    return Stored(
        known=known,
        attributes=[(each, values[each.id]) for each in attributes() if each.id in values] if values else [],
        talk=_talk(contact),
        declared=declared,
        stands={key: held[key][contact] for key in told},
        consents=consents,
        elsewhere=evidence_of(consents),
        customers=kept_of([contact], at),
        objections=list(Objection.objects.filter(contact=contact).order_by("-since", "-pk")),
        restrictions=list(Restriction.objects.filter(contact=contact).order_by("-since", "-pk")),
    )


def words_of(known: Known, at: datetime, limit: int | None = None) -> Iterator[Word]:
    """The messages of the last MESSAGES_FOR, newest first, read in batches as they are taken."""
    alone = known.id not in members([known.id])
    theirs = {address.value for address in known.addresses if address.value}
    recent = Message.objects.filter(contact=known.id, created_at__gte=at - MESSAGES_FOR).exclude(direction="note")
    before, told = None, 0
    while page := list((recent.filter(pk__lt=before) if before else recent).order_by("-pk")[:BATCH]):
        before = page[-1].pk
        contents, files = contents_of(page), attached([message.pk for message in page])
        for message in page:
            content = contents.get(message.pk)
            if not (alone or message.direction == "in" or (content and _went_to(content, theirs))):
                continue
            yield _word(message, content, tuple((file.name, file.type) for file in files.get(message.pk, ())))
            told += 1
            if told == limit:
                return


def _went_to(content: Content, theirs: set[str]) -> bool:
    """Whether it went to one of these addresses: what we send to a person may go to another contact of theirs."""
    return content.who.phone in theirs or content.who.bsuid in theirs


def _word(message: Message, content: Content | None, files: tuple[tuple[str, str], ...]) -> Word:
    came = message.direction == "in"
    left = came or message.called_at is not None
    return Word(message.created_at, came, left, message.kind, content.what.text if content else None, files)


def _talk(contact: UUID) -> Talk:
    said = ~Q(direction="note")
    counted = Message.objects.filter(contact=contact).aggregate(
        conversations=Count("conversation", filter=said, distinct=True),
        came=Count("pk", filter=Q(direction="in")),
        went=Count("pk", filter=Q(direction="out")),
        notes=Count("pk", filter=Q(direction="note")),
        first=Min("created_at", filter=said),
        last=Max("created_at", filter=said),
    )
    return Talk(files=File.objects.filter(message__contact=contact, state="stored").count(), **counted)
