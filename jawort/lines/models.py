"""Business numbers of the company, the platform apps they are reached through, and the counters of their records."""

from django.db import models

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.lines.rules import Effect, Matter, Severity

CHANNEL_WHATSAPP = "whatsapp"
#: Health codes that a notice of the platform gave, and another one takes away: “platform.ban”.
PLATFORM = "platform."
RESTRICTED = "platform.restriction"
#: Health codes that a refusal gave, with the platform's code: “whatsapp.190”.
REFUSED = "whatsapp."


class State(models.TextChoices):
    """What a line is for us. Inbound is taken in whatever the state; the gate lets nothing out unless it is live."""

    LIVE = "live"
    PAUSED = "paused"
    BANNED = "banned"


class Receipts(models.TextChoices):
    """What a customer learns of being read: nothing, unless the company decides so (Art. 25(2) GDPR).

    When somebody read a message is a statement to the customer, and tells of staff at work.
    """

    NEVER = "never"
    READ = "read"
    TYPING = "typing"  # and that somebody is writing, which the platform does not tell without the other


class Documents(models.TextChoices):
    """Whether documents go over WhatsApp. Where the company forbids it they pass by the side door."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"


class Newcomers(models.TextChoices):
    """Whether a new person is read at once, or once they have said yes. Until then what they write is withheld."""

    OPEN = "open"
    YES_FIRST = "yes_first"


class Book(models.TextChoices):
    """How Meta's contact book is, by somebody's word: whether it is on cannot be asked, nor can it be switched here."""

    UNSAID = "unsaid"
    OFF = "off"
    ON = "on"  # with a reason: who leaves it on has to account for it (Art. 5(2) GDPR)


class Direction(models.TextChoices):
    """Records are numbered without gaps per line and direction."""

    IN = "in"
    OUT = "out"


class App(models.Model):
    """One app at the platform: the secrets that sign its webhooks. Opened by the listener with the ingest key."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the app in the ledger"))
    name = models.TextField(unique=True, db_comment=plain("name given by the administrator"))
    ref = models.TextField(db_default="", db_comment=plain("the platform's id of it, empty if nobody told"))
    verify_token_sealed = models.BinaryField(db_comment=plain("token of the callback's verification, sealed"))
    secrets_sealed = models.BinaryField(db_comment=plain("JSON list of one or two app secrets, newest first, sealed"))
    rotating_since = models.DateTimeField(null=True, db_comment=plain("since when two secrets are accepted"))

    class Meta:
        db_table = "lines_app"
        db_table_comment = "Platform apps whose webhooks are accepted"


