"""Somebody of ours asks a person in their chat for a consent: one question, for one purpose, with two buttons."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.channels.parts import Button, Buttons, Template, TemplateButton, Value
from jawort.consent.answers import payload
from jawort.consent.asking import Asked, ask, is_question
from jawort.consent.consents import standings_of
from jawort.consent.hear import Said
from jawort.consent.models import ConsentEvent, DeclaredPurpose, Objection, OptInLink, Slip, Text
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.purposes import asked_for, terms_of
from jawort.consent.replies import CONFIRM, CONFIRMS, NO, YES
from jawort.consent.rules import Facts, Permit, Refused
from jawort.consent.spoken import Left
from jawort.consent.state import SAID_NO, CannotAsk, Standing, may_ask
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


def consents_of(
    home: Conversation, answer: Answer, declared: Mapping[Purpose, DeclaredPurpose], at: datetime
) -> dict[Purpose, Standing]:
    """How the consents of whoever is written to there stand; `answer` is what the gate said about that."""
    whose = answer.address.contact if answer.address else home.contact_id
    under = {purpose: terms_of(one) for purpose, one in declared.items()}
    return {purpose: held[whose] for purpose, held in standings_of([whose], list(declared), at, under).items()}


def why_not(standing: Standing, facts: Facts, at: datetime, *, wished: bool = False) -> CannotAsk | None:
    """Why somebody of whom the gate knows these facts is not asked for a consent now; None if they may be.

    Who wants no advertising is asked for nothing: to them any question is one.
    """
    objected = facts.objected or facts.objected_to_campaigns
    return may_ask(standing, at, objected=objected, paused=facts.paused, wished=wished)


@dataclass(frozen=True, slots=True)
class Followed:
    """By which link somebody wishes to be asked, and the message that says so."""

    link: OptInLink
    message: Message


@dataclass(frozen=True, slots=True)
class ByTemplate:
    """With which approved template somebody is asked whose number was typed on the page of a link.

    Its body has one placeholder, named `hole` or not at all, for the whole consent text; `yes` and `no` are the places
    of its buttons, `no` None where there is none.
    """

    link: OptInLink
    name: str
    language: str
    yes: int
    no: int | None = None
    hole: str = ""

    def draft(self, text: Text, question: UUID) -> Draft:
        """The question in it."""
        heard = {self.yes: Said.YES} | ({self.no: Said.NO} if self.no is not None else {})
        buttons = (TemplateButton(at, "quick_reply", payload(question, said)) for at, said in sorted(heard.items()))
        part = Template(self.name, self.language, body=(Value(text.body, self.hole),), buttons=tuple(buttons))
        return Draft(kind="template", part=part)


def ask_for_consent(
    conversation: Conversation,
    author: Author,
    at: datetime,
    *,
    purpose: Purpose = CAMPAIGNS,
    wished: bool = False,
    followed: Followed | None = None,
    template: ByTemplate | None = None,
) -> Message:
    """Ask for a consent to `purpose`. Raises NotAsked, and what `send` raises; then nothing was stored.

    `wished`: the person has asked for it themselves. Only then is somebody asked who has objected. Who has `followed` a
    link wishes it as long as nothing else has happened since, and is asked in the link's language. With a `template`
    whoever has not written is asked: what its link asks for, in its language.
    """
    link = followed.link if followed else template.link if template else None
    with transaction.atomic():
        home = Conversation.objects.select_related("contact").select_for_update(of=("self",)).get(pk=conversation.pk)
        at = max(at, clock.now())  # whoever waited for the lock sees what was noted meanwhile, and not as yet to come
        named = (template.name, template.language) if template else None
        recipient = Recipient(home.contact_id, home.line_id, template=named)
        answer = answers([recipient], at)[recipient]
        person = contacts_of(home.contact_id)
        if followed and _is_overtaken(home, person, answer, followed.message):
            raise NotAsked(CannotAsk.OVERTAKEN)
        wished = wished or followed is not None
        purpose = Purpose(link.purpose) if link else purpose
        declared = asked_for().get(purpose)
        if declared is None:
            raise NotAsked(CannotAsk.NO_TEXT)
        standing = consents_of(home, answer, {purpose: declared}, at)[purpose]
        if template and standing.state in SAID_NO:  # whoever wants it after all can say so themselves
            raise NotAsked(CannotAsk.OBJECTED)
        if why := why_not(standing, answer.facts, at, wished=wished):
            raise NotAsked(why)
        if not isinstance(answer.verdict, Permit):
            raise NotAsked(answer.verdict.code)
        text = text_for(purpose, link.language if link else home.contact.language)
        if text is None:
            raise NotAsked(CannotAsk.NO_TEXT)
        assert answer.address is not None, "the gate wants one"
        question, whose = uuid7(), answer.address.contact
        alone = _is_alone(person, followed.message if followed else None)
        message = send(home, template.draft(text, question) if template else _question(text, question), author, at)
        if message.state == State.REFUSED:  # something has changed since the gate was asked above
            raise NotAsked(Refused(message.gate))
        asked = Asked(whose, text, question, message.pk, wished, alone, link.pk if link else None)
        ask(replace(asked, typed=template is not None), actor=author.actor, at=at)
    return message


def ask_to_confirm(
    conversation: Conversation, given: ConsentEvent, author: Author, at: datetime, *, client_id: UUID
) -> Message:
    """Ask for a second yes to what was given, once under this id. Raises NotAsked with nothing stored, and what `send`
    raises.

    Where that did not get through, or nobody answers it, the first yes ends by itself after a day.
    """
    assert given.text is not None, "a consent is given to a text"
    with transaction.atomic():
        home = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
        question = uuid7()
        message = send(home, _confirmation(given.text, question), author, at, client_id=client_id)
        if message.state == State.REFUSED:
            raise NotAsked(Refused(message.gate))
        if not is_question(message.pk):  # or it was asked before
            alone = _answered_a_question(given) or _is_alone(contacts_of(home.contact_id), _message_of(given))
            asked = Asked(given.contact_id, given.text, question, message.pk, wished=False, alone=alone, confirms=True)
            ask(asked, actor=author.actor, at=at)
    return message


def _answered_a_question(given: ConsentEvent) -> bool:
    """Whether it answered a question of ours, which had the last word; a slip answers none."""
    return given.message is None or not Slip.objects.filter(message=given.message).exists()


def _message_of(given: ConsentEvent) -> Message | None:
    return Message.objects.filter(pk=given.message).first() if given.message else None


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
    return last is None or last.direction == "in"


def _question(text: Text, question: UUID) -> Draft:
    return _with_buttons(text.body, question, YES.to(text.language), NO.to(text.language))


def _confirmation(text: Text, question: UUID) -> Draft:
    """It names the text and advertises nothing (OLG Düsseldorf, I-15 U 64/15)."""
    words = CONFIRM.to(text.language).format(controller=text.controller, contents=text.contents)
    return _with_buttons(words, question, CONFIRMS.to(text.language), NO.to(text.language))


def _with_buttons(body: str, question: UUID, yes: str, no: str) -> Draft:
    buttons = (Button(payload(question, Said.YES), yes), Button(payload(question, Said.NO), no))
    return Draft(body, "buttons", Buttons(buttons=buttons))
