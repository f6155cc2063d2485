"""Whoever typed a number on the page of an opt-in link may be asked there by a template: off until somebody wants it.

The page does the same whoever’s number it is: it seals the number and queues it. Only here, later and unseen, it is
decided whether that person is written to, so that neither answer nor time tells a stranger whom we know. The template
advertises nothing (OLG Düsseldorf, I-15 U 64/15; against any such message OLG München, 29 U 1682/12).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from jawort.channels.parts import Template
from jawort.channels.whatsapp.limits_templates import filled_in, template
from jawort.channels.whatsapp.templates import Pattern, placeholders, wording
from jawort.consent.hear import Said, said
from jawort.consent.models import OptInLink, Question, Text, TypedNumber
from jawort.consent.purpose import WIDER, Purpose
from jawort.consent.rules import Refused
from jawort.consent.state import OPEN_FOR, CannotAsk
from jawort.consent.suppression import suppressed_of
from jawort.consent.texts import text_for, texts_for
from jawort.consent.typed import Asks
from jawort.core import clock
from jawort.core.ids import uuid7
from jawort.core.phone import Phone
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.outcome import Again, Done, Job, Outcome
from jawort.lines.template_list import Offered, offered_as, template_list
from jawort.messaging.acknowledge import BY_ITSELF
from jawort.messaging.ask_consent import ByTemplate, NotAsked, ask_for_consent
from jawort.messaging.begin import CannotBegin, begin
from jawort.messaging.draft import Draft, Unfit
from jawort.messaging.models import Message
from jawort.messaging.send import NotOpen
from jawort.messaging.yes_first.models import Newcomer
from jawort.people.create import create
from jawort.people.persons import contacts_of
from jawort.people.rules import NumberBasis
from jawort.vault.seal import Unreadable
from jawort.vault.secret import open_secret, seal_secret
from jawort.vault.state import vault

CONFIRM: Final = "confirm"
#: One lane for all: two jobs never count side by side.
LANE: Final = "confirming"
#: So many people are asked like this within a day, however many numbers are typed.
A_DAY_MAX: Final = 50
DAY: Final = timedelta(days=1)
#: What could not be decided by then is forgotten: nobody looks at the page any more.
KEPT: Final = timedelta(hours=1)
AGAIN: Final = timedelta(seconds=5)
#: What the platform calls a template that does not advertise.
UTILITY: Final = "UTILITY"


def confirm_soon(link: OptInLink, typed: Phone, at: datetime) -> None:
    """Have it decided whether to ask at this number. Whoever’s it is, the same is done."""
    pk = uuid7()
    sealed = seal_secret(_name(pk), typed.digits.encode(), vault().key("typed"))
    with transaction.atomic():
        TypedNumber.objects.create(pk=pk, link=link, sealed=sealed, at=at)
        enqueue([NewJob(LANE, CONFIRM, {"typed": str(pk)})], at)


def confirm_typed(jobs: Sequence[Job]) -> Sequence[Outcome]:
    """The lane handler of kind `confirm`. A job that runs twice asks once: the number goes with the question."""
    forget_typed(clock.now())
    return [_confirm(UUID(job.ids["typed"])) for job in jobs]


def forget_typed(at: datetime) -> None:
    """Delete what could not be decided in time."""
    TypedNumber.objects.filter(at__lt=at - KEPT).delete()


def fitting(links: Sequence[OptInLink], at: datetime) -> dict[UUID, list[Offered]]:
    """By link the templates with which may be asked: approved, without advertising, in its language.

    An account's list is read once, however many links lead to it.
    """
    offered = {account: template_list(account, at).templates for account in {link.line.waba_id for link in links}}
    purposes = {Purpose(link.purpose) for link in links}
    texts = {language: texts_for(purposes, language) for language in {link.language for link in links}}
    found = {}
    for link in links:
        text = texts[link.language].get(Purpose(link.purpose))
        found[link.pk] = [one for one in offered[link.line.waba_id] if text is not None and _by(one, link, text)]
    return found


def asked_by_template(since: datetime) -> int:
    """How many people have been asked like this since then."""
    questions = Question.objects.filter(link__isnull=False, at__gt=since)
    return Message.objects.filter(pk__in=list(questions.values_list("message", flat=True)), kind="template").count()


def _confirm(pk: UUID) -> Outcome:
    row, at = TypedNumber.objects.select_related("link__line").filter(pk=pk).first(), clock.now()
    if row is None:
        return Done()
    try:
        with suppress(CannotBegin, NotOpen, Unfit), transaction.atomic():
            _ask(row, at)
    except NotAsked as refused:
        if refused.why is Refused.LEDGER_LATE:
            return Again(at + AGAIN, Refused.LEDGER_LATE, counts=False)
    _forget(row)
    return Done()


def _ask(row: TypedNumber, at: datetime) -> None:
    """Raises NotAsked, and what asking raises; then nobody has become a contact by it."""
    link = row.link
    text, one = text_for(Purpose(link.purpose), link.language), None
    if text is not None and link.ended_at is None and link.asks is Asks.CONFIRMED:
        found = offered_as(link.line.waba_id, link.template, link.template_language, at)
        one = _by(found, link, text) if found else None
    if one is None:
        raise NotAsked(CannotAsk.NO_TEXT)
    if asked_by_template(at - DAY) >= A_DAY_MAX:
        raise NotAsked(CannotAsk.ASKED)
    contact, _ = create(_number(row), "", NumberBasis.REQUEST, actor=BY_ITSELF.actor, at=at)
    person, purposes = contacts_of(contact), {Purpose(link.purpose), *WIDER}
    if any(of in purposes for _, of in suppressed_of(person)):  # also of whom nothing else is known any more
        raise NotAsked(CannotAsk.OBJECTED)
    asked = Question.objects.filter(contact__in=person, at__gt=at - OPEN_FOR)  # for whatever purpose
    if asked.exists() or Newcomer.objects.filter(contact__in=person).exists():
        raise NotAsked(CannotAsk.ASKED)
    home = begin(contact, link.line_id, None, actor=BY_ITSELF.actor, at=at)
    ask_for_consent(home, BY_ITSELF, at, template=one)
    _forget(row)


def _forget(row: TypedNumber) -> None:
    TypedNumber.objects.filter(pk=row.pk).delete()


def _by(one: Offered, link: OptInLink, text: Text) -> ByTemplate | None:
    """How to ask with this template; None if it is not fit for that.

    Approved and no advertising; in the link’s language; with a place for the whole text, or nobody could show what the
    yes was to; with a button that plainly says yes, and besides at most one that plainly says no.
    """
    of, is_ours = one.pattern, one.language.partition("_")[0] == link.language
    holes, places = placeholders(of.body), _yes_and_no(of)
    plain = not (of.beyond or of.brings_file or placeholders(of.header))
    if not (one.is_approved and one.category == UTILITY and is_ours and plain and len(holes) == 1 and places):
        return None
    found = ByTemplate(link, one.name, one.language, *places, hole=holes[0] if of.named else "")
    return found if _is_short(of, found.draft(text, uuid7())) else None


def _yes_and_no(of: Pattern) -> tuple[int, int | None] | None:
    heard = [said(one.title, asked=True) if one.kind == "QUICK_REPLY" else Said.NOTHING for one in of.buttons]
    if sorted(heard) not in ([Said.YES], [Said.NO, Said.YES]):
        return None
    return heard.index(Said.YES), heard.index(Said.NO) if Said.NO in heard else None


def _is_short(of: Pattern, draft: Draft) -> bool:
    """Whether the platform takes it as long as it is, filled in."""
    assert isinstance(draft.part, Template), "it was made so"
    return not [*template(draft.part), *filled_in(of, *wording(of, draft.part))]


def _number(row: TypedNumber) -> Phone:
    """Raises NotAsked where it does not open any more."""
    try:
        return Phone(open_secret(_name(row.pk), bytes(row.sealed), vault().key("typed")).decode())
    except Unreadable:
        raise NotAsked(Refused.NO_ADDRESS) from None


def _name(pk: UUID) -> str:
    return f"consent/typed/{pk}"
