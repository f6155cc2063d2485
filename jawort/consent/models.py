"""What people have said yes and no to, and in which words they were asked. What stands against: models_against.py."""

from django.db import models
from django.db.models import Q

from jawort.consent.models_against import BLOCKING, Block, Objection, Pause, Preference, Restriction, Suppression
from jawort.consent.models_purpose import DeclaredPurpose, ExistingCustomer
from jawort.consent.state import Event, Method, Source, Way
from jawort.consent.typed import Asks
from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.lines.models import Line
from jawort.people.models import Contact

__all__ = [
    "BLOCKING",
    "Block",
    "ConsentEvent",
    "DeclaredPurpose",
    "Evidence",
    "ExistingCustomer",
    "HouseWord",
    "Objection",
    "OptInLink",
    "Pause",
    "Picture",
    "Preference",
    "Question",
    "Restriction",
    "Slip",
    "Suppression",
    "Text",
    "TypedNumber",
    "Use",
]

EVENTS = [event.value for event in Event]
METHODS = [method.value for method in Method]
WAYS = [way.value for way in Way]
SOURCES = [source.value for source in Source]


class Text(models.Model):
    """In which words we ask for a consent. It never changes: its id is the hash of all that it says."""

    id = models.CharField(
        primary_key=True, max_length=64, db_comment=plain("SHA-256 of the text and all that it states, in hexadecimal")
    )
    purpose = models.CharField(max_length=16, db_comment=plain("purpose that it asks for"))
    channel = models.CharField(max_length=16, db_comment=plain("channel that it asks for"))
    language = models.CharField(max_length=2, db_comment=plain("language that it is in"))
    controller = models.TextField(db_comment=plain("name of the company that is responsible"))
    contents = models.TextField(db_comment=plain("kinds of content that are asked for"))
    frequency = models.TextField(db_comment=plain("how often at most, empty if it is not stated"))
    withdrawal = models.TextField(db_comment=plain("sentence that says how to withdraw"))
    notice = models.TextField(db_comment=plain("address of the privacy notice"))
    notice_version = models.CharField(
        max_length=80,
        default="",
        db_default="",
        db_comment=plain("which version of the notice it was, empty where nobody has said"),
    )
    body = models.TextField(db_comment=plain("the whole text, as people read it"))
    since = models.DateTimeField(db_comment=plain("when it was put into use"))
    title = models.CharField(
        max_length=80,
        default="",
        db_default="",
        db_comment=plain("where it was shown, if not by us in the chat: then nobody is asked in these words"),
    )

    class Meta:
        db_table = "consent_text"
        db_table_comment = "In which words people are asked for their consent"
        indexes = [models.Index(fields=["purpose", "channel", "language", "-since"], name="consent_text_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(language__in=["de", "en"]), name="consent_text_language_known"),
        ]


class Picture(models.Model):
    """How the form looked in which a text was shown. It never changes: its id is the hash of its bytes."""

    class Kind(models.TextChoices):
        """The page of an opt-in link with its box, or the question in the chat with its buttons."""

        PAGE = "page"
        CHAT = "chat"

    id = models.CharField(
        primary_key=True, max_length=64, db_comment=plain("SHA-256 of the picture’s bytes, in hexadecimal")
    )
    text = models.ForeignKey(
        Text, models.PROTECT, related_name="pictures", db_comment=plain("the text that stands in it")
    )
    kind = models.CharField(max_length=8, db_comment=plain("which form it shows: page or chat"))
    asks = models.CharField(
        max_length=16,
        db_default="",
        default="",
        db_comment=plain("what the page asks for beside the yes: number, confirmed; empty for nothing"),
    )
    media_type = models.CharField(max_length=32, db_comment=plain("what the bytes are"))
    content = models.BinaryField(db_comment=plain("the picture"))
    made_at = models.DateTimeField(db_comment=plain("when it was made"))
    entry = models.BigIntegerField(db_comment=plain("the ledger’s entry that names it"))

    class Meta:
        db_table = "consent_picture"
        db_table_comment = "How the forms looked in which people were asked for their consent"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["page", "chat"]), name="consent_picture_kind_known")
        ]


