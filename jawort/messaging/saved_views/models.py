"""Saved views as they lie: whose, called what, and what they ask of the list."""

from django.db import models

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.messaging.saved_views.rules import ASKS_CHARS_MAX, NAME_CHARS_MAX
from jawort.staff.models import Agent


class SavedView(models.Model):
    """One of them. Without an owner it is everybody's."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names it in the ledger"))
    owner = models.ForeignKey(
        Agent,
        models.CASCADE,
        null=True,
        related_name="+",
        db_comment=personal("pseudonym of whose own it is", purpose="work", klass="staff", sealed=False),
    )
    name = models.CharField(
        max_length=NAME_CHARS_MAX,
        db_comment=plain("what it is called; names of people do not belong here, which the form says"),
    )
    asks = models.CharField(max_length=ASKS_CHARS_MAX, db_comment=plain("view, filters and order: ids and fixed words"))

    class Meta:
        db_table = "messaging_saved_view"
        db_table_comment = "Filters and orders of the list under a name"
