"""Conversations, messages, what was already seen, and the days that are closed."""

from functools import cached_property
from uuid import UUID

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.lines.models import Line
from jawort.people.models import Contact, Merge
from jawort.people.persons import contacts_of
from jawort.staff.models import Agent


class Conversation(models.Model):
    """Where messages of one contact on one line are handled. At most one is open for each contact and line."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("pseudonym"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        db_comment=personal("pseudonym of a contact", purpose="care", klass="open", sealed=False),
    )
    line = models.ForeignKey(Line, models.PROTECT, db_comment=plain("through which line of ours"))
    status = models.CharField(max_length=8, default="open", db_comment=plain("open or resolved"))
    assignee = models.ForeignKey(
        Agent,
        models.PROTECT,
        null=True,
        db_comment=personal("pseudonym of who looks after it", purpose="work", klass="staff", sealed=False),
    )
    opened_at = models.DateTimeField(db_comment=plain("first message"))
    resolved_at = models.DateTimeField(null=True, db_comment=plain("when it was resolved last"))
    last_message_at = models.DateTimeField(db_comment=plain("newest message or note"))
    last_message_id = models.UUIDField(null=True, db_comment=plain("newest message, whose text is the preview"))
    unread = models.PositiveIntegerField(default=0, db_comment=plain("messages that nobody has seen"))
    window_ends_at = models.DateTimeField(null=True, db_comment=plain("until when WhatsApp takes free text"))
    version = models.BigIntegerField(default=0, db_comment=plain("grows with every change, key of rendered rows"))
    burst_full_at = models.DateTimeField(null=True, db_comment=plain("when a whole burst may leave again"))
    snoozed_at = models.DateTimeField(null=True, db_comment=plain("since when it is out of sight"))
    snoozed_until = models.DateTimeField(
        null=True, db_comment=plain("when it comes back; null: when the person writes")
    )
    waiting_since = models.DateTimeField(null=True, db_comment=plain("since when the person waits for an answer"))

    class Meta:
        db_table = "messaging_conversation"
        db_table_comment = "One contact on one line, handled by one of us"
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "line"], condition=Q(status="open"), name="messaging_one_open_conversation_each"
            ),
            models.CheckConstraint(condition=Q(status__in=["open", "resolved"]), name="messaging_status_known"),
            models.CheckConstraint(
                condition=Q(status="open") | Q(resolved_at__isnull=False), name="messaging_resolved_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(snoozed_at__isnull=True, snoozed_until__isnull=True)
                | Q(snoozed_at__isnull=False, status="open"),
                name="messaging_snoozed_is_open",
            ),
            models.CheckConstraint(
                condition=Q(waiting_since__isnull=True) | Q(status="open"), name="messaging_waiting_is_open"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-last_message_at", "-id"], name="messaging_conv_list"),
            models.Index(fields=["-last_message_at", "-id"], name="messaging_conv_all"),
            models.Index(
                fields=["assignee", "-last_message_at", "-id"],
                condition=Q(status="open"),
                name="messaging_conv_assignee",
            ),
            models.Index(
                fields=["-last_message_at", "-id"],
                condition=Q(snoozed_at__isnull=False),
                name="messaging_conv_snoozed",
            ),
            models.Index(
                fields=["status", "waiting_since", "id"],
                condition=Q(waiting_since__isnull=False),
                name="messaging_conv_waiting",
            ),
            models.Index(fields=["status", "window_ends_at", "id"], name="messaging_conv_window"),
            models.Index(fields=["-last_message_at", "-id"], condition=Q(unread__gt=0), name="messaging_conv_unread"),
        ]

    @cached_property
    def person(self) -> tuple[UUID, ...]:
        """All contacts of the person, the one in front first. Asked once: for what reads, not for what merges."""
        return contacts_of(self.contact_id)


class Message(models.Model):
    """One message in, out, or a note among us. Text, address and original lie sealed in `ciphertext`."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("pseudonym; grows with time"))
    # Conversation and line have no index of their own: messaging_thread and messaging_seq_once begin with them.
    conversation = models.ForeignKey(
        Conversation, models.PROTECT, null=True, db_index=False, db_comment=plain("where it is handled")
    )
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        db_comment=personal("pseudonym of a contact", purpose="care", klass="open", sealed=False),
    )
    line = models.ForeignKey(Line, models.PROTECT, db_index=False, db_comment=plain("through which line of ours"))
    direction = models.CharField(max_length=4, db_comment=plain("in, out or note"))
    kind = models.CharField(max_length=32, db_comment=plain("what it is: text, image, choice, and so on"))
    state = models.CharField(max_length=10, db_comment=plain("how far it has come"))
    seq = models.BigIntegerField(null=True, db_comment=plain("number without gaps per line and direction"))
    klass = models.CharField(max_length=16, default="open", db_comment=plain("deletion class"))
    month = models.IntegerField(db_comment=plain("period key, YYYYMM"))
    wrapped = models.BinaryField(db_comment=plain("message key and salt, wrapped under contact and period"))
    ciphertext = models.BinaryField(db_comment=personal("text, address, name, original", purpose="care", klass="open"))
    provider_index = models.BinaryField(
        null=True, db_comment=personal("keyed hash of the provider's id", purpose="care", klass="open", sealed=False)
    )
    provider_wrapped = models.BinaryField(null=True, db_comment=plain("key of the provider's id, wrapped"))
    provider_ciphertext = models.BinaryField(
        null=True, db_comment=personal("provider's message id, holds the number", purpose="care", klass="open")
    )
    provider_time = models.DateTimeField(null=True, db_comment=plain("the provider's time of the message"))
    created_at = models.DateTimeField(db_comment=plain("received, or accepted from the author"))
    leaves_at = models.DateTimeField(
        null=True, db_comment=plain("not before: until then its author can undo it; null: at once")
    )
    called_at = models.DateTimeField(null=True, db_comment=plain("when it was handed to the provider last"))
    author = models.ForeignKey(
        Agent,
        models.PROTECT,
        null=True,
        db_comment=personal("pseudonym of who wrote it", purpose="work", klass="staff", sealed=False),
    )
    actor = models.CharField(
        max_length=64,
        default="",
        db_comment=personal("pseudonym of who wrote it, or of the token", purpose="work", klass="staff", sealed=False),
    )
    client_id = models.UUIDField(
        null=True, unique=True, db_comment=plain("the browser's id, so that a retry doubles nothing")
    )
    retry_of = models.OneToOneField("self", models.PROTECT, null=True, db_comment=plain("the message this one repeats"))
    about = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        db_comment=plain("the message that this one answers, reacts to, or changes"),
    )
    purpose = models.CharField(max_length=16, default="care", db_comment=plain("what it is for"))
    gate = models.CharField(max_length=32, default="", db_comment=plain("the gate's answer: basis or refusal"))
    failure = models.CharField(max_length=32, default="", db_comment=plain("why it failed: the provider's code"))
    entry_id = models.BigIntegerField(null=True, unique=True, db_comment=plain("ledger entry that commits to it"))

    class Meta:
        db_table = "messaging_message"
        db_table_comment = "Messages and notes, sealed"
        constraints = [
            models.UniqueConstraint(fields=["line", "direction", "seq"], name="messaging_seq_once"),
            models.CheckConstraint(
                condition=Q(direction="in", state="received")
                | Q(direction="note", state="note")
                | Q(
                    direction="out",
                    state__in=[
                        "queued",
                        "claimed",
                        "calling",
                        "accepted",
                        "sent",
                        "delivered",
                        "read",
                        "played",
                        "failed",
                        "unknown",
                        "refused",
                    ],
                ),
                name="messaging_state_fits_direction",
            ),
            models.CheckConstraint(
                condition=(Q(state="failed") & ~Q(failure="")) | (~Q(state="failed") & Q(failure="")),
                name="messaging_failed_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(direction="out", state__in=["calling", "accepted", "sent", "delivered", "read", "played"])
                | Q(seq__isnull=False, entry_id__isnull=False),
                name="messaging_nothing_leaves_unsealed",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "-id"], name="messaging_thread"),
            BrinIndex(
                fields=["created_at"], name="messaging_created"
            ),  # rows lie in the order of time: a day is few pages
            models.Index(fields=["about"], condition=Q(about__isnull=False), name="messaging_about"),
            models.Index(
                fields=["provider_index"], condition=Q(provider_index__isnull=False), name="messaging_provider"
            ),
        ]


