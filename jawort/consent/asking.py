"""Somebody is asked for a consent; when their question has no longer the last word, and when it is over."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from jawort.consent.events import Noted, note
from jawort.consent.models import Question, Text
from jawort.consent.purpose import Purpose
from jawort.consent.state import Event, Method


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom we ask, in which words and by which message, whose buttons carry `question`.

    `alone`: nothing else of ours awaits an answer. Otherwise a yes counts only where it refers to the question. `link`
    is by what they wished it, where they did; `typed` where somebody typed their number on its page. `confirms`: they
    have said yes to the text and are asked once more.
    """

    contact_id: UUID
    text: Text
    question: UUID
    message: UUID
    wished: bool
    alone: bool
    link: UUID | None = None
    confirms: bool = False
    typed: bool = False


def ask(asked: Asked, *, actor: str, at: datetime) -> None:
    """The person is asked; what they were asked before for this purpose is over. Needs a transaction.

    Of other purposes an open question answers to its own buttons and to what quotes it.
    """
    contact_id, text, message, link = asked.contact_id, asked.text, asked.message, asked.link
    open_ = Question.objects.filter(contact=contact_id, closed_at=None)
    update_in_order(open_.exclude(text__purpose=text.purpose).filter(passed_at=None), passed_at=at)
    update_in_order(open_.filter(text__purpose=text.purpose), closed_at=at)
    passed = None if asked.alone else at
    Question.objects.create(
        id=asked.question,
        contact_id=contact_id,
        text=text,
        message=message,
        link_id=link,
        at=at,
        passed_at=passed,
        confirms=asked.confirms,
    )
    if asked.confirms:
        return  # it stands as given, and is not asked for anew
    purpose, method = Purpose(text.purpose), Method.WORDS if link and not asked.typed else Method.AGENT
    requested = Noted(contact_id, purpose, Event.REQUESTED, method, actor, text.pk, message, asked.wished, link)
    requested = replace(requested, typed=asked.typed)
    note([requested], at)


def say_more(contacts: Collection[UUID], at: datetime) -> None:
    """We write something else to these contacts: a bare yes may be meant for that. Needs a transaction."""
    update_in_order(Question.objects.filter(contact__in=contacts, closed_at=None, passed_at=None), passed_at=at)


def close(messages: Collection[UUID], at: datetime) -> None:
    """These messages did not get through: what they asked was never read. Needs a transaction."""
    if messages:
        update_in_order(Question.objects.filter(message__in=messages, closed_at=None), closed_at=at)


def is_question(message: UUID) -> bool:
    """Whether the message asks for a consent: its buttons answer that one question and no repetition of it."""
    return Question.objects.filter(message=message).exists()


def update_in_order(questions: QuerySet[Question], **values: datetime) -> None:
    """Lock them in the order of their ids, as all do: in another one two would wait for each other."""
    held = list(questions.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    if held:
        Question.objects.filter(pk__in=held).update(**values)
