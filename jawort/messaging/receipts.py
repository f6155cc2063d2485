"""Receipts of the platform: sent, delivered, read, failed. They come late, doubled and out of order."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from jawort.channels.types import Receipt
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.content import key_name
from jawort.messaging.live import notify
from jawort.messaging.models import Message
from jawort.messaging.provider import USE, seal_provider_id
from jawort.messaging.rules import State, advance
from jawort.messaging.touch import bump, lock_homes
from jawort.vault.blind import blind
from jawort.vault.keys import keks


def apply_receipts(receipts: Sequence[Receipt], at: datetime) -> list[Receipt]:
    """Move messages forward; needs the batch's transaction. Returns the receipts of messages we do not know."""
    if not receipts:
        return []
    by_message, unknown = _matched(receipts)
    lock_homes(list(by_message))
    rows = Message.objects.select_for_update(of=("self",), no_key=True).order_by("pk").in_bulk(list(by_message))
    _learn_ids(rows, by_message)
    changed = [m for m in rows.values() if _move(m, by_message[m.pk])]
    record([entry for m in rows.values() for entry in _failures(m, by_message[m.pk])], at)
    fields = ["state", "failure", "provider_index", "provider_wrapped", "provider_ciphertext"]
    Message.objects.bulk_update(rows.values(), fields)
    homes = [(m.conversation_id, m.pk) for m in changed if m.conversation_id]
    bump([home for home, _ in homes])
    notify([home for home, _ in homes], homes)
    return unknown


def _matched(receipts: Sequence[Receipt]) -> tuple[dict[UUID, list[Receipt]], list[Receipt]]:
    """Receipts by message: by the id we gave along, else by the provider's id once the call's answer is stored."""
    ours = set(
        Message.objects.filter(pk__in=[i for r in receipts if (i := _own_id(r))], direction="out").values_list(
            "pk", flat=True
        )
    )
    named = _by_provider_id([r.provider_id for r in receipts if _own_id(r) not in ours])
    by_message: dict[UUID, list[Receipt]] = defaultdict(list)
    unknown = []
    for receipt in receipts:
        own = _own_id(receipt)
        message = own if own in ours else named.get(receipt.provider_id)
        if message is None:
            unknown.append(receipt)
        else:
            by_message[message].append(receipt)
    return by_message, unknown


def _by_provider_id(provider_ids: Sequence[str]) -> dict[str, UUID]:
    names = {blind(USE, provider_id): provider_id for provider_id in provider_ids}
    found = Message.objects.filter(provider_index__in=list(names), direction="out")
    return {names[bytes(index)]: pk for index, pk in found.values_list("provider_index", "pk") if index is not None}


def _learn_ids(rows: dict[UUID, Message], by_message: dict[UUID, list[Receipt]]) -> None:
    """A receipt may name the message before the call's answer does, or after that answer was lost."""
    nameless = [m for m in rows.values() if m.provider_index is None]
    keys = keks({key_name(m.contact_id, m.month) for m in nameless}, create=False)
    for message in nameless:
        seal_provider_id(
            message, by_message[message.pk][0].provider_id, keys[key_name(message.contact_id, message.month)]
        )


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


def _failures(message: Message, receipts: Sequence[Receipt]) -> list[Entry]:
    """A failure that comes after the call is an entry of its own, also where the message has arrived all the same."""
    return [
        Entry(Kind.MESSAGE_OUTCOME, "system", message.pk, {"state": "failed", "code": _code(receipt)})
        for receipt in receipts
        if receipt.state == "failed"
    ]


def _code(receipt: Receipt) -> str:
    return str(receipt.failure.code) if receipt.failure else "0"


def _own_id(receipt: Receipt) -> UUID | None:
    """The id we gave along; None for what is not ours."""
    try:
        return UUID(receipt.own_id) if receipt.own_id else None
    except ValueError:
        return None
