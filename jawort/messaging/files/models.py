"""Files and the chunks in which their bytes lie, sealed."""

from django.db import models
from django.db.models import Q

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.lines.models import Line
from jawort.messaging.models import Message
from jawort.people.models import Contact
from jawort.staff.models import Agent


class File(models.Model):
    """One file that a customer sent, or one of us. Nothing is to be seen of it before it is `stored`.

    One of ours is a `draft` when its bytes are here, and stored with the message that it leaves in. Name, type, size
    and hash lie sealed in `ciphertext`, with the keys of the chunks.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("pseudonym; grows with time"))
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, related_name="files", db_comment=plain("null while it belongs to none yet")
    )
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        db_comment=personal("pseudonym of a contact", purpose="care", klass="open", sealed=False),
    )
    direction = models.CharField(max_length=4, db_comment=plain("in or out"))
    state = models.CharField(max_length=8, default="waiting", db_comment=plain("waiting, draft, stored, refused, lost"))
    reason = models.CharField(max_length=32, default="", db_comment=plain("why it waits, was refused or is lost"))
    klass = models.CharField(max_length=16, default="open", db_comment=plain("deletion class"))
    month = models.IntegerField(db_comment=plain("period key, YYYYMM"))
    wrapped = models.BinaryField(null=True, db_comment=plain("key and salt, wrapped under contact and period"))
    ciphertext = models.BinaryField(
        null=True, db_comment=personal("name, type, size, hash", purpose="care", klass="open")
    )
    chunks = models.PositiveIntegerField(null=True, db_comment=plain("how many chunks belong to it, with its pictures"))
    attempt = models.UUIDField(null=True, db_comment=plain("which writing of its bytes counts; others stop"))
    tries = models.PositiveSmallIntegerField(default=0, db_comment=plain("writings begun since it was asked for"))
    asked_at = models.DateTimeField(db_comment=plain("since when it is fetched; later where a person asked again"))
    created_at = models.DateTimeField(db_comment=plain("when it was named to us, or uploaded"))
    author = models.ForeignKey(
        Agent,
        models.PROTECT,
        null=True,
        db_comment=personal("pseudonym of who uploaded it", purpose="work", klass="staff", sealed=False),
    )
    actor = models.CharField(
        max_length=64,
        db_comment=personal("pseudonym of whom it is from", purpose="work", klass="staff", sealed=False),
    )
    entry_id = models.BigIntegerField(null=True, unique=True, db_comment=plain("ledger entry that commits to it"))

    class Meta:
        db_table = "messaging_file"
        db_table_comment = "Files of messages: what they are, sealed"
        constraints = [
            models.CheckConstraint(condition=Q(direction__in=["in", "out"]), name="messaging_file_direction_known"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "draft", "stored", "refused", "lost"]),
                name="messaging_file_state_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "stored"], wrapped__isnull=False, ciphertext__isnull=False, chunks__isnull=False
                )
                | (
                    ~Q(state__in=["draft", "stored"])
                    & Q(wrapped__isnull=True, ciphertext__isnull=True, chunks__isnull=True)
                ),
                name="messaging_file_whole_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(state="stored", entry_id__isnull=False, message__isnull=False)
                | (~Q(state="stored") & Q(entry_id__isnull=True)),
                name="messaging_file_stored_has_an_entry",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "lost"]) | ~Q(reason=""), name="messaging_file_says_why"
            ),
            models.CheckConstraint(
                condition=Q(direction="in", message__isnull=False) & ~Q(state="draft") | Q(direction="out"),
                name="messaging_file_in_has_a_message",
            ),
        ]


class Chunk(models.Model):
    """At most 256 KiB of a file or of a picture made from it, sealed; bound to file, part, place and end."""

    pk = models.CompositePrimaryKey("file", "part", "place")
    file = models.ForeignKey(File, models.CASCADE, db_index=False, db_comment=plain("whose"))
    part = models.SmallIntegerField(db_comment=plain("0 the file itself, 1 the picture of it, 2 the small one"))
    place = models.IntegerField(db_comment=plain("which in its part, from nought"))
    data = models.BinaryField(db_comment=personal("bytes of a file", purpose="care", klass="open"))

    class Meta:
        db_table = "messaging_chunk"
        db_table_comment = "Files in sealed chunks"


class Given(models.Model):
    """What the platform calls a file of ours, on one line. It forgets the file after 30 days; until then a message that
    is sent again refers to it, and the bytes do not leave twice."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("row"))
    file = models.ForeignKey(File, models.CASCADE, db_index=False, db_comment=plain("which file"))
    line = models.ForeignKey(Line, models.PROTECT, db_comment=plain("whose messages may refer to it"))
    at = models.DateTimeField(db_comment=plain("when it was handed to the platform"))
    wrapped = models.BinaryField(db_comment=plain("key of the platform's id, wrapped"))
    ciphertext = models.BinaryField(db_comment=personal("the platform's id of the file", purpose="care", klass="open"))

    class Meta:
        db_table = "messaging_given"
        db_table_comment = "What the platform calls files of ours, sealed"
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="messaging_given_once")]