class HouseWord(models.Model):
    """A word of the company's own that ends advertising, beside ours."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the word in the ledger"))
    word = models.CharField(max_length=80, unique=True, db_comment=plain("the word, as hearing leaves it"))
    since = models.DateTimeField(db_comment=plain("since when it is heard"))

    class Meta:
        db_table = "consent_house_word"
        db_table_comment = "Further words that end advertising, as the company entered them"


class OptInLink(models.Model):
    """Opens a chat with us in which a message is written already, with a code: that may be printed, so it stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the link in the ledger"))
    code = models.CharField(max_length=8, unique=True, db_comment=plain("what the message carries"))
    line = models.ForeignKey(Line, models.PROTECT, db_index=False, db_comment=plain("line that it leads to"))
    purpose = models.CharField(max_length=16, db_comment=plain("purpose that is asked for"))
    language = models.CharField(max_length=2, db_comment=plain("language in which is asked"))
    place = models.TextField(db_comment=plain("where it hangs or stands, in the company's words"))
    wording = models.TextField(db_comment=plain("the message that it writes, without the code"))
    origins = models.TextField(
        db_default="", default="", db_comment=plain("origins whose pages may show its question, one a line")
    )
    asks_number = models.BooleanField(
        db_default=False, default=False, db_comment=plain("whether its page also asks for the number")
    )
    template = models.CharField(
        max_length=512, db_default="", default="", db_comment=plain("template that asks at that number, empty for none")
    )
    template_language = models.CharField(
        max_length=64, db_default="", default="", db_comment=plain("language of that template")
    )
    since = models.DateTimeField(db_comment=plain("when it was made"))
    ended_at = models.DateTimeField(null=True, db_comment=plain("since when nobody is asked by it any more"))

    class Meta:
        db_table = "consent_opt_in_link"
        db_table_comment = "Links and QR codes by which people ask to be asked"
        constraints = [
            models.CheckConstraint(condition=Q(language__in=["de", "en"]), name="consent_opt_in_link_language_known"),
        ]

    @property
    def message(self) -> str:
        """What the person finds written and sends."""
        return f"{self.wording} [{self.code}]"

    @property
    def asks(self) -> Asks:
        """What its page asks for beside the yes."""
        if not self.asks_number:
            return Asks.NOTHING
        return Asks.CONFIRMED if self.template else Asks.NUMBER


class TypedNumber(models.Model):
    """A number was typed on a page whose link asks by a template as well: until that is decided, a moment later."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the row in its job"))
    link = models.ForeignKey(OptInLink, models.PROTECT, db_index=False, db_comment=plain("link whose page asked"))
    sealed = models.BinaryField(db_comment=personal("number as it was typed", purpose="care", klass="transit"))
    at = models.DateTimeField(db_comment=plain("when"))

    class Meta:
        db_table = "consent_typed_number"
        db_table_comment = "Numbers that were typed on pages of opt-in links, until it is decided whether to ask there"


class Slip(models.Model):
    """Somebody has handed in what a page of ours gave them for a ticked box: it gives a consent once."""

    number = models.CharField(
        primary_key=True, max_length=24, db_comment=plain("what the slip says, without its signature")
    )
    link = models.ForeignKey(OptInLink, models.PROTECT, db_comment=plain("link whose page gave it"))
    asks = models.CharField(
        max_length=16,
        db_default="",
        default="",
        db_comment=plain("what that page asked for beside the yes: number, confirmed; empty for nothing"),
    )
    message = models.UUIDField(db_comment=plain("the message that handed it in first"))
    torn_at = models.DateTimeField(
        db_comment=personal("minute in which the box was ticked", purpose="proof", klass="consent", sealed=False)
    )
    used_at = models.DateTimeField(
        db_comment=personal("when it was handed in", purpose="proof", klass="consent", sealed=False)
    )

    class Meta:
        db_table = "consent_slip"
        db_table_comment = "Slips of our pages that have given a consent"
        indexes = [models.Index(fields=["message"], name="consent_slip_message")]


class Question(models.Model):
    """A person was asked. Open until they answer or say anything else; then only an answer that refers to it counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("comes back with the button"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        db_index=False,
        db_comment=personal("pseudonym of a contact", purpose="proof", klass="consent", sealed=False),
    )
    text = models.ForeignKey(Text, models.PROTECT, db_index=False, db_comment=plain("in which words"))
    message = models.UUIDField(db_comment=plain("the message that asked"))
    link = models.ForeignKey(
        OptInLink,
        models.PROTECT,
        null=True,
        db_index=False,
        db_comment=plain("link by which the person wished to be asked, null where one of us asked"),
    )
    at = models.DateTimeField(db_comment=personal("when", purpose="proof", klass="consent", sealed=False))
    passed_at = models.DateTimeField(
        null=True,
        db_comment=personal("when the person said something else", purpose="proof", klass="consent", sealed=False),
    )
    closed_at = models.DateTimeField(
        null=True,
        db_comment=personal("when it was answered or ended", purpose="proof", klass="consent", sealed=False),
    )
    confirms = models.BooleanField(
        default=False, db_default=False, db_comment=plain("whether it asks for a second yes to the same text")
    )

    class Meta:
        db_table = "consent_question"
        db_table_comment = "Whom we asked for a consent, and whether they have answered"
        indexes = [
            models.Index(fields=["contact"], condition=Q(closed_at=None), name="consent_question_open"),
            models.Index(fields=["message"], name="consent_question_message"),
            models.Index(fields=["link"], condition=Q(link__isnull=False), name="consent_question_link"),
        ]


