"""Somebody keeps a text for later, words it anew, or removes it.

What is shared is configuration and enters the ledger, without its words. What is somebody's own does not: that they
wrote it down is nobody's matter.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.quick_replies.content import open_wording, seal_wording
from jawort.messaging.quick_replies.models import QuickReply
from jawort.messaging.quick_replies.rules import OWN_MAX, SHARED_MAX, Wording
from jawort.staff.models import Agent

#: Names are compared in clear and there may be so many: whoever keeps waits for whoever does.
_LOCK = "LOCK TABLE messaging_quick_reply IN SHARE ROW EXCLUSIVE MODE"


class CannotKeep(ValueError):
    """The name is taken, or there are as many as there may be: `code` is taken or full."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def keep(wording: Wording, owner: Agent | None, *, actor: str, at: datetime) -> UUID:
    """Keep it for `owner`, or for everybody. Raises CannotKeep."""
    _lock()
    others = list(QuickReply.objects.filter(owner=owner))
    if len(others) >= (OWN_MAX if owner else SHARED_MAX):
        raise CannotKeep("full")
    _free(wording.name, others)
    quick_reply = uuid7()
    QuickReply.objects.create(id=quick_reply, owner=owner, sealed=seal_wording(quick_reply, wording))
    if owner is None:
        _enter(quick_reply, "kept", actor, at)
    return quick_reply


@transaction.atomic
def reword(quick_reply: UUID, wording: Wording, *, actor: str, at: datetime) -> None:
    """Call it or say it otherwise. Raises CannotKeep, QuickReply.DoesNotExist."""
    _lock()
    row = QuickReply.objects.select_related("owner").get(pk=quick_reply)
    _free(wording.name, list(QuickReply.objects.filter(owner=row.owner).exclude(pk=quick_reply)))
    row.sealed = seal_wording(quick_reply, wording)
    row.save(update_fields=["sealed"])
    if row.owner is None:
        _enter(quick_reply, "reworded", actor, at)


@transaction.atomic
def remove(quick_reply: UUID, *, actor: str, at: datetime) -> None:
    """Keep it no longer. Raises QuickReply.DoesNotExist."""
    _lock()
    row = QuickReply.objects.get(pk=quick_reply)
    row.delete()
    if row.owner_id is None:
        _enter(quick_reply, "removed", actor, at)


def _lock() -> None:
    """Before any row: of two that took a row first and the table afterwards each would wait for the other."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def _free(name: str, others: list[QuickReply]) -> None:
    wordings = (open_wording(other.pk, bytes(other.sealed)) for other in others)
    if any(wording and wording.name.casefold() == name.casefold() for wording in wordings):
        raise CannotKeep("taken")


def _enter(quick_reply: UUID, change: str, actor: str, at: datetime) -> None:
    record([Entry(Kind.QUICK_REPLY_CHANGED, actor, quick_reply, {"change": change})], at)
