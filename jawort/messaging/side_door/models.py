"""Side doors, by the keyed hash of their token: who has the table has no link."""

from django.db import models
from django.db.models import Q

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.messaging.models import Conversation, Message
from jawort.messaging.side_door.rules import Facts, Way
from jawort.people.models import Contact
from jawort.staff.models import Agent


class SideDoor(models.Model):
    """One link by which files pass once, in or out. What it is for lies sealed in `ciphertext`."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names it in the ledger"))
    token_index = models.BinaryField(unique=True, db_comment=plain("keyed hash of the link's token"))
    way = models.CharField(max_length=4, db_comment=plain("in or out"))
    conversation = models.ForeignKey(
        Conversation, models.PROTECT, related_name="+", db_comment=plain("where it was handed over")
    )
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        related_name="+",
        db_comment=personal("pseudonym of a contact", purpose="care", klass="open", sealed=False),
    )
    message = models.OneToOneField(
        Message, models.PROTECT, related_name="door", db_comment=plain("the message that holds the link")
    )
    klass = models.CharField(max_length=16, default="open", db_comment=plain("deletion class"))
    month = models.IntegerField(db_comment=plain("period key, YYYYMM"))
    wrapped = models.BinaryField(db_comment=plain("key of what it is for, wrapped"))
    ciphertext = models.BinaryField(db_comment=personal("what it is for", purpose="care", klass="open"))
    author = models.ForeignKey(
        Agent,
        models.PROTECT,
        null=True,
        related_name="+",
        db_comment=personal("pseudonym of who opened it", purpose="work", klass="staff", sealed=False),
    )
    created_at = models.DateTimeField(db_comment=plain("since when it is open"))
    ends_at = models.DateTimeField(db_comment=plain("until when it may be used"))
    used_at = models.DateTimeField(null=True, db_comment=plain("when files passed"))
    withdrawn_at = models.DateTimeField(null=True, db_comment=plain("when one of us shut it"))
    tries = models.PositiveSmallIntegerField(default=0, db_comment=plain("how often files were brought to it"))

    class Meta:
        db_table = "messaging_side_door"
        db_table_comment = "Links by which files pass once, and not over WhatsApp"
        constraints = [
            models.CheckConstraint(condition=Q(way__in=["in", "out"]), name="messaging_side_door_way_known"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True), name="messaging_side_door_one_end"
            ),
        ]

    @property
    def facts(self) -> Facts:
        """What decides whether it is open."""
        return Facts(Way(self.way), self.ends_at, self.used_at, self.withdrawn_at, self.tries)
