"""Who waits on which line to be let in, what of theirs is withheld, in which words they are asked, and counts."""

from django.db import models
from django.db.models import Q

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.lines.models import Line
from jawort.messaging.yes_first.rules import End
from jawort.people.models import Contact

ENDS = [end.value for end in End]


class Newcomer(models.Model):
    """Somebody who is new on a line and has not said yes yet. The row goes when they are let in, or deleted unread.

    Its id is the vault's subject of what is withheld: with that key all of it is unreadable, wherever copies lie.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the waiting in the ledger"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        related_name="+",
        db_comment=personal("pseudonym of a contact", purpose="care", klass="transit", sealed=False),
    )
    line = models.ForeignKey(Line, models.PROTECT, db_index=False, db_comment=plain("through which line of ours"))
    since = models.DateTimeField(db_comment=plain("when the first message came"))
    last_at = models.DateTimeField(db_comment=plain("when the newest message came"))
    window_ends_at = models.DateTimeField(null=True, db_comment=plain("until when WhatsApp takes the question"))
    prompt = models.UUIDField(null=True, db_comment=plain("the message that asks them, null as long as none is queued"))
    text = models.CharField(
        max_length=64, db_default="", default="", db_comment=plain("in which words, empty as long as none is queued")
    )

    class Meta:
        db_table = "messaging_newcomer"
        db_table_comment = "New people on lines that ask for a yes first, until they have answered"
        constraints = [
            models.UniqueConstraint(fields=["contact", "line"], name="messaging_newcomer_once"),
            models.CheckConstraint(
                condition=Q(prompt=None, text="") | (Q(prompt__isnull=False) & ~Q(text="")),
                name="messaging_newcomer_asked_in_words",
            ),
        ]
        indexes = [models.Index(fields=["since"], name="messaging_newcomer_since")]


class Withheld(models.Model):
    """One message of a newcomer, as the platform told it. Once let in it is a message with this id."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("pseudonym; grows with time"))
    newcomer = models.ForeignKey(
        Newcomer, models.CASCADE, related_name="withheld", db_comment=plain("who waits to be let in")
    )
    came_at = models.DateTimeField(db_comment=plain("when it came"))
    month = models.IntegerField(db_comment=plain("period key, YYYYMM"))
    wrapped = models.BinaryField(db_comment=plain("message key, wrapped under newcomer and period"))
    ciphertext = models.BinaryField(
        db_comment=personal("the platform's own words of it, unread", purpose="care", klass="transit")
    )

    class Meta:
        db_table = "messaging_withheld"
        db_table_comment = "What new people have written before they said yes, sealed and unread"


class PromptText(models.Model):
    """In which words people are asked. It never changes: its id is the hash of all that it says."""

    id = models.CharField(
        primary_key=True, max_length=64, db_comment=plain("SHA-256 of the text and all that it states, in hexadecimal")
    )
    language = models.CharField(max_length=2, db_comment=plain("language that it is in"))
    company = models.TextField(db_comment=plain("name of the company that asks"))
    notice = models.TextField(db_comment=plain("address of the privacy notice"))
    body = models.TextField(db_comment=plain("the whole text, as people read it"))
    since = models.DateTimeField(db_comment=plain("when somebody was asked so first"))

    class Meta:
        db_table = "messaging_prompt_text"
        db_table_comment = "In which words new people are asked whether they may be read"
        constraints = [models.CheckConstraint(condition=Q(language__in=["de", "en"]), name="messaging_prompt_language")]


class Ended(models.Model):
    """How many new people's waiting ended in which way on a line, by day. Counts, and no person."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("row"))
    line = models.ForeignKey(Line, models.PROTECT, db_index=False, db_comment=plain("line"))
    day = models.DateField(db_comment=plain("the day, UTC"))
    how = models.CharField(max_length=8, db_comment=plain("let in, refused, stopped, silent, or never asked"))
    count = models.BigIntegerField(db_comment=plain("how many"))

    class Meta:
        db_table = "messaging_newcomer_ended"
        db_table_comment = "How the waiting of new people ended, counted per line and day"
        constraints = [
            models.UniqueConstraint(fields=["line", "day", "how"], name="messaging_newcomer_ended_once"),
            models.CheckConstraint(condition=Q(how__in=ENDS), name="messaging_newcomer_ended_known"),
        ]
