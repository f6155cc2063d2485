"""Somebody saves a view or removes it.

What everybody sees is configuration and enters the ledger, without its name. What is somebody's own does not.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.saved_views.models import SavedView
from jawort.messaging.saved_views.rules import EACH_MAX
from jawort.staff.models import Agent

#: Whoever saves waits for whoever does: they are counted, and their names are compared.
_LOCK = "LOCK TABLE messaging_saved_view IN SHARE ROW EXCLUSIVE MODE"


class CannotSave(ValueError):
    """The name is taken, or there are as many as there may be: `code` is taken or full."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def save(name: str, asks: str, owner: Agent | None, *, actor: str, at: datetime) -> UUID:
    """Keep what the list is asked under a name, for `owner` or for everybody. Raises CannotSave."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    others = list(SavedView.objects.filter(owner=owner).values_list("name", flat=True))
    if len(others) >= EACH_MAX:
        raise CannotSave("full")
    if name.casefold() in map(str.casefold, others):
        raise CannotSave("taken")
    view = SavedView.objects.create(owner=owner, id=uuid7(), name=name, asks=asks)
    if owner is None:
        record([Entry(Kind.SAVED_VIEW_CHANGED, actor, view.pk, {"change": "saved"})], at)
    return view.pk


@transaction.atomic
def remove(view: SavedView, *, actor: str, at: datetime) -> None:
    """Nobody finds it any more. Removing it twice changes nothing."""
    gone, _ = SavedView.objects.filter(pk=view.pk).delete()
    if gone and view.owner_id is None:
        record([Entry(Kind.SAVED_VIEW_CHANGED, actor, view.pk, {"change": "removed"})], at)
