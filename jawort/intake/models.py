"""The queue between the webhook listener and the consumer, and the count of what was stored."""

from django.db import models

from jawort.core.column import personal, plain

#: What a raw event may come from. One consumer per source.
SOURCE_WHATSAPP = "whatsapp"


class RawEvent(models.Model):
    """One webhook body as it came, sealed. A queue, not an archive: the row goes in the transaction that takes it in.

    The webhook listener writes with SQL of its own (front/ingest_store.py), so every default lies in the database.
    """

    id = models.BigAutoField(primary_key=True, db_comment=plain("order of arrival"))
    received_at = models.DateTimeField(db_comment=plain("moment the body was accepted"))
    source = models.TextField(db_comment=plain("callback it came through"))
    body = models.BinaryField(db_comment=personal("webhook body with messages", purpose="care", klass="transit"))
    attempts = models.PositiveSmallIntegerField(
        db_default=0, db_comment=plain("attempts to take it in, counted before")
    )
    taken = models.PositiveIntegerField(
        db_default=0, db_comment=plain("of its updates so many are taken in: a big body goes in parts")
    )
    parked_at = models.DateTimeField(null=True, db_comment=plain("moment the consumer gave up on it"))
    reason = models.TextField(db_default="", db_comment=plain("why it is parked: a code, never the content"))

    class Meta:
        db_table = "intake_rawevent"
        db_table_comment = "Webhook bodies not yet taken in, sealed to the day's transit key"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parked_at__isnull=True) | ~models.Q(reason=""),
                name="intake_rawevent_parked_has_reason",
            )
        ]
        indexes = [
            # The consumer reads the oldest waiting rows; parked ones stay for a week and must not be in its way.
            models.Index(fields=["id"], condition=models.Q(parked_at__isnull=True), name="intake_rawevent_waiting"),
            models.Index(
                fields=["parked_at"], condition=models.Q(parked_at__isnull=False), name="intake_rawevent_parked"
            ),
        ]


class Counter(models.Model):
    """How many bodies were ever stored: a figure. Nothing is balanced with it.

    What is taken in leaves no row, of a body single updates may be parked, and the parked go after a week: the three
    numbers do not add up. That nothing is lost rests on the order instead: a body goes with the transaction that takes
    in or sets aside the last of it, or after that, never before.
    """

    name = models.TextField(primary_key=True, db_comment=plain("what is counted"))
    value = models.BigIntegerField(db_comment=plain("how many"))

    class Meta:
        db_table = "intake_counter"
        db_table_comment = "Counts that survive a restart, raised in the transaction of what they count"
