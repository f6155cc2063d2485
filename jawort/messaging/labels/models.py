"""Labels as the administrator defines them, and the conversations that carry them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.messaging.labels.rules import HUES, NAME_CHARS_MAX
from jawort.messaging.models import Closing, Conversation


class Label(models.Model):
    """A word of the company for what conversations are about. It is shown wherever one carries it."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the label in the ledger"))
    name = models.CharField(
        max_length=NAME_CHARS_MAX,
        db_comment=plain("configuration, as the administrator says; names of people do not belong here"),
    )
    hue = models.PositiveSmallIntegerField(db_comment=plain("which of the desk's colours"))
    retired_at = models.DateTimeField(null=True, db_comment=plain("since when nobody can put it on any more"))

    class Meta:
        db_table = "messaging_label"
        db_table_comment = "Words of the company for what conversations are about"
        constraints = [
            models.UniqueConstraint(Lower("name"), name="messaging_label_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="messaging_label_has_a_name"),
            models.CheckConstraint(condition=Q(hue__lt=HUES), name="messaging_label_hue_known"),
        ]


class Labelled(models.Model):
    """One conversation carries one label."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("row"))
    conversation = models.ForeignKey(
        Conversation,
        models.CASCADE,
        db_index=False,  # the constraint's index begins with it
        related_name="labelled",
        db_comment=plain("which conversation"),
    )
    label = models.ForeignKey(
        Label,
        models.PROTECT,
        db_index=False,  # so does the other one
        related_name="labelled",
        db_comment=personal("what a conversation is about", purpose="care", klass="open", sealed=False),
    )
    closing = models.ForeignKey(
        Closing,
        models.SET_NULL,
        null=True,
        related_name="+",
        db_comment=plain("the closing by a merge that brought it here"),
    )

    class Meta:
        db_table = "messaging_labelled"
        db_table_comment = "Which conversation carries which label"
        constraints = [
            models.UniqueConstraint(fields=["conversation", "label"], name="messaging_labelled_once"),
        ]
        indexes = [
            models.Index(fields=["label", "conversation"], name="messaging_labelled_by_label"),
        ]
