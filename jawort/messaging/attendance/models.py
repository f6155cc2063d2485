"""Who attends which conversation. The table is not in the write-ahead log: its loss matters to nobody."""

from django.db import models

from jawort.core.column import personal, plain
from jawort.messaging.models import Conversation
from jawort.staff.models import Agent


class Attendance(models.Model):
    """One agent has one conversation open. Forgotten a minute after it is over."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("row"))
    conversation = models.ForeignKey(
        Conversation,
        models.CASCADE,
        db_index=False,  # the constraint's index begins with it
        related_name="+",
        db_comment=plain("which conversation"),
    )
    agent = models.ForeignKey(
        Agent,
        models.CASCADE,
        db_index=False,  # the table holds what is open now, and an agent is never deleted
        related_name="+",
        db_comment=personal("pseudonym of who has it open", purpose="work", klass="staff", sealed=False),
    )
    seen_at = models.DateTimeField(
        db_comment=personal("when they had it open last", purpose="work", klass="staff", sealed=False)
    )
    wrote_at = models.DateTimeField(
        null=True, db_comment=personal("when they wrote in it last", purpose="work", klass="staff", sealed=False)
    )

    class Meta:
        db_table = "messaging_attendance"
        db_table_comment = "Who has which conversation open now; forgotten within minutes"
        constraints = [models.UniqueConstraint(fields=["conversation", "agent"], name="messaging_attendance_once")]
