"""Opt-in links, for print and web: whoever follows one finds a message written and sends it. Then they are asked.

The link gives no consent. What somebody read before they followed it nobody can prove; what they are asked in the chat,
and answer there, is proof by itself (BGH I ZR 164/09: the concrete declaration of each person).
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet

from jawort.consent.hear import Said, is_doubtful, normal, said
from jawort.consent.house_words import house_words
from jawort.consent.models import ConsentEvent, OptInLink, Question, Slip
from jawort.consent.phrases import YES
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.purposes import asked_for
from jawort.consent.replies import FOLLOWS
from jawort.consent.spoken import Spoken
from jawort.consent.state import Event
from jawort.consent.texts import keep_forms, text_for
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON

PLACE_CHARACTERS_MAX: Final = 60
LINKS_MAX: Final = 100
#: As an address writes it: what is longer no QR code holds.
WRITTEN_CHARACTERS_MAX: Final = 1_800
#: Nothing in it is mistaken for something else, read aloud or typed by hand.
LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LETTERS: Final = 6
CODE: Final = re.compile(rf"[{LETTERS}]{{{CODE_LETTERS}}}")
#: What its page adds: three parts, and its signature over them and the code.
PART_LETTERS: Final = 4
SIGNED_LETTERS: Final = 8
PART: Final = re.compile(rf"[{LETTERS}]{{{PART_LETTERS}}}")
SIGNED: Final = re.compile(rf"[{LETTERS}]{{{SIGNED_LETTERS}}}")
#: Alone, or with what its page has added to it (slips.py): who hands that in too late is asked anew.
_CODE: Final = re.compile(
    rf"\[\s*({CODE.pattern})(?:(?:-{PART.pattern}){{3}}-{SIGNED.pattern})?\s*\]", re.IGNORECASE | re.ASCII
)


class CannotLink(ValueError):
    """There is no link of this kind: `why` is `no_text`, `full`, `long`, or `ends`: its words would end marketing."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@transaction.atomic
def make_link(
    line: UUID, language: str, place: str, *, actor: str, at: datetime, purpose: Purpose = CAMPAIGNS
) -> OptInLink:
    """A link to `line` that hangs or stands at `place` and asks for one purpose. Raises CannotLink; then nothing was
    stored."""
    text = text_for(purpose, language) if purpose in asked_for() else None
    if text is None:
        raise CannotLink("no_text")
    if OptInLink.objects.filter(ended_at=None).count() >= LINKS_MAX:
        raise CannotLink("full")
    wording = FOLLOWS.to(text.language).format(controller=text.controller, contents=text.contents)
    # Whoever sends it would not be asked but paused.
    if said(wording, asked=False, also=house_words()) is not Said.NOTHING:
        raise CannotLink("ends")
    code = drawn(CODE_LETTERS)
    if len(quote(f"{wording} [{code}]")) > WRITTEN_CHARACTERS_MAX:
        raise CannotLink("long")
    link = OptInLink.objects.create(
        code=code,
        line_id=line,
        purpose=text.purpose,
        language=text.language,
        place=place,
        wording=wording,
        since=at,
    )
    _enter(link, "made", actor, at)
    return link


def drawn(letters: int) -> str:
    """So many letters at random."""
    return "".join(secrets.choice(LETTERS) for _ in range(letters))


def bare(text: str) -> str:
    """`text` without codes: their letters may happen to be a word that says something."""
    return _CODE.sub("", text) if "[" in text else text


@transaction.atomic
def end_link(pk: UUID, *, actor: str, at: datetime) -> None:
    """Nobody is asked by it any more; who sends its message reaches a person. Raises OptInLink.DoesNotExist."""
    link = OptInLink.objects.select_for_update().get(pk=pk)
    if link.ended_at is None:
        link.ended_at = at
        link.save(update_fields=["ended_at"])
        _enter(link, "ended", actor, at)


@transaction.atomic
def show_on(pk: UUID, origins: Iterable[str], *, actor: str, at: datetime) -> None:
    """Pages of these origins may show the question of a link, and no others. Raises OptInLink.DoesNotExist."""
    link = OptInLink.objects.select_for_update().get(pk=pk, ended_at=None)
    wanted = "\n".join(sorted(set(origins)))
    if wanted != link.origins:
        link.origins = wanted
        link.save(update_fields=["origins"])
        _enter(link, "origins", actor, at)