class Failure(models.Model):
    """What the platform said of a message that failed, also of one that has arrived all the same."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("row"))
    message = models.ForeignKey(Message, models.CASCADE, related_name="failures", db_comment=plain("which message"))
    code = models.CharField(max_length=20, db_comment=plain("the platform's code"))
    at = models.DateTimeField(db_comment=plain("the platform's time"))
    wrapped = models.BinaryField(db_comment=plain("key of its words, wrapped"))
    ciphertext = models.BinaryField(
        db_comment=personal("the platform's words, may name somebody", purpose="care", klass="open")
    )

    class Meta:
        db_table = "messaging_failure"
        db_table_comment = "What the platform said of messages that failed, sealed"


class PrivacyNotice(models.Model):
    """A person was told where the privacy notice stands, with this message; not if that was undone or did not leave.

    `claimed`: a process that knows of notices has taken it to send. One of a version before would leave it out.
    """

    message = models.UUIDField(primary_key=True, db_comment=plain("the message that told them"))
    claimed = models.BooleanField(default=False, db_comment=plain("whether it was taken to be sent with its notice"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        related_name="+",
        db_comment=personal("pseudonym of a contact", purpose="accountability", klass="open", sealed=False),
    )

    class Meta:
        db_table = "messaging_privacy_notice"
        db_table_comment = "With which messages people were told of the privacy notice"


class Closing(models.Model):
    """A conversation that was closed because contacts were merged, and what it and the one that goes on were before."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("row"))
    merge = models.ForeignKey(Merge, models.CASCADE, related_name="closings", db_comment=plain("by which merge"))
    kept = models.ForeignKey(
        Conversation, models.CASCADE, related_name="+", db_index=False, db_comment=plain("conversation that goes on")
    )
    closed = models.ForeignKey(
        Conversation, models.CASCADE, related_name="+", db_index=False, db_comment=plain("conversation that was closed")
    )
    unread = models.PositiveIntegerField(db_comment=plain("unread messages that went over"))
    resolved_at = models.DateTimeField(null=True, db_comment=plain("when the closed one was resolved before"))
    window_before = models.DateTimeField(null=True, db_comment=plain("end of the kept one's window before"))
    window_after = models.DateTimeField(null=True, db_comment=plain("end of the kept one's window after"))

    class Meta:
        db_table = "messaging_closing"
        db_table_comment = "Conversations closed by merging contacts, so that it can be undone"


class Seen(models.Model):
    """What the provider has told us already. Kept 8 days whatever happens to the message: a redelivery comes up to

    7 days late and must not bring an erased person back."""

    hash = models.BinaryField(
        primary_key=True,
        db_comment=personal("keyed hash of the provider's id", purpose="care", klass="transit", sealed=False),
    )
    at = models.DateTimeField(db_index=True, db_comment=plain("when it came first"))

    class Meta:
        db_table = "messaging_seen"
        db_table_comment = "Updates already taken in, for 8 days"


class Day(models.Model):
    """A day that is closed, and where: the ledger has no index by kind."""

    day = models.DateField(primary_key=True, db_comment=plain("the day, UTC"))
    entry_id = models.BigIntegerField(db_comment=plain("ledger entry that closes it"))

    class Meta:
        db_table = "messaging_day"
        db_table_comment = "Days that are closed, with their ledger entry"
