"""Collect the facts and put them to the gate: once when a message is queued, once more when it leaves."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import connection

from jawort.channels.parts import Part, Template, file_kind
from jawort.consent.purpose import CAMPAIGNS, CARE, Purpose
from jawort.consent.queries import stops
from jawort.consent.rules import Facts, Permit, Refusal, ask
from jawort.ledger.queries import lateness
from jawort.lines.models import Line
from jawort.lines.notices import stopped_templates
from jawort.lines.template_list import marketing_templates
from jawort.messaging.content import What
from jawort.messaging.grounds import Wish, grounds
from jawort.messaging.models import Message
from jawort.people.persons import members
from jawort.people.queries import Address, addresses, in_review

# By contact, whatever the planner believes: a line has all conversations, a contact a few.
WINDOWS = """
SELECT false, known.id, c.line_id, max(c.window_ends_at)
  FROM unnest(%b::uuid[]) AS known (id)
 CROSS JOIN LATERAL (SELECT line_id, window_ends_at FROM messaging_conversation
                      WHERE contact_id = known.id OFFSET 0) AS c
 WHERE c.line_id = ANY(%b::uuid[]) GROUP BY known.id, c.line_id
 UNION ALL
SELECT true, contact_id, line_id, window_ends_at FROM messaging_newcomer
 WHERE contact_id = ANY(%b::uuid[]) AND line_id = ANY(%b::uuid[])
"""
#: By contact and line until when WhatsApp takes free text.
Windows = dict[tuple[UUID, UUID], datetime | None]


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom, through which line, for what; with which template (name, language), if with one; with a document?

    `asks_yes`: it asks a new person whether what they wrote may be read.
    """

    contact_id: UUID
    line_id: UUID
    purpose: Purpose = CARE
    template: tuple[str, str] | None = None
    document: bool = False
    asks_yes: bool = False


def template_of(part: Part | None) -> tuple[str, str] | None:
    """The template that a message consists of, None if it is none: the platform takes it outside the window."""
    return (part.name, part.language) if isinstance(part, Template) else None


def is_document(kind: str, part: Part | None) -> bool:
    """Whether a message brings a document along: as itself, above its text, or in a template."""
    return "document" in (kind, file_kind(part))


def recipient_of(message: Message, what: What) -> Recipient:
    """To whom a message that is stored goes, and with what."""
    template, document = template_of(what.part), is_document(what.kind, what.part)
    asks_yes = message.conversation_id is None  # of ours nothing else is without one
    return Recipient(message.contact_id, message.line_id, Purpose(message.purpose), template, document, asks_yes)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gate said, the living address it said it of, and the facts that it was asked about.

    `needs` is the purpose that must have been consented to, None where no consent was needed.
    """

    verdict: Permit | Refusal
    address: Address | None
    facts: Facts
    needs: Purpose | None = None

    @property
    def word(self) -> str:
        """The basis or the refusal's code, as it is stored with the message."""
        match self.verdict:
            case Permit(basis):
                return str(basis)
            case Refusal(code):
                return str(code)


def answers(
    recipients: Iterable[Recipient],
    at: datetime,
    persons: Mapping[UUID, Sequence[UUID]] | None = None,
    lines: Mapping[UUID, Line] | None = None,
) -> dict[Recipient, Answer]:
    """The gate's answer for each, in constant many queries.

    Where they are known, `persons` are all contacts of each person, as people.persons says them, `lines` theirs by id.
    """
    wanted = set(recipients)
    contacts = {r.contact_id for r in wanted}
    if lines is None:
        lines = {line.id: line for line in Line.objects.filter(pk__in={r.line_id for r in wanted})}
    if persons is None:
        persons = members(contacts)
    everybody = {*contacts, *chain.from_iterable(persons.values())}
    windows, awaited = _windows(everybody, lines)
    reachable = _reachable(wanted, lines)
    unclear = in_review(contacts, persons)
    against = stops(contacts, persons)
    behind = lateness(at)
    templates = {r: (lines[r.line_id].waba_id, *r.template) for r in wanted if r.template}
    stopped = stopped_templates({account for account, _, _ in templates.values()}, at)
    marketing = marketing_templates(set(templates.values()))
    wishes = {r: _wish(r, reachable, lines[r.line_id], templates.get(r), marketing) for r in wanted}
    ground = grounds(wishes, at)
    found = {}
    for r in wanted:
        rests, address, line = ground[r], wishes[r].address, lines[r.line_id]
        person, asked = persons.get(r.contact_id, (r.contact_id,)), awaited if r.asks_yes else windows
        facts = Facts(
            rests_on=rests.rests_on,
            window_ends_at=_latest(asked.get((c, r.line_id)) for c in person),
            objected=rests.suppressed
            or any((r.contact_id, of) in against.objections for of in (r.purpose, CARE, rests.needs)),
            objected_to_campaigns=(r.contact_id, CAMPAIGNS) in against.objections,
            restricted=r.contact_id in against.restricted,
            in_review=r.contact_id in unclear,
            has_address=address is not None,
            line_is_live=line.state == "live",
            ledger_lag_s=behind,
            is_template=r.template is not None,
            template_stopped=templates.get(r) in stopped,
            is_marketing=templates.get(r) in marketing,
            answers_only=line.answers_only,
            blocked=(r.contact_id, r.line_id) in against.blocked,
            paused=r.contact_id in against.paused,
            consent_stands=rests.consent_stands,
            is_existing_customer=rests.is_existing_customer,
            is_document=r.document,
            documents_forbidden=line.forbids_documents,
            purpose_closed=rests.closed,
            awaits_yes=any((c, r.line_id) in awaited for c in {r.contact_id, address.contact if address else None}),
            asks_yes=r.asks_yes,
        )
        found[r] = Answer(ask(facts, at), address, facts, rests.needs)
    return found


def _wish(
    r: Recipient,
    reachable: Mapping[tuple[UUID, UUID], Address],
    line: Line,
    template: tuple[str, str, str] | None,
    marketing: Collection[tuple[str, str, str]],
) -> Wish:
    address = reachable.get((r.contact_id, r.line_id))
    return Wish(r.purpose, address, line.channel, template, template in marketing)


def _windows(contacts: set[UUID], lines: Mapping[UUID, Line]) -> tuple[Windows, Windows]:
    """The window belongs to the person and the line, whatever conversation the last word was in. Second, those of
    whoever waits with a yes to give: nothing but the question for it may use them."""
    found: tuple[Windows, Windows] = ({}, {})
    with connection.cursor() as cursor:
        cursor.execute(WINDOWS, [list(contacts), list(lines)] * 2)
        for waits, contact, line, end in cursor.fetchall():
            found[waits][contact, line] = end
    return found


def _latest(ends: Iterable[datetime | None]) -> datetime | None:
    return max((end for end in ends if end is not None), default=None)


def _reachable(wanted: set[Recipient], lines: Mapping[UUID, Line]) -> dict[tuple[UUID, UUID], Address]:
    by_scope: dict[str, set[UUID]] = {}
    for r in wanted:
        by_scope.setdefault(lines[r.line_id].scope, set()).add(r.contact_id)
    found = {scope: addresses(contacts, scope) for scope, contacts in by_scope.items()}
    return {
        (r.contact_id, r.line_id): address
        for r in wanted
        if (address := found[lines[r.line_id].scope].get(r.contact_id)) is not None
    }