class Line(models.Model):
    """One business number of ours. `phone_number_id` is what webhooks route by, never the displayed number."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the line in the ledger"))
    channel = models.TextField(db_default=CHANNEL_WHATSAPP, db_comment=plain("kind of channel"))
    app = models.ForeignKey(App, on_delete=models.PROTECT, related_name="lines", db_comment=plain("app it belongs to"))
    name = models.TextField(db_comment=plain("name given by the administrator"))
    phone_number_id = models.TextField(unique=True, db_comment=plain("the platform's id of our number"))
    waba_id = models.TextField(db_comment=plain("the platform's business account"))
    portfolio = models.TextField(db_default="", db_comment=plain("the platform's portfolio, scope of user ids"))
    display_number = models.TextField(db_comment=plain("our own number as people read it"))
    token_sealed = models.BinaryField(db_comment=plain("access token, sealed"))
    state = models.TextField(choices=State.choices, db_default=State.LIVE, db_comment=plain("live, paused or banned"))
    health = models.TextField(db_default="", db_comment=plain("code of what is wrong, empty if nothing"))
    health_at = models.DateTimeField(null=True, db_comment=plain("moment state or health last changed"))
    receipts = models.TextField(
        choices=Receipts.choices, db_default=Receipts.NEVER, db_comment=plain("what customers learn of being read")
    )
    documents = models.TextField(
        choices=Documents.choices, db_default=Documents.ALLOWED, db_comment=plain("whether documents go over WhatsApp")
    )
    book = models.TextField(
        choices=Book.choices, db_default=Book.UNSAID, db_comment=plain("how Meta's contact book is, by our word")
    )
    book_reason = models.TextField(db_default="", db_comment=plain("why it is on, empty if it is not"))
    newcomers = models.TextField(
        choices=Newcomers.choices, db_default=Newcomers.OPEN, db_comment=plain("whether new people say yes first")
    )
    company = models.TextField(db_default="", db_comment=plain("the company's name, as new people are asked by it"))
    rate_per_s = models.PositiveIntegerField(db_default=80, db_comment=plain("messages a second the platform allows"))

    class Meta:
        db_table = "lines_line"
        db_table_comment = "Business numbers of the company"
        constraints = [
            models.CheckConstraint(condition=models.Q(channel=CHANNEL_WHATSAPP), name="lines_line_channel_known"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="lines_line_state_known"),
            models.CheckConstraint(condition=models.Q(receipts__in=Receipts.values), name="lines_line_receipts_known"),
            models.CheckConstraint(
                condition=models.Q(documents__in=Documents.values), name="lines_line_documents_known"
            ),
            models.CheckConstraint(condition=models.Q(book__in=Book.values), name="lines_line_book_known"),
            models.CheckConstraint(
                condition=(models.Q(book=Book.ON) & ~models.Q(book_reason=""))
                | (~models.Q(book=Book.ON) & models.Q(book_reason="")),
                name="lines_line_book_on_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(newcomers__in=Newcomers.values), name="lines_line_newcomers_known"
            ),
            models.CheckConstraint(
                condition=models.Q(newcomers=Newcomers.OPEN) | ~models.Q(company=""),
                name="lines_line_yes_first_has_a_company",
            ),
            models.CheckConstraint(condition=models.Q(rate_per_s__gte=1), name="lines_line_rate_positive"),
            models.CheckConstraint(condition=~models.Q(phone_number_id=""), name="lines_line_has_phone_number_id"),
        ]

    @property
    def pace(self) -> str:
        """The name of its token bucket: what leaves through this line takes its tokens there."""
        return f"line:{self.pk}"

    @property
    def answers_only(self) -> bool:
        """Whether the platform takes answers of this line and nothing that begins a conversation."""
        return self.state == State.LIVE and self.health == RESTRICTED

    @property
    def forbids_documents(self) -> bool:
        """Whether the company lets no document go over WhatsApp here."""
        return self.documents == Documents.FORBIDDEN

    @property
    def asks_first(self) -> bool:
        """Whether what a new person writes is withheld here until they have said yes."""
        return self.newcomers == Newcomers.YES_FIRST

    @property
    def scope(self) -> str:
        """Within what the platform's user ids of this line are the same person: its portfolio, else its account."""
        return self.portfolio or self.waba_id


class Setup(models.Model):
    """An account whose numbers are being connected: what is needed for that, for a day at most."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the setup in the ledger"))
    app = models.ForeignKey(App, on_delete=models.PROTECT, related_name="setups", db_comment=plain("app it goes by"))
    account = models.TextField(unique=True, db_comment=plain("the platform's business account"))
    token_sealed = models.BinaryField(db_comment=plain("access token, sealed"))
    token_ends_at = models.DateTimeField(null=True, db_comment=plain("when that token ends, null if never"))
    begun_at = models.DateTimeField(db_comment=plain("when it began"))

    class Meta:
        db_table = "lines_setup"
        db_table_comment = "Accounts whose numbers are being connected"


class Reading(models.Model):
    """What the platform said of one of our numbers when it was asked last: health, limits, the company's profile."""

    line = models.OneToOneField(Line, on_delete=models.PROTECT, primary_key=True, db_comment=plain("line"))
    told = models.JSONField(db_comment=plain("health, limits and the company's own profile, as the platform told them"))
    read_at = models.DateTimeField(db_comment=plain("when it was asked"))

    class Meta:
        db_table = "lines_reading"
        db_table_comment = "What the platform said of our numbers last"


