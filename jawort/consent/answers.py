"""An answer to an open question: strict, for a yes is unambiguous or none (Art. 4(11) GDPR).

The button of the question itself, or a whole message that says nothing but yes or no: one that quotes the question, or
the first one after it has left, in the same conversation, where nothing else of ours awaits an answer. A button of
something else, a changed or forwarded text, a picture of a thumb answer nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from jawort.consent.events import Noted, note
from jawort.consent.hear import Said, said
from jawort.consent.models import ConsentEvent, Question
from jawort.consent.purpose import Purpose
from jawort.consent.spoken import Left, Spoken, WhatLeft
from jawort.consent.state import OPEN_FOR, Event, Method

_PAYLOAD: Final = re.compile(r"consent:([0-9a-f-]{36}):(yes|no)")
_EVENTS: Final = {Said.YES: Event.GIVEN, Said.NO: Event.REFUSED}


def payload(question: UUID, answer: Said) -> str:
    """What the button of a question brings back."""
    return f"consent:{question}:{answer}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered, to which question, and in which way."""

    spoken: Spoken
    question: Question
    event: Event
    method: Method


def answered(spoken: Sequence[Spoken], at: datetime, left: WhatLeft) -> dict[UUID, ConsentEvent]:
    """Take the answers among these words, in their order; by message what it came to. Needs a transaction.

    One query where nobody has an open question, and that is nearly always. `left` says which questions have left.
    """
    open_: defaultdict[UUID, list[Question]] = defaultdict(list)
    asked = {one.contact_id for one in spoken}
    found = Question.objects.filter(contact__in=asked, closed_at=None, at__gt=at - OPEN_FOR)
    for question in found.select_related("text").select_for_update(of=("self",)).order_by("pk"):
        open_[question.contact_id].append(question)
    if not open_:
        return {}
    touched = [question for questions in open_.values() for question in questions]
    gone = left([question.message for question in touched])
    answers = list(_answers(spoken, open_, gone, at))
    Question.objects.bulk_update(touched, ["passed_at", "closed_at"])
    return {one.spoken.message_id: row for one, row in zip(answers, note([*map(_noted, answers)], at), strict=True)}


def _answers(
    spoken: Iterable[Spoken], open_: defaultdict[UUID, list[Question]], gone: Mapping[UUID, Left], at: datetime
) -> Iterable[Answer]:
    for one in spoken:
        questions = [question for question in open_[one.contact_id] if question.closed_at is None]
        heard_of = [(question, _heard(one, question, gone.get(question.message))) for question in questions]
        meant = [(question, heard) for question, heard in heard_of if heard in _EVENTS]
        if len(meant) == 1:  # of two open questions a yes may answer either
            (question, heard), method = meant[0], Method.BUTTON if one.payload else Method.WORDS
            question.closed_at = at
            yield Answer(one, question, _event(heard, question), method)
        for question in questions:
            if question.passed_at is None and not one.stands_on_another and _is_after(one, question.at):
                question.passed_at = at


def _event(heard: Said, question: Question) -> Event:
    return Event.CONFIRMED if question.confirms and heard is Said.YES else _EVENTS[heard]


def _heard(one: Spoken, question: Question, left: Left | None) -> Said:
    """What `one` says to this question, NOTHING if it does not speak to it. `left` is None where it has not left."""
    if one.payload or one.kind == "choice":
        pressed = _PAYLOAD.fullmatch(one.payload)
        return Said(pressed[2]) if pressed and pressed[1] == str(question.pk) else Said.NOTHING
    if one.kind != "text" or one.forwarded:
        return Said.NOTHING
    refers = one.about == question.message if one.quotes else _follows(one, question, left)
    return said(one.text, asked=True) if refers else Said.NOTHING


def _follows(one: Spoken, question: Question, left: Left | None) -> bool:
    """Whether it can mean nothing else than the question, which it does not name."""
    if question.passed_at is not None or left is None or one.to_bot:
        return False
    return one.home == left.home and _is_after(one, left.at)


def _is_after(one: Spoken, moment: datetime) -> bool:
    """Whether it was written after `moment`; the platform counts whole seconds."""
    return one.sent_at is None or one.sent_at >= moment.replace(microsecond=0)


def _noted(answer: Answer) -> Noted:
    one, text = answer.spoken, answer.question.text
    actor, message = f"customer:{one.contact_id}", one.message_id
    return Noted(one.contact_id, Purpose(text.purpose), answer.event, answer.method, actor, text.pk, message)
