"""What agents are writing, sealed like the messages that come of it."""

from django.db import models
from django.db.models import Q

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.messaging.drafts.rules import Meant
from jawort.messaging.models import Conversation
from jawort.people.models import Contact
from jawort.staff.models import Agent


class KeptDraft(models.Model):
    """What one agent is writing in one conversation. It ends with the message, the conversation, or after 30 days."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("row"))
    conversation = models.ForeignKey(
        Conversation,
        models.CASCADE,
        db_index=False,  # the constraint's index begins with it
        related_name="+",
        db_comment=plain("where it is being written"),
    )
    contact = models.ForeignKey(
        Contact,
        models.CASCADE,
        related_name="+",
        db_comment=personal("pseudonym of a contact", purpose="care", klass="open", sealed=False),
    )
    author = models.ForeignKey(
        Agent,
        models.CASCADE,
        related_name="+",
        db_comment=personal("pseudonym of who writes it", purpose="work", klass="staff", sealed=False),
    )
    meant = models.CharField(max_length=8, db_comment=plain("reply or note"))
    month = models.IntegerField(db_comment=plain("period key, YYYYMM"))
    changed_at = models.DateTimeField(db_index=True, db_comment=plain("when it was changed last"))
    wrapped = models.BinaryField(db_comment=plain("key, wrapped under contact and period"))
    ciphertext = models.BinaryField(db_comment=personal("text of a draft", purpose="care", klass="open"))

    class Meta:
        db_table = "messaging_kept_draft"
        db_table_comment = "What agents are writing, sealed"
        constraints = [
            models.UniqueConstraint(fields=["conversation", "author"], name="messaging_kept_draft_one_each"),
            models.CheckConstraint(
                condition=Q(meant__in=[meant.value for meant in Meant]), name="messaging_kept_draft_meant_known"
            ),
        ]
