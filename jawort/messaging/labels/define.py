"""The administrator says which labels there are, what they are called, and which are used no longer."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Lower

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.labels.models import Label, Labelled
from jawort.messaging.labels.rules import LABELS_MAX, named
from jawort.messaging.live import notify

#: Whoever defines waits for whoever does: labels are counted, and their names are compared.
_LOCK: Final = "LOCK TABLE messaging_label IN SHARE ROW EXCLUSIVE MODE"
#: More changed rows than desks take at once: then each asks for its list anew (front.hub.ROWS_FLUSH_MAX).
_TOLD_MAX: Final = 500


class CannotDefine(ValueError):
    """The name is taken, or there are as many labels in use as there may be: `code` is taken or full."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def define(name: str, hue: int, *, actor: str, at: datetime) -> UUID:
    """From now on conversations can carry it. Raises CannotDefine."""
    bare = _free(name, None)
    _room()
    row = Label.objects.create(id=uuid7(), name=bare, hue=hue)
    record([Entry(Kind.LABEL_CHANGED, actor, row.pk, {"change": "defined", "hue": hue})], at)
    return row.pk


@transaction.atomic
def rename(label: UUID, name: str, hue: int, *, actor: str, at: datetime) -> None:
    """Call it otherwise, or give it another colour, wherever it is carried. Raises CannotDefine, Label.DoesNotExist."""
    bare = _free(name, label)
    row = Label.objects.get(pk=label)
    if (row.name, row.hue) == (bare, hue):
        return
    change = "renamed" if row.name != bare else "recoloured"
    row.name, row.hue = bare, hue
    row.save(update_fields=["name", "hue"])
    record([Entry(Kind.LABEL_CHANGED, actor, label, {"change": change, "hue": hue})], at)
    _tell(label)


@transaction.atomic
def retire(label: UUID, *, actor: str, at: datetime) -> None:
    """Nobody can put it on any more; where it is carried it stays until it is taken off. Raises Label.DoesNotExist."""
    _lock()
    row = Label.objects.get(pk=label)
    if row.retired_at is None:
        row.retired_at = at
        row.save(update_fields=["retired_at"])
        record([Entry(Kind.LABEL_CHANGED, actor, label, {"change": "retired"})], at)


@transaction.atomic
def restore(label: UUID, *, actor: str, at: datetime) -> None:
    """It can be put on again. Raises CannotDefine, Label.DoesNotExist."""
    _lock()
    row = Label.objects.get(pk=label)
    if row.retired_at is not None:
        _room()
        row.retired_at = None
        row.save(update_fields=["retired_at"])
        record([Entry(Kind.LABEL_CHANGED, actor, label, {"change": "restored"})], at)


def _lock() -> None:
    """Before any row: of two that took a row first and the table afterwards each would wait for the other."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def _free(name: str, own: UUID | None) -> str:
    """The name as it is kept, if no other label has it. Locks the table."""
    _lock()
    bare = named(name)
    same = Label.objects.alias(low=Lower("name")).filter(low=Lower(Value(bare)))
    if any(pk != own for pk in same.values_list("pk", flat=True)):
        raise CannotDefine("taken")
    return bare


def _room() -> None:
    if Label.objects.filter(retired_at=None).count() >= LABELS_MAX:
        raise CannotDefine("full")


def _tell(label: UUID) -> None:
    """Rows that show it look different now, although their conversations keep their versions."""
    carrying = Labelled.objects.filter(label=label, conversation__status="open")
    notify(carrying.values_list("conversation_id", flat=True)[:_TOLD_MAX])
