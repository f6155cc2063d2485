"""What happens to a batch of updates, told in order. Each stage is a loop around set-based writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from jawort.channels.types import IdentityChange, Inbound, Notice, Receipt, Unreadable, Update
from jawort.lines.models import Line
from jawort.lines.queries import by_ref
from jawort.messaging.receipts import apply_receipts
from jawort.messaging.receive import Arrival, receive
from jawort.messaging.seen import first_time, name_of
from jawort.people.change import change_identity
from jawort.people.resolve import Sender, resolve


@dataclass(frozen=True, slots=True)
class Aside:
    """An update that is kept for people to look at, and why: a code, never content."""

    original: bytes
    reason: str


def take_in(updates: Sequence[Update], at: datetime) -> list[Aside]:
    """Take in a batch, in the caller's transaction. Returns what found no place in a conversation."""
    lines = by_ref({u.line_ref for u in updates})
    aside = [Aside(u.original, _no_place(u, lines)) for u in updates if _no_place(u, lines)]
    placed = [u for u in updates if not _no_place(u, lines)]
    for changes, stretch in groupby(_first_told(placed, lines, at), lambda u: isinstance(u, IdentityChange)):
        told = list(stretch)
        if changes:
            _change([u for u in told if isinstance(u, IdentityChange)], lines, at)
        else:
            _receive([u for u in told if isinstance(u, Inbound)], lines, at)
            unknown = apply_receipts([u for u in told if isinstance(u, Receipt)], at)
            aside += [Aside(receipt.original, "receipt_of_unknown_message") for receipt in unknown]
    return aside


def _no_place(update: Update, lines: dict[str, Line]) -> str:
    """Why an update belongs to no conversation; empty if it does."""
    match update:
        case Unreadable():
            return "unreadable"
        case Notice(_, kind, _):
            return f"notice_{kind}"[:64] if kind.isidentifier() else "notice"
        case _ if update.line_ref not in lines:
            return "line_unknown"
        case _:
            return ""


def _first_told(updates: Sequence[Update], lines: dict[str, Line], at: datetime) -> list[Update]:
    """Without what was told before: the platform repeats itself for up to seven days."""
    names = [_name(update, lines[update.line_ref]) for update in updates]
    return [update for update, first in zip(updates, first_time(names, at), strict=True) if first]


def _name(update: Update, line: Line) -> bytes:
    match update:
        case Receipt(provider_id=provider_id, state=state):
            return name_of(line.pk, "receipt", provider_id, state)
        case Inbound(provider_id=provider_id):
            return name_of(line.pk, "message", provider_id)
        case IdentityChange(provider_id=provider_id):
            return name_of(line.pk, "change", provider_id)
        case _:
            raise AssertionError("notices and unreadable updates belong to no line")


def _receive(inbound: Sequence[Inbound], lines: dict[str, Line], at: datetime) -> None:
    senders = [
        Sender(
            phone=i.sender.phone,
            bsuid=i.sender.bsuid,
            parent_bsuid=i.sender.parent_bsuid,
            name=i.sender.name,
            scope=lines[i.line_ref].scope,
        )
        for i in inbound
    ]
    contacts = resolve(senders, at)
    arrivals = [Arrival(i, lines[i.line_ref].pk, contact) for i, contact in zip(inbound, contacts, strict=True)]
    receive(arrivals, at)


def _change(changes: Sequence[IdentityChange], lines: dict[str, Line], at: datetime) -> None:
    """The platform says that somebody's number or id changed: the contact stays, with its history."""
    for told in changes:
        scope = lines[told.line_ref].scope
        old = Sender(told.old_phone, told.old_bsuid, told.old_parent_bsuid, None, scope)
        new = Sender(told.new_phone, told.new_bsuid, told.new_parent_bsuid, None, scope)
        change_identity(old, new, at)
