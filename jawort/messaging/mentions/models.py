"""Mentions as they lie: who has not yet looked at which note."""

from django.db import models

from jawort.core.column import personal, plain
from jawort.messaging.models import Conversation, Message
from jawort.staff.models import Agent


class Mention(models.Model):
    """Somebody is named in a note and has not looked since. Once they have, the row is gone; no history is kept."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("row"))
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="mentions", db_comment=plain("where the note stands")
    )
    message = models.ForeignKey(
        Message,
        models.CASCADE,
        db_index=False,  # the constraint's index begins with it
        related_name="+",
        db_comment=plain("the note"),
    )
    agent = models.ForeignKey(
        Agent,
        models.CASCADE,
        db_index=False,  # the index below begins with it
        related_name="+",
        db_comment=personal("pseudonym of who is named", purpose="work", klass="staff", sealed=False),
    )

    class Meta:
        db_table = "messaging_mention"
        db_table_comment = "Who is named in which note and has not looked yet"
        constraints = [models.UniqueConstraint(fields=["message", "agent"], name="messaging_mention_once")]
        indexes = [models.Index(fields=["agent", "conversation"], name="messaging_mention_of")]
