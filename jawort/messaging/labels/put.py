"""A label is put on a conversation, or taken off. Open or resolved: it says what it was about afterwards too."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.labels.models import Label, Labelled
from jawort.messaging.live import notify
from jawort.messaging.models import Closing, Conversation


class CannotLabel(ValueError):
    """The label is retired, or there is none."""


@transaction.atomic
def put_on(conversation: Conversation, label: UUID, *, actor: str, at: datetime) -> bool:
    """From now on the conversation carries the label. False if it did already. Raises CannotLabel."""
    held = Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=conversation.pk)
    if Labelled.objects.filter(conversation=held, label=label).exists():
        return False
    if not Label.objects.select_for_update(no_key=True).filter(pk=label, retired_at=None).exists():
        raise CannotLabel("There is no such label any more.")
    Labelled.objects.create(conversation=held, label_id=label)
    _changed(held.pk, [label], "on", actor, at)
    return True


@transaction.atomic
def take_off(conversation: Conversation, label: UUID, *, actor: str, at: datetime) -> None:
    """The conversation carries the label no longer. Nothing happens if it does not."""
    held = Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=conversation.pk)
    gone, _ = Labelled.objects.filter(conversation=held, label=label).delete()
    if gone:
        _changed(held.pk, [label], "off", actor, at)


def carry_over(closing: Closing, *, actor: str, at: datetime) -> None:
    """The conversation that goes on carries what the closed one does. Needs both locks and an open transaction."""
    there = Labelled.objects.filter(conversation=closing.kept_id).values("label_id")
    carried = Labelled.objects.filter(conversation=closing.closed_id).exclude(label__in=there).order_by("label")
    labels = list(carried.values_list("label_id", flat=True))
    Labelled.objects.bulk_create(
        Labelled(conversation_id=closing.kept_id, label_id=label, closing=closing) for label in labels
    )
    _record(closing.kept_id, labels, "on", actor, at)


def carry_back(closing: Closing, *, actor: str, at: datetime) -> None:
    """What came by this closing and was not taken off goes. Needs the lock of the kept one and an open transaction."""
    brought = Labelled.objects.filter(conversation=closing.kept_id, closing=closing).order_by("label")
    labels = list(brought.values_list("label_id", flat=True))
    brought.delete()
    _record(closing.kept_id, labels, "off", actor, at)


def _changed(home: UUID, labels: Sequence[UUID], change: str, actor: str, at: datetime) -> None:
    Conversation.objects.filter(pk=home).update(version=F("version") + 1)
    _record(home, labels, change, actor, at)
    notify([home])


def _record(home: UUID, labels: Sequence[UUID], change: str, actor: str, at: datetime) -> None:
    kind = Kind.CONVERSATION_LABELLED
    record([Entry(kind, actor, home, {"change": change}, related=label) for label in labels], at)
