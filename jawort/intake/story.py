"""What happens to a batch of updates, told in order. Each stage is a loop around set-based writes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from uuid import UUID

from jawort.channels.parts import Cards, Choice
from jawort.channels.types import STANDBY, IdentityChange, Inbound, Notice, Preference, Receipt, Unreadable, Update
from jawort.consent.consents import note_moved
from jawort.consent.opt_in import followed
from jawort.consent.prefer import Wish, take_wishes
from jawort.consent.spoken import Spoken
from jawort.consent.take_words import take_words
from jawort.intake.aside import UNKNOWN_MESSAGE, Aside
from jawort.intake.known import known_contacts
from jawort.intake.notices import Accounts, accounts_of, placed
from jawort.lines.heard import count_heard
from jawort.lines.models import Line
from jawort.lines.queries import by_ref
from jawort.lines.tell import take_notices
from jawort.messaging.acknowledge import acknowledge
from jawort.messaging.ask_consent import what_left
from jawort.messaging.ask_followers import ask_soon
from jawort.messaging.live import notify_about
from jawort.messaging.models import Message
from jawort.messaging.receipts import apply_receipts, matched
from jawort.messaging.receive import Arrival, receive
from jawort.messaging.seen import first_time, name_of
from jawort.messaging.touch import lock_all, still_merged
from jawort.messaging.waiting import leave_nothing
from jawort.messaging.yes_first.door import at_the_door, lock_newcomers
from jawort.messaging.yes_first.let_in import let_in, show_prompts
from jawort.people.change import change_identity
from jawort.people.give import give_number
from jawort.people.resolve import Addresses, Sender, resolve
from jawort.people.rules import classify

Lines = Mapping[str, Line]
#: In place of a line where an update is known again whichever it names.
NO_LINE = UUID(int=0)
#: Of a person who is to be found.
_Of = Inbound | IdentityChange | Preference
#: Of merged contacts all that are one person, the one in front first.
Persons = Mapping[UUID, tuple[UUID, ...]]


def take_in(updates: Sequence[Update], at: datetime) -> list[Aside]:
    """Take in a batch, in the caller's transaction. Returns what found no place."""
    lines = by_ref({u.line_ref for u in updates})
    targets = known_receipts(updates, lines)
    accounts = accounts_of(updates)
    aside, ours = [], []
    for update in (_or_notice(update, targets) for update in updates):
        if reason := _no_place(update, lines, targets, accounts):
            aside.append(Aside(update.original, reason))
        else:
            ours.append(update)
    told = _first_told(ours, lines, at)
    receipts = [(u, targets[u]) for u in told if isinstance(u, Receipt)]
    others = [u for u in told if isinstance(u, Inbound | IdentityChange | Preference)]
    addresses = Addresses()
    persons = _lock(others, {message for _, message in receipts}, lines, addresses)
    for _, stretch in groupby(others, type):
        alike = list(stretch)
        _change([u for u in alike if isinstance(u, IdentityChange)], lines, at)
        _receive([u for u in alike if isinstance(u, Inbound)], lines, addresses, persons, at)
        _prefer([u for u in alike if isinstance(u, Preference)], lines, at)
    apply_receipts(receipts, at)
    take_notices([placed(u, lines, accounts) for u in told if isinstance(u, Notice)], at)
    count_heard((lines[u.line_ref].pk for u in updates if u.line_ref in lines), at)
    return aside


def known_receipts(updates: Sequence[Update], lines: Lines) -> dict[Receipt, UUID]:
    """The receipts among `updates` that tell of a message of ours, each with its message."""
    return matched({u: lines[u.line_ref].pk for u in updates if isinstance(u, Receipt) and u.line_ref in lines})


def _or_notice(update: Update, targets: Mapping[Receipt, UUID]) -> Update:
    """The update; a receipt of what Meta Business Agent wrote as a notice, as what it wrote is.

    It names no message of ours, by our own id or the platform's. One that gives an id of ours along waits as elsewhere.
    """
    if isinstance(update, Receipt) and update.standby and update.own_id is None and update not in targets:
        return Notice(update.line_ref, STANDBY, update.original)
    return update


def _no_place(update: Update, lines: Lines, targets: Mapping[Receipt, UUID], accounts: Accounts) -> str:
    """Why an update has no place here; empty if it has one.

    Decided before an update is marked as seen: a receipt that waits for its message must be new when it is replayed.
    """
    match update:
        case Unreadable():
            return "unreadable"
        case Notice() if update.line_ref in lines or update.account_ref in accounts:
            return ""
        case _ if update.line_ref not in lines:
            return "line_unknown"
        case Receipt() if update not in targets:
            return UNKNOWN_MESSAGE
        case _:
            return ""


def _first_told(updates: Sequence[Update], lines: Lines, at: datetime) -> list[Update]:
    """Without what was told before: the platform repeats itself for up to seven days."""
    names = [_name(update, lines.get(update.line_ref)) for update in updates]
    return [update for update, first in zip(updates, first_time(names, at), strict=True) if first]