class ConsentEvent(models.Model):
    """Something happened to a person's consent. Rows are only ever added; state.py says what they come to."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the event in the ledger"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        db_index=False,
        db_comment=personal("pseudonym of a contact", purpose="proof", klass="consent", sealed=False),
    )
    purpose = models.CharField(
        max_length=16, db_comment=personal("purpose of the consent", purpose="proof", klass="consent", sealed=False)
    )
    event = models.CharField(
        max_length=12, db_comment=personal("what happened", purpose="proof", klass="consent", sealed=False)
    )
    text = models.ForeignKey(Text, models.PROTECT, null=True, db_index=False, db_comment=plain("in which words"))
    method = models.CharField(max_length=12, db_comment=plain("in which way it was said"))
    message = models.UUIDField(null=True, db_comment=plain("the message that said it, null if none did"))
    at = models.DateTimeField(db_comment=personal("when it happened", purpose="proof", klass="consent", sealed=False))
    recorded_at = models.DateTimeField(db_comment=plain("when it was taken in"))
    entry = models.BigIntegerField(db_comment=plain("its entry in the ledger"))

    class Meta:
        db_table = "consent_event"
        db_table_comment = "What happened to consents: asked for, given, withdrawn, ended"
        indexes = [
            models.Index(fields=["contact", "purpose"], name="consent_event_of"),
            models.Index(fields=["message"], condition=Q(message__isnull=False), name="consent_event_message"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(event__in=EVENTS), name="consent_event_known"),
            models.CheckConstraint(condition=Q(method__in=METHODS), name="consent_event_method_known"),
        ]


class Evidence(models.Model):
    """On what a consent rests that was given elsewhere and recorded by us: what somebody wrote about it, sealed.

    The ledger commits to it in the event's entry.
    """

    event = models.OneToOneField(
        ConsentEvent,
        models.PROTECT,
        primary_key=True,
        related_name="evidence",
        db_comment=plain("the event that it bears out"),
    )
    way = models.CharField(max_length=12, db_comment=plain("in which way the person gave it: on paper, by phone"))
    source = models.CharField(max_length=8, db_comment=plain("how it came to us: desk, api, import"))
    wrapped = models.BinaryField(db_comment=personal("key of the evidence", purpose="proof", klass="consent"))
    ciphertext = models.BinaryField(
        db_comment=personal("what bears the consent out, in words", purpose="proof", klass="consent")
    )

    class Meta:
        db_table = "consent_evidence"
        db_table_comment = "On what consents rest that were given elsewhere"
        constraints = [
            models.CheckConstraint(condition=Q(way__in=WAYS), name="consent_evidence_way_known"),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="consent_evidence_source_known"),
        ]


class Use(models.Model):
    """When something last left on the strength of a person's consent, to the day: unused for long it ends."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("row"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        db_index=False,
        db_comment=personal("pseudonym of a contact", purpose="proof", klass="consent", sealed=False),
    )
    purpose = models.CharField(
        max_length=16, db_comment=personal("purpose of the consent", purpose="proof", klass="consent", sealed=False)
    )
    at = models.DateTimeField(db_comment=personal("when", purpose="proof", klass="consent", sealed=False))

    class Meta:
        db_table = "consent_use"
        db_table_comment = "When consents were last lived on"
        constraints = [models.UniqueConstraint(fields=["contact", "purpose"], name="consent_use_once")]
