"""Somebody of ours asks a person in their chat for a consent: one question, for one purpose, with two buttons."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.channels.parts import Button, Buttons
from jawort.consent.answers import payload
from jawort.consent.asking import Asked, ask
from jawort.consent.consents import standings
from jawort.consent.hear import Said
from jawort.consent.models import OptInLink, Text
from jawort.consent.replies import NO, YES
from jawort.consent.rules import Facts, Permit, Purpose, Refused
from jawort.consent.spoken import Left
from jawort.consent.state import CannotAsk, Standing, may_ask
from jawort.consent.texts import text_for
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
    return standings([whose], Purpose.CAMPAIGNS, at)[whose]


def why_not(standing: Standing, facts: Facts, at: datetime, *, wished: bool = False) -> CannotAsk | None:
    """Why somebody of whom the gate knows these facts is not asked for a consent now; None if they may be."""
    objected = facts.objected or facts.objected_to_campaigns
    return may_ask(standing, at, objected=objected, paused=facts.paused, wished=wished)


def ask_for_consent(
    conversation: Conversation, author: Author, at: datetime, *, wished: bool = False, link: OptInLink | None = None
) -> Message:
    """Ask whether marketing may be sent. Raises NotAsked, and what `send` raises; then nothing was stored.

    `wished`: the person has asked for it themselves, by `link` if with one, whose language is theirs then. Only so is
    somebody asked who has objected.
    """
    with transaction.atomic():
        home = Conversation.objects.select_related("contact").select_for_update(of=("self",)).get(pk=conversation.pk)
        recipient = Recipient(home.contact_id, home.line_id)
        answer = answers([recipient], at)[recipient]
        if why := why_not(consent_of(home, answer, at), answer.facts, at, wished=wished):
            raise NotAsked(why)
        if not isinstance(answer.verdict, Permit):
            raise NotAsked(answer.verdict.code)
        text = text_for(Purpose.CAMPAIGNS, link.language if link else home.contact.language)
        if text is None:
            raise NotAsked(CannotAsk.NO_TEXT)
        assert answer.address is not None, "the gate wants one"
        question, whose, alone = uuid7(), answer.address.contact, _has_last_word(contacts_of(home.contact_id))
        message = send(home, _question(text, question), author, at)
        if message.state == State.REFUSED:  # something has changed since the gate was asked above
            raise NotAsked(Refused(message.gate))
        asked = Asked(whose, text, question, message.pk, wished, alone, link.pk if link else None)
        ask(asked, actor=author.actor, at=at)
    return message


def what_left(messages: Collection[UUID]) -> dict[UUID, Left]:
    """Those of these messages that the platform has taken, with when it was called."""
    taken = [state for state, rank in RANK.items() if rank > 0]
    found = Message.objects.filter(pk__in=messages, state__in=taken, called_at__isnull=False)
    rows = found.values_list("pk", "called_at", "conversation")
    return {pk: Left(at, home) for pk, at, home in rows if at is not None}


def _has_last_word(person: Collection[UUID]) -> bool:
    """Whether the newest of all that stands in the person's conversations is their own: then we have asked nothing."""
    newest = Conversation.objects.filter(contact__in=person).values_list("last_message_id", flat=True)
    last = Message.objects.filter(pk__in=list(newest)).exclude(STANDS_ON_ANOTHER).order_by("-pk").first()
    return last is not None and last.direction == "in"


def _question(text: Text, question: UUID) -> Draft:
    buttons = (
        Button(payload(question, Said.YES), YES.to(text.language)),
        Button(payload(question, Said.NO), NO.to(text.language)),
    )
    return Draft(text.body, "buttons", Buttons(buttons=buttons))