def _name(update: Update, line: Line | None) -> bytes:
    if isinstance(update, Notice):  # it has no id of its own; the same bytes come with every redelivery
        return name_of(NO_LINE, "notice", sha256(update.original).hexdigest())
    assert line is not None, "what names no line of ours has no place"
    match update:
        case Receipt(provider_id=provider_id, state=state):
            return name_of(line.pk, "receipt", provider_id, state)
        case Inbound(provider_id=provider_id):
            return name_of(line.pk, "message", provider_id)
        case IdentityChange(provider_id=provider_id):
            return name_of(line.pk, "change", provider_id)
        case Preference(provider_id=provider_id):
            return name_of(line.pk, "preference", provider_id)
        case _:
            raise AssertionError("unreadable updates belong to no line")


def _lock(updates: Sequence[_Of], messages: set[UUID], lines: Lines, addresses: Addresses) -> Persons:
    """Lock the conversations that the batch will write to, before anything else and in one order; who is merged.

    Delivery locks those of its batch in the same order; locked stretch by stretch the two would wait for each other.
    What the batch itself opens nobody else can hold.
    """
    senders: list[Sender] = []
    for update in updates:
        scope = lines[update.line_ref].scope
        if isinstance(update, IdentityChange):
            senders += _sides(update, scope)
        else:
            senders.append(_sender(update, scope))
    known = known_contacts(senders, addresses)
    on = {lines[update.line_ref].pk for update in updates}
    if known.contacts or messages:
        lock_all(messages, known.contacts, on)
    if known.contacts:
        lock_newcomers(known.contacts, on)
    return still_merged(known.persons, known.contacts, on, messages) if known.persons else {}


def _sender(update: Inbound | Preference, scope: str) -> Sender:
    one = update.sender
    return Sender(one.phone, one.bsuid, one.parent_bsuid, one.name, scope, one.username)


def _sides(told: IdentityChange, scope: str) -> tuple[Sender, Sender]:
    """Who it was, and who it is now."""
    old = Sender(told.old_phone, told.old_bsuid, told.old_parent_bsuid, None, scope)
    return old, Sender(told.new_phone, told.new_bsuid, told.new_parent_bsuid, None, scope)


def _receive(inbound: Sequence[Inbound], lines: Lines, addresses: Addresses, persons: Persons, at: datetime) -> None:
    contacts = resolve([_sender(i, lines[i.line_ref].scope) for i in inbound], at, addresses)
    arrivals = [
        Arrival(one, lines[one.line_ref].pk, contact, persons.get(contact, ()))
        for one, contact in zip(inbound, contacts, strict=True)
    ]
    asking = {line.pk for line in lines.values() if line.asks_first}
    passed = let_in(at_the_door(arrivals, asking, at), at)
    messages = receive(passed.arrivals, at)
    show_prompts(passed, messages)
    heard = [(a.inbound, m) for a, m in zip(passed.arrivals, messages, strict=True) if m.pk not in passed.answers]
    _hear([_spoken(one, message) for one, message in heard], at)
    for one, _ in heard:
        if isinstance(one.part, Cards) and one.part.own_number:
            give_number(_sender(one, lines[one.line_ref].scope), one.part.own_number, at)


def _spoken(inbound: Inbound, message: Message) -> Spoken:
    payload = inbound.part.payload if isinstance(inbound.part, Choice) else ""
    return Spoken(
        message.contact_id,
        message.pk,
        inbound.text,
        inbound.kind,
        payload,
        quotes=bool(inbound.about),
        about=message.about_id,
        sent_at=inbound.sent_at,
        to_bot=inbound.standby,
        forwarded=inbound.forwarded,
        home=message.conversation_id,
        phone=_phone(inbound),
    )


def _phone(inbound: Inbound) -> str:
    one = inbound.sender
    return classify(one.phone, one.bsuid, one.parent_bsuid).number or ""


def _hear(spoken: Sequence[Spoken], at: datetime) -> None:
    """What people wrote may give a consent or end campaigns, and who did either is told that it was heard.

    Whoever followed an opt-in link is asked for one. What says nothing else leaves nothing to answer.
    """
    if not spoken:
        return
    heard = take_words(spoken, at, what_left)
    links = followed([one for one in spoken if one.message_id not in heard.answers])
    acknowledge(heard.answered, at)
    ask_soon({one.message_id: (one.home, links[one.message_id]) for one in spoken if one.message_id in links}, at)
    leave_nothing([*heard.whole, *links], at)


def _change(changes: Sequence[IdentityChange], lines: Lines, at: datetime) -> None:
    """The platform says that somebody's number or id changed: the contact stays, with its history.

    What was consented to from the old address does not hold for the new one.
    """
    for told in changes:
        old, new = _sides(told, lines[told.line_ref].scope)
        contact = change_identity(old, new, at)
        if contact is not None:
            note_moved(contact, at)


def _prefer(told: Sequence[Preference], lines: Lines, at: datetime) -> None:
    """Customers told the platform what they want to get: kept, heeded, and shown where they are written to."""
    if not told:
        return
    contacts = resolve([_sender(one, lines[one.line_ref].scope) for one in told], at)
    take_wishes(
        [
            Wish(contact, lines[one.line_ref].pk, one.subject, one.wish, one.signup_ref, one.at)
            for one, contact in zip(told, contacts, strict=True)
        ],
        at,
    )
    notify_about(contacts)
