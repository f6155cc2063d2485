"""Somebody of ours asks a person in their chat for a consent: one question, for one purpose, with two buttons."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.channels.parts import Button, Buttons
from jawort.consent.answers import payload
from jawort.consent.asking import Asked, ask
from jawort.consent.consents import standings
from jawort.consent.hear import Said
from jawort.consent.models import Objection, OptInLink, Text
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.replies import NO, YES
from jawort.consent.rules import Facts, Permit, Refused
from jawort.consent.spoken import Left
from jawort.consent.state import CannotAsk, Standing, may_ask
from jawort.consent.texts import text_for
from jawort.core import clock
from jawort.core.ids import uuid7
from jawort.messaging.about import STANDS_ON_ANOTHER
from jawort.messaging.draft import Draft
from jawort.messaging.gate import Answer, Recipient, answers
from jawort.messaging.models import Conversation, Message
from jawort.messaging.rules import RANK, State
from jawort.messaging.send import Author, send
from jawort.people.persons import contacts_of


class NotAsked(ValueError):
    """The person is not asked now: `why` is a reason of asking or of the gate. Nothing was stored."""

    def __init__(self, why: CannotAsk | Refused) -> None:
        super().__init__(str(why))
        self.why = why


def consent_of(home: Conversation, answer: Answer, at: datetime) -> Standing:
    """How the consent of whoever is written to there stands; `answer` is what the gate said about that."""
    whose = answer.address.contact if answer.address else home.contact_id
    return standings([whose], CAMPAIGNS, at)[whose]


def why_not(standing: Standing, facts: Facts, at: datetime, *, wished: bool = False) -> CannotAsk | None:
    """Why somebody of whom the gate knows these facts is not asked for a consent now; None if they may be."""
    objected = facts.objected or facts.objected_to_campaigns
    return may_ask(standing, at, objected=objected, paused=facts.paused, wished=wished)


@dataclass(frozen=True, slots=True)
class Followed:
    """By which link somebody wishes to be asked, and the message that says so."""

    link: OptInLink
    message: Message


def ask_for_consent(
    conversation: Conversation, author: Author, at: datetime, *, wished: bool = False, followed: Followed | None = None
) -> Message:
    """Ask whether marketing may be sent. Raises NotAsked, and what `send` raises; then nothing was stored.

    `wished`: the person has asked for it themselves. Only then is somebody asked who has objected. Who has `followed` a
    link wishes it as long as nothing else has happened since, and is asked in the link's language.
    """
    with transaction.atomic():
        home = Conversation.objects.select_related("contact").select_for_update(of=("self",)).get(pk=conversation.pk)
        at = max(at, clock.now())  # whoever waited for the lock sees what was noted meanwhile, and not as yet to come
        recipient = Recipient(home.contact_id, home.line_id)
        answer = answers([recipient], at)[recipient]
        person = contacts_of(home.contact_id)
        if followed and _is_overtaken(home, person, answer, followed.message):
            raise NotAsked(CannotAsk.OVERTAKEN)
        wished = wished or followed is not None
        if why := why_not(consent_of(home, answer, at), answer.facts, at, wished=wished):
            raise NotAsked(why)
        if not isinstance(answer.verdict, Permit):
            raise NotAsked(answer.verdict.code)
        text = text_for(CAMPAIGNS, followed.link.language if followed else home.contact.language)
        if text is None:
            raise NotAsked(CannotAsk.NO_TEXT)
        assert answer.address is not None, "the gate wants one"
        question, whose = uuid7(), answer.address.contact
        alone = _is_alone(person, followed.message if followed else None)
        message = send(home, _question(text, question), author, at)
        if message.state == State.REFUSED:  # something has changed since the gate was asked above
            raise NotAsked(Refused(message.gate))
        asked = Asked(whose, text, question, message.pk, wished, alone, followed.link.pk if followed else None)
        ask(asked, actor=author.actor, at=at)
    return message


def _is_overtaken(home: Conversation, person: Collection[UUID], answer: Answer, wish: Message) -> bool:
    """Whether the person has said more since, or objected, or would be asked at another address of theirs."""
    if answer.address is not None and answer.address.contact != wish.contact_id:
        return True
    said_more = Message.objects.filter(conversation=home, direction="in", pk__gt=wish.pk).exclude(STANDS_ON_ANOTHER)
    sent_at = min(wish.created_at, wish.provider_time or wish.created_at)  # the platform may deliver it late
    objected = Objection.objects.filter(contact__in=person, since__gte=sent_at, lifted_at=None)
    return said_more.exists() or objected.exists()


def what_left(messages: Collection[UUID]) -> dict[UUID, Left]:
    """Those of these messages that the platform has taken, with when it was called."""
    taken = [state for state, rank in RANK.items() if rank > 0]
    found = Message.objects.filter(pk__in=messages, state__in=taken, called_at__isnull=False)
    rows = found.values_list("pk", "called_at", "conversation")
    return {pk: Left(at, home) for pk, at, home in rows if at is not None}


def _is_alone(person: Collection[UUID], wish: Message | None) -> bool:
    """Whether nothing else of ours awaits an answer: the person had the last word, before the `wish` if there is one.

    A wish answers nothing that we had asked.
    """
    homes = Conversation.objects.filter(contact__in=person)
    if wish is None:
        newest = Message.objects.filter(pk__in=list(homes.values_list("last_message_id", flat=True)))
    else:
        newest = Message.objects.filter(conversation__in=list(homes.values_list("pk", flat=True)), pk__lt=wish.pk)
    last = newest.exclude(STANDS_ON_ANOTHER).order_by("-pk").first()
    return last.direction == "in" if last else wish is not None


def _question(text: Text, question: UUID) -> Draft:
    buttons = (
        Button(payload(question, Said.YES), YES.to(text.language)),
        Button(payload(question, Said.NO), NO.to(text.language)),
    )
    return Draft(text.body, "buttons", Buttons(buttons=buttons))
