"""Receipts of the platform: sent, delivered, read, failed. They come late, doubled and out of order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from jawort.channels.types import Receipt
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.lines.billed import count_billed
from jawort.messaging.content import key_name
from jawort.messaging.failures import keep
from jawort.messaging.heed import heed
from jawort.messaging.late import heed_late
from jawort.messaging.live import notify
from jawort.messaging.models import Message
from jawort.messaging.provider import USE, seal_provider_id
from jawort.messaging.rules import State, advance
from jawort.messaging.snooze import stir
from jawort.messaging.touch import bump, lock_homes
from jawort.messaging.waiting import wait_anew
from jawort.messaging.write import write
from jawort.vault.blind import blind
from jawort.vault.keys import keks


def matched(receipts: Mapping[Receipt, UUID]) -> dict[Receipt, UUID]:
    """The message of each receipt, given with the line it came through. Those of no message of ours are left out.

    Found by the id we gave along, else by the provider's id once the call's answer is stored. A message that has not
    been numbered and sealed cannot have left: what names it waits too. Two queries.
    """
    known = Message.objects.filter(direction="out", seq__isnull=False, entry_id__isnull=False)
    own_ids = {receipt: _own_id(receipt) for receipt in receipts}
    ours = dict(known.filter(pk__in={own for own in own_ids.values() if own}).values_list("pk", "line_id"))
    indexes = {r: blind(USE, r.provider_id) for r, own in own_ids.items() if own not in ours}
    named: dict[tuple[bytes, UUID], UUID] = {}
    if indexes:
        found = known.filter(provider_index__in=set(indexes.values()))
        for index, line, pk in found.values_list("provider_index", "line_id", "pk"):
            named[bytes(index or b""), line] = pk
    by_receipt = {}
    for receipt, line in receipts.items():
        own = own_ids[receipt]
        if own not in ours:
            own = named.get((indexes[receipt], line))
        elif ours[own] != line:
            own = None
        if own is not None:
            by_receipt[receipt] = own
    return by_receipt


def apply_receipts(receipts: Sequence[tuple[Receipt, UUID]], at: datetime) -> None:
    """Move messages forward, each by the receipts that were matched with it; needs the batch's transaction.

    What changes nothing writes nothing.
    """
    if not receipts:
        return
    by_message: dict[UUID, list[Receipt]] = defaultdict(list)
    for receipt, message_id in receipts:
        by_message[message_id].append(receipt)
    lock_homes(by_message)
    found = Message.objects.select_for_update(of=("self",), no_key=True).defer("wrapped", "ciphertext")
    rows = found.order_by("pk").in_bulk(list(by_message))
    learned = _learn_ids(rows, by_message)
    lost = {m.pk for m in rows.values() if m.state == State.FAILED}
    moved = [m for m in rows.values() if _move(m, by_message[m.pk])]
    # The platform says it with `sent` and once more later; each comes once here, so the first alone is counted.
    sent = [(rows[pk].line_id, r) for r, pk in receipts if r.state == "sent" and pk in rows]
    count_billed((line, r.at, r.billed) for line, r in sent if r.billed)
    _fail([(m, r) for m in rows.values() for r in by_message[m.pk] if r.state == "failed"], at)
    write(learned, "provider_index", "provider_wrapped", "provider_ciphertext")
    write(moved, "state", "failure")
    failed = {m.pk for m in rows.values() if any(r.state == "failed" for r in by_message[m.pk])}
    shown = {m.pk for m in moved} | failed
    homes = [(m.conversation_id, m.pk) for m in rows.values() if m.conversation_id and m.pk in shown]
    if homes:
        bump([home for home, _ in homes])
        stir({home for home, message in homes if message in failed and rows[message].state == State.FAILED}, at)
        wait_anew({home for home, message in homes if message in lost})  # it has arrived all the same
        notify([home for home, _ in homes], homes)


def _learn_ids(rows: Mapping[UUID, Message], by_message: Mapping[UUID, Sequence[Receipt]]) -> list[Message]:
    """A receipt may name the message before the call's answer does, or after that answer was lost. Who got an id."""
    nameless = [m for m in rows.values() if m.provider_index is None]
    keys = keks({key_name(m.contact_id, m.month) for m in nameless}, create=False) if nameless else {}
    learned = []
    for message in nameless:
        kek = keys.get(key_name(message.contact_id, message.month))
        if kek is not None:  # the contact is being erased: then nothing may be added
            seal_provider_id(message, by_message[message.pk][0].provider_id, kek)
            learned.append(message)
    return learned


def _move(message: Message, receipts: Sequence[Receipt]) -> bool:
    """Fold the receipts into the state; whether it changed."""
    before = State(message.state)
    for receipt in receipts:
        message.state = advance(State(message.state), State(receipt.state))
    if message.state != State.FAILED:
        message.failure = ""
    elif not message.failure:
        message.failure = next((_code(r) for r in receipts if r.state == "failed"), "0")
    return message.state != before


def _fail(failed: Sequence[tuple[Message, Receipt]], at: datetime) -> None:
    """A failure that comes after the call is an entry of its own, also where the message has arrived all the same."""
    outcomes = [(m, {"state": "failed", "code": _code(receipt)}) for m, receipt in failed]
    record([Entry(Kind.MESSAGE_OUTCOME, "system", m.pk, facts) for m, facts in outcomes], at)
    heed(((m, _code(receipt)) for m, receipt in failed), at)
    heed_late(failed, at)
    keep(failed)


def _code(receipt: Receipt) -> str:
    return str(receipt.failure.code) if receipt.failure else "0"


def _own_id(receipt: Receipt) -> UUID | None:
    """The id we gave along; None for what is not ours."""
    try:
        return UUID(receipt.own_id) if receipt.own_id else None
    except ValueError:
        return None
