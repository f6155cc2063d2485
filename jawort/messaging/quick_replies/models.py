"""Quick replies as they lie: whose, and what, sealed."""

from django.db import models

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.staff.models import Agent


class QuickReply(models.Model):
    """One text with its name. Without an owner it is everybody's."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names it in the ledger"))
    owner = models.ForeignKey(
        Agent,
        models.CASCADE,
        null=True,
        related_name="+",
        db_comment=personal("pseudonym of whose own it is", purpose="work", klass="staff", sealed=False),
    )
    sealed = models.BinaryField(db_comment=personal("name and texts, may name somebody", purpose="care", klass="desk"))

    class Meta:
        db_table = "messaging_quick_reply"
        db_table_comment = "Texts that are ready to be sent, sealed"
