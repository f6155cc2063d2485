"""What stands against writing to people: their objections, restrictions, what may be a withdrawal, our blocks."""

from django.db import models
from django.db.models import Q

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.lines.models import Line
from jawort.people.models import Contact


class Objection(models.Model):
    """A person wants no messages for a purpose (Art. 21 GDPR). It stands until lifted; lifted ones stay as history."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the objection in the ledger"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        db_comment=personal("pseudonym of a contact", purpose="proof", klass="consent", sealed=False),
    )
    purpose = models.CharField(
        max_length=16, db_comment=personal("purpose objected to", purpose="proof", klass="consent", sealed=False)
    )
    since = models.DateTimeField(db_comment=personal("when", purpose="proof", klass="consent", sealed=False))
    lifted_at = models.DateTimeField(
        null=True, db_comment=personal("when it was taken back", purpose="proof", klass="consent", sealed=False)
    )

    class Meta:
        db_table = "consent_objection"
        db_table_comment = "Who wants no messages for which purpose"
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "purpose"], condition=Q(lifted_at=None), name="consent_objection_once"
            ),
        ]


class Suppression(models.Model):
    """From this address somebody has objected. It outlives everything else of them; suppression.py says why."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("row"))
    address = models.BinaryField(
        db_comment=personal(
            "keyed hash of a number or WhatsApp id, of this list alone", purpose="proof", klass="consent", sealed=False
        )
    )
    purpose = models.CharField(
        max_length=16, db_comment=personal("purpose objected to", purpose="proof", klass="consent", sealed=False)
    )
    since = models.DateTimeField(db_comment=personal("when", purpose="proof", klass="consent", sealed=False))

    class Meta:
        db_table = "consent_suppression"
        db_table_comment = "From which addresses people have objected, also when nothing else is kept of them"
        constraints = [models.UniqueConstraint(fields=["address", "purpose"], name="consent_suppression_once")]


class Restriction(models.Model):
    """A person's data may be stored and nothing else (Art. 18 GDPR), until it is lifted."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the restriction in the ledger"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        db_comment=personal("pseudonym of a contact", purpose="proof", klass="consent", sealed=False),
    )
    since = models.DateTimeField(db_comment=personal("when", purpose="proof", klass="consent", sealed=False))
    lifted_at = models.DateTimeField(
        null=True, db_comment=personal("when it was lifted", purpose="proof", klass="consent", sealed=False)
    )

    class Meta:
        db_table = "consent_restriction"
        db_table_comment = "Whose data may only be stored"
        constraints = [
            models.UniqueConstraint(fields=["contact"], condition=Q(lifted_at=None), name="consent_restriction_once")
        ]


class Pause(models.Model):
    """What a person wrote may be a withdrawal: until somebody has decided that, no campaign leaves for them."""

    class Verdict(models.TextChoices):
        """What it was."""

        WITHDRAWN = "withdrawn"
        NOTHING = "nothing"

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the pause in the ledger"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        db_comment=personal("pseudonym of a contact", purpose="proof", klass="consent", sealed=False),
    )
    message = models.UUIDField(db_comment=plain("the message that said it"))
    since = models.DateTimeField(db_comment=personal("when", purpose="proof", klass="consent", sealed=False))
    settled_at = models.DateTimeField(
        null=True, db_comment=personal("when it was decided", purpose="proof", klass="consent", sealed=False)
    )
    verdict = models.CharField(
        max_length=9,
        default="",
        db_comment=personal("what it was", purpose="proof", klass="consent", sealed=False),
    )

    class Meta:
        db_table = "consent_pause"
        db_table_comment = "For whom campaigns wait until somebody has read what they wrote"
        constraints = [
            models.UniqueConstraint(fields=["contact"], condition=Q(settled_at=None), name="consent_pause_once"),
            models.CheckConstraint(
                condition=Q(settled_at=None, verdict="")
                | Q(settled_at__isnull=False, verdict__in=["withdrawn", "nothing"]),
                name="consent_pause_settled_with_a_verdict",
            ),
        ]


class Block(models.Model):
    """We want nothing of a person on a line: the platform takes nothing from them any more. How far that has come."""

    class State(models.TextChoices):
        """Asked for, standing, about to be lifted; then lifted, or refused by the platform."""

        ASKED = "asked"
        STANDS = "stands"
        LIFTING = "lifting"
        LIFTED = "lifted"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the block in jobs"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        db_comment=personal("pseudonym of a contact", purpose="care", klass="consent", sealed=False),
    )
    line = models.ForeignKey(Line, models.PROTECT, db_index=False, db_comment=plain("on which line of ours"))
    state = models.CharField(
        max_length=8,
        db_comment=personal("whether they are blocked", purpose="care", klass="consent", sealed=False),
    )
    failure = models.CharField(max_length=32, default="", db_comment=plain("why not: the platform's code"))
    since = models.DateTimeField(
        db_comment=personal("when it was asked for", purpose="care", klass="consent", sealed=False)
    )

    class Meta:
        db_table = "consent_block"
        db_table_comment = "Whom we block at the platform"
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "line"],
                condition=Q(state__in=["asked", "stands", "lifting"]),
                name="consent_block_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "stands", "lifting", "lifted", "refused"]),
                name="consent_block_state_known",
            ),
        ]


#: In these nothing leaves for the person.
BLOCKING = (Block.State.ASKED, Block.State.STANDS, Block.State.LIFTING)


class Preference(models.Model):
    """What a person told the platform about marketing: told is told, and no consent. What follows is an objection."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("row"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        db_comment=personal("pseudonym of a contact", purpose="proof", klass="consent", sealed=False),
    )
    line = models.ForeignKey(Line, models.PROTECT, db_index=False, db_comment=plain("through which line of ours"))
    subject = models.CharField(max_length=64, db_comment=plain("the platform's word for what it is about"))
    wish = models.CharField(
        max_length=16,
        db_comment=personal("wish, in the platform's word", purpose="proof", klass="consent", sealed=False),
    )
    signup_ref = models.CharField(max_length=64, default="", db_comment=plain("link of ours that was used"))
    told_at = models.DateTimeField(
        db_comment=personal("when the person said so", purpose="proof", klass="consent", sealed=False)
    )
    received_at = models.DateTimeField(db_comment=plain("when it was taken in"))

    class Meta:
        db_table = "consent_preference"
        db_table_comment = "What people told the platform about marketing messages"