class Sequence(models.Model):
    """The next record number of one line and direction. The row's lock makes the numbers gapless."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("row"))
    line = models.ForeignKey(
        Line, on_delete=models.PROTECT, related_name="sequences", db_index=False, db_comment=plain("line")
    )
    direction = models.TextField(choices=Direction.choices, db_comment=plain("in or out"))
    next = models.BigIntegerField(db_default=1, db_comment=plain("number the next record gets"))

    class Meta:
        db_table = "lines_sequence"
        db_table_comment = "Gapless record numbers per line and direction"
        constraints = [
            models.UniqueConstraint(fields=["line", "direction"], name="lines_sequence_once"),
            models.CheckConstraint(condition=models.Q(direction__in=Direction.values), name="lines_sequence_direction"),
            models.CheckConstraint(condition=models.Q(next__gte=1), name="lines_sequence_from_one"),
        ]


class Billed(models.Model):
    """How many messages of a line the platform said it bills, by month and by its own words. Counts, and no person."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("row"))
    line = models.ForeignKey(Line, on_delete=models.PROTECT, db_index=False, db_comment=plain("line"))
    month = models.IntegerField(db_comment=plain("month of the platform's time, year * 100 + month"))
    category = models.CharField(max_length=64, db_comment=plain("the platform's word: marketing, utility, service"))
    kind = models.CharField(max_length=64, db_comment=plain("the platform's word: regular, free_customer_service"))
    count = models.BigIntegerField(db_comment=plain("how many messages"))

    class Meta:
        db_table = "lines_billed"
        db_table_comment = "Messages that the platform bills, counted per line and month"
        constraints = [
            models.UniqueConstraint(fields=["line", "month", "category", "kind"], name="lines_billed_once"),
        ]


class Heard(models.Model):
    """How many updates of a line the platform reported in an hour. Counts, and no person."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("row"))
    line = models.ForeignKey(Line, on_delete=models.PROTECT, db_index=False, db_comment=plain("line"))
    hour = models.DateTimeField(db_comment=plain("begin of the hour, in UTC"))
    count = models.BigIntegerField(db_comment=plain("how many updates"))
    last_at = models.DateTimeField(db_comment=plain("when the last of them came"))

    class Meta:
        db_table = "lines_heard"
        db_table_comment = "How much the platform reports of each line, by the hour"
        constraints = [models.UniqueConstraint(fields=["line", "hour"], name="lines_heard_once")]


class Listing(models.Model):
    """When the templates of an account were listed last, and when they are next. Whoever wants it sooner says so here:

    a listing that is under way does not take that back."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the list in the ledger"))
    account = models.TextField(unique=True, db_comment=plain("the platform's business account"))
    due_at = models.DateTimeField(db_comment=plain("when the platform is asked next"))
    listed_at = models.DateTimeField(null=True, db_comment=plain("when it answered last, null if never"))
    trouble = models.CharField(max_length=64, db_default="", db_comment=plain("why it did not last time, as a code"))

    class Meta:
        db_table = "lines_listing"
        db_table_comment = "When the templates of an account were listed"


