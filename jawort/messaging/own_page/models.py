"""Links to customers' own pages. Token, code and key are there by their keyed hashes: who has the table opens none."""

from django.db import models
from django.db.models import Q

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.messaging.models import Conversation, Message
from jawort.messaging.own_page.rules import Facts
from jawort.people.models import Contact
from jawort.staff.models import Agent


class OwnPage(models.Model):
    """One link to the page of one contact: of the contact at whose address it arrived, and of no other."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names it in the ledger"))
    token_index = models.BinaryField(unique=True, db_comment=plain("keyed hash of the link's token"))
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
        Message, models.PROTECT, related_name="own_page", db_comment=plain("the message that holds the link")
    )
    author = models.ForeignKey(
        Agent,
        models.PROTECT,
        null=True,
        related_name="+",
        db_comment=personal("pseudonym of who handed it over", purpose="work", klass="staff", sealed=False),
    )
    created_at = models.DateTimeField(db_comment=plain("since when it is open"))
    ends_at = models.DateTimeField(db_comment=plain("until when it opens the page"))
    withdrawn_at = models.DateTimeField(null=True, db_comment=plain("when one of us shut it"))
    code_index = models.BinaryField(null=True, db_comment=plain("keyed hash of the code that went out last"))
    code_ends_at = models.DateTimeField(null=True, db_comment=plain("until when that code can be entered"))
    tries = models.PositiveSmallIntegerField(default=0, db_comment=plain("how often a code was entered wrong"))
    codes_day = models.DateField(null=True, db_comment=plain("the day on which the last code went out, UTC"))
    codes = models.PositiveSmallIntegerField(default=0, db_comment=plain("how many codes went out on that day"))
    key_index = models.BinaryField(null=True, db_comment=plain("keyed hash of the open page's key"))
    key_ends_at = models.DateTimeField(null=True, db_comment=plain("until when the page is open"))
    said = models.PositiveSmallIntegerField(default=0, db_comment=plain("how much came in by it"))

    class Meta:
        db_table = "messaging_own_page"
        db_table_comment = "Links to the pages on which customers see what is stored of them"
        constraints = [
            models.CheckConstraint(
                condition=Q(code_index__isnull=True, code_ends_at__isnull=True)
                | Q(code_index__isnull=False, code_ends_at__isnull=False),
                name="messaging_own_page_code_whole",
            ),
            models.CheckConstraint(
                condition=Q(key_index__isnull=True, key_ends_at__isnull=True)
                | Q(key_index__isnull=False, key_ends_at__isnull=False),
                name="messaging_own_page_key_whole",
            ),
        ]

    @property
    def facts(self) -> Facts:
        """What decides how it stands, without what stands against the person."""
        return Facts(self.ends_at, self.withdrawn_at)