@transaction.atomic
def ask_number(
    pk: UUID, asks: bool, *, actor: str, at: datetime, template: str = "", template_language: str = ""
) -> None:
    """Its page also asks for the number from now on, or does not. Raises OptInLink.DoesNotExist.

    With a template, whose fitness the caller has seen to, whoever types a number may be asked there as well.
    """
    link = OptInLink.objects.select_for_update().get(pk=pk, ended_at=None)
    wanted = (asks, template, template_language) if asks and template else (asks, "", "")
    if wanted == (link.asks_number, link.template, link.template_language):
        return
    link.asks_number, link.template, link.template_language = wanted
    link.save(update_fields=["asks_number", "template", "template_language"])
    named: dict[str, JSON] = {"template": template, "template_language": template_language} if link.template else {}
    _enter(link, "number", actor, at, asks_number=asks, **named)
    keep_forms(Purpose(link.purpose), actor=actor, at=at)


@dataclass(frozen=True, slots=True)
class Counted:
    """A link, how many were asked because they followed it or answered its page, and how many of them said yes."""

    link: OptInLink
    asked: int
    yes: int


def links() -> list[Counted]:
    """All there are: those in use first, newest first."""
    yes = ConsentEvent.objects.filter(contact=OuterRef("contact"), event=Event.GIVEN, at=OuterRef("closed_at"))
    people, slips = Count("contact", distinct=True), dict(_grouped(Slip.objects.all(), Count("pk")))
    questions = Question.objects.filter(link__isnull=False)
    asked, said_yes = dict(_grouped(questions, people)), dict(_grouped(questions.filter(Exists(yes)), people))
    rows = OptInLink.objects.select_related("line").order_by(F("ended_at").desc(nulls_first=True), "-pk")
    return [
        Counted(link, asked.get(link.pk, 0) + slips.get(link.pk, 0), said_yes.get(link.pk, 0) + slips.get(link.pk, 0))
        for link in rows
    ]


def _grouped(rows: QuerySet[Any], count: Count) -> Iterable[tuple[UUID, int]]:
    yield from rows.values_list("link").annotate(n=count).values_list("link", "n")


def followed(spoken: Sequence[Spoken]) -> dict[UUID, OptInLink]:
    """The messages that ask to be asked, each with its link. No query where none carries a code."""
    codes = {one.message_id: (code, rest) for one in spoken for code, rest in [code_in(one)] if code}
    if not codes:
        return {}
    known = links_of(code for code, _ in codes.values())
    return {
        message: known[code]
        for message, (code, rest) in codes.items()
        if code in known and rest in {"", normal(known[code].wording), *YES}
    }


def links_of(codes: Iterable[str]) -> dict[str, OptInLink]:
    """Those in use, by code, with their lines; of a purpose that has ended nobody is asked."""
    found = OptInLink.objects.select_related("line").filter(code__in=set(codes), ended_at=None)
    links, open_ = {link.code: link for link in found}, asked_for() if found else {}
    return {code: link for code, link in links.items() if Purpose(link.purpose) in open_}


def code_in(one: Spoken) -> tuple[str, str]:
    """The code in a message, empty where there is none, and what else it says, as hear.py reads it.

    Somebody else's words ask for nobody. Whoever has changed ours may mean anything, also a no: that somebody reads.
    On which line of ours it is written does not matter.
    """
    if one.kind != "text" or one.forwarded or one.to_bot or is_doubtful(one.text):
        return "", ""
    found = _CODE.search(one.text)
    return (found[1].upper(), normal(one.text[: found.start()] + one.text[found.end() :])) if found else ("", "")


def _enter(link: OptInLink, change: str, actor: str, at: datetime, **more: JSON) -> None:
    facts: dict[str, JSON] = {"change": change, "purpose": link.purpose, "language": link.language, **more}
    record([Entry(Kind.OPT_IN_LINK_CHANGED, actor, link.pk, facts, related=link.line_id)], at)