class Template(models.Model):
    """One template of ours in one language, as the platform listed it last."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the template in addresses"))
    account = models.TextField(db_comment=plain("the platform's business account"))
    ref = models.CharField(max_length=64, db_comment=plain("the platform's id of it"))
    name = models.TextField(db_comment=plain("what it is called at the platform"))
    language = models.CharField(max_length=64, db_comment=plain("the platform's code of its language"))
    category = models.CharField(max_length=64, db_comment=plain("the platform's word: marketing, utility"))
    status = models.CharField(max_length=64, db_comment=plain("the platform's word: approved, paused"))
    quality = models.CharField(max_length=64, db_comment=plain("the platform's word: green, yellow, red"))
    reason = models.CharField(max_length=64, db_comment=plain("the platform's word for why it was rejected"))
    named = models.BooleanField(db_comment=plain("whether its placeholders have names instead of numbers"))
    components = models.JSONField(db_comment=plain("what it says, as the platform told it"))
    changed_at = models.DateTimeField(db_comment=plain("when it was found to be as it is"))

    class Meta:
        db_table = "lines_template"
        db_table_comment = "Templates as the platform listed them last"
        constraints = [
            models.UniqueConstraint(fields=["account", "name", "language"], name="lines_template_once"),
        ]


class Notice(models.Model):
    """What the platform reported of our account, its numbers and templates. Rows stay: what stands on a matter is what

    its newest one says (rules.py). The original goes after eight days, for it may name a customer."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the notice in the ledger"))
    line = models.ForeignKey(
        Line, on_delete=models.PROTECT, null=True, db_index=False, db_comment=plain("number it is about, null for all")
    )
    account = models.TextField(db_comment=plain("the platform's business account it is about"))
    kind = models.CharField(max_length=80, db_comment=plain("the platform's word for the subject"))
    event = models.CharField(max_length=64, default="", db_comment=plain("the platform's word for what happened"))
    template = models.TextField(default="", db_comment=plain("name of our template it is about, empty if of none"))
    language = models.CharField(max_length=16, default="", db_comment=plain("language of that template"))
    words = models.JSONField(default=list, db_comment=plain("further words of the platform, as [name, word]"))
    severity = models.CharField(max_length=8, db_comment=plain("info, warning or critical"))
    matter = models.CharField(max_length=16, default="", db_comment=plain("on what it speaks, empty if on nothing"))
    effect = models.CharField(max_length=16, default="", db_comment=plain("what it does, empty if nothing"))
    until = models.DateTimeField(null=True, db_comment=plain("end of what it does, null if the platform ends it"))
    ends = models.JSONField(default=list, db_comment=plain("each of its restrictions and its end, as [word, time]"))
    begins_at = models.DateTimeField(null=True, db_comment=plain("from when it holds, as the platform names it"))
    told_at = models.DateTimeField(db_comment=plain("the platform's time, else when it came"))
    received_at = models.DateTimeField(db_comment=plain("when it was taken in"))
    needs_somebody = models.BooleanField(db_comment=plain("whether somebody has to do something"))
    settled_at = models.DateTimeField(null=True, db_comment=plain("when that was done, or was needed no more"))
    settled_by = models.CharField(
        max_length=64,
        default="",
        db_comment=personal("pseudonym of who did it", purpose="work", klass="staff", sealed=False),
    )
    original = models.BinaryField(
        null=True,
        db_comment=personal("what the platform said, may name a customer", purpose="care", klass="transit"),
    )

    class Meta:
        db_table = "lines_notice"
        db_table_comment = "What the platform reported of our account, numbers and templates"
        constraints = [
            models.CheckConstraint(condition=models.Q(severity__in=list(Severity)), name="lines_notice_severity_known"),
            models.CheckConstraint(condition=models.Q(matter__in=list(Matter)), name="lines_notice_matter_known"),
            models.CheckConstraint(condition=models.Q(effect__in=list(Effect)), name="lines_notice_effect_known"),
        ]
        indexes = [
            models.Index(fields=["-told_at", "-id"], name="lines_notice_newest"),
            models.Index(fields=["account", "matter", "-told_at"], name="lines_notice_standing"),
            models.Index(
                fields=["received_at"], condition=models.Q(original__isnull=False), name="lines_notice_original"
            ),
            models.Index(
                fields=["-told_at"],
                condition=models.Q(needs_somebody=True, settled_at__isnull=True),
                name="lines_notice_open",
            ),
        ]
