"""What a company writes to people for, and to whom it may without having asked them."""

from django.db import models
from django.db.models import F, Q

from jawort.consent.purpose import LegalBasis
from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.people.models import Contact

BASES = [basis.value for basis in LegalBasis]


class DeclaredPurpose(models.Model):
    """A purpose as the company has declared it. What it rests on never changes: consents were given for that."""

    key = models.CharField(primary_key=True, max_length=16, db_comment=plain("names the purpose everywhere"))
    basis = models.CharField(max_length=16, db_comment=plain("what it rests on"))
    name_de = models.CharField(max_length=60, db_comment=plain("its name in German"))
    name_en = models.CharField(max_length=60, db_comment=plain("its name in English"))
    description_de = models.TextField(db_comment=plain("what is sent for it and why, in German"))
    description_en = models.TextField(db_comment=plain("what is sent for it and why, in English"))
    frequency_de = models.TextField(db_default="", default="", db_comment=plain("how often at most, in German"))
    frequency_en = models.TextField(db_default="", default="", db_comment=plain("how often at most, in English"))
    channels = models.TextField(db_comment=plain("kinds of channel over which it may leave, with spaces between"))
    confirms = models.BooleanField(db_comment=plain("whether a yes must be said twice"))
    unused_days = models.IntegerField(db_comment=plain("after so many days without use a consent to it ends"))
    warned_days = models.IntegerField(db_comment=plain("after so many days without use people are warned of that"))
    existing_customers = models.BooleanField(
        default=False,
        db_default=False,
        db_comment=plain("whether existing customers get it without a consent (§ 7(3) UWG)"),
    )
    since = models.DateTimeField(db_comment=plain("since when it is as it is"))
    ended_at = models.DateTimeField(null=True, db_comment=plain("since when nothing leaves for it any more"))

    class Meta:
        db_table = "consent_purpose"
        db_table_comment = "What the company writes to people for"
        constraints = [
            models.CheckConstraint(condition=Q(basis__in=BASES), name="consent_purpose_basis_known"),
            models.CheckConstraint(
                condition=Q(warned_days__gte=1, warned_days__lt=F("unused_days"), unused_days__lte=730),
                name="consent_purpose_days_fit",
            ),
        ]

    def name(self, language: str) -> str:
        """Its name to somebody who speaks `language`: German unless it is English."""
        return self.name_en if language.startswith("en") else self.name_de

    def frequency(self, language: str) -> str:
        """How often at most, in that language, empty where that is not declared."""
        return self.frequency_en if language.startswith("en") else self.frequency_de


class ExistingCustomer(models.Model):
    """Somebody of ours says that a person is an existing customer (§ 7(3) UWG), and on what that rests, sealed.

    The ledger commits to the words in the entry.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names it in the ledger"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        db_index=False,
        db_comment=personal("pseudonym of a contact", purpose="proof", klass="consent", sealed=False),
    )
    purpose = models.CharField(
        max_length=16, db_comment=personal("what they may be sent", purpose="proof", klass="consent", sealed=False)
    )
    sold_on = models.DateField(
        db_comment=personal("day of the sale the address came with", purpose="proof", klass="consent", sealed=False)
    )
    wrapped = models.BinaryField(db_comment=personal("key of the words", purpose="proof", klass="consent"))
    ciphertext = models.BinaryField(
        db_comment=personal("the sale, what is similar, how they were told", purpose="proof", klass="consent")
    )
    recorded_at = models.DateTimeField(db_comment=plain("when it was recorded"))
    entry = models.BigIntegerField(db_comment=plain("its entry in the ledger"))
    ended_at = models.DateTimeField(null=True, db_comment=plain("when one of us took it back"))

    class Meta:
        db_table = "consent_existing_customer"
        db_table_comment = "Who may be sent advertising for what is similar to what they bought"
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "purpose"], condition=Q(ended_at=None), name="consent_existing_customer_once"
            )
        ]
