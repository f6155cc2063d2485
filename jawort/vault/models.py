"""Tables of keys. Every key in them is wrapped; the root key that begins the chain is in none."""

from django.db import models
from django.db.models.functions import Length

from jawort.core.column import personal, plain
from jawort.vault.seal import KEY_BYTES, NONCE_BYTES, TAG_BYTES, Klass

models.BinaryField.register_lookup(Length)

WRAPPED_KEY_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES
KLASSES = [klass.value for klass in Klass]


class Epoch(models.Model):
    """A key that wraps the keyrings. Its destruction turns every older copy of them, in every backup, into noise."""

    number = models.IntegerField(primary_key=True, db_comment=plain("counts up from 1"))
    wrapped = models.BinaryField(null=True, db_comment=plain("epoch key under the root key; null once destroyed"))
    started_at = models.DateTimeField(db_comment=plain("when keys began to be wrapped under it"))
    destroyed_at = models.DateTimeField(null=True, db_comment=plain("when the key was destroyed"))

    class Meta:
        db_table = "vault_epoch"
        db_table_comment = "Keys that wrap the two keyrings"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
                name="vault_epoch_destroyed_is_gone",
            ),
            models.CheckConstraint(condition=models.Q(number__gt=0), name="vault_epoch_counts_from_one"),
        ]


class SubjectKey(models.Model):
    """The first lock: one key per person and deletion class. No foreign key: contacts live in a package above."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("row number"))
    subject = models.UUIDField(
        db_comment=personal("pseudonym of a contact", purpose="sealing", klass="identity", sealed=False)
    )
    klass = models.CharField(max_length=20, db_comment=plain("deletion class"))
    epoch = models.ForeignKey(Epoch, models.PROTECT, db_index=False, db_comment=plain("epoch whose key wraps this one"))
    wrapped = models.BinaryField(db_comment=plain("key under the epoch's key"))

    class Meta:
        db_table = "vault_subjectkey"
        db_table_comment = "Keyring of persons: deleting a row makes that person's records of the class unreadable"
        constraints = [
            models.UniqueConstraint(fields=["subject", "klass"], name="vault_subjectkey_one_each"),
            models.CheckConstraint(condition=models.Q(klass__in=KLASSES), name="vault_subjectkey_klass_known"),
            models.CheckConstraint(
                condition=models.Q(wrapped__length=WRAPPED_KEY_BYTES), name="vault_subjectkey_wrapped_whole"
            ),
        ]


class PeriodKey(models.Model):
    """The second lock: one key per deletion class and month; a whole month expires with it."""

    id = models.BigAutoField(primary_key=True, db_comment=plain("row number"))
    klass = models.CharField(max_length=20, db_comment=plain("deletion class"))
    month = models.IntegerField(db_comment=plain("month of the class's start event, year * 100 + month"))
    epoch = models.ForeignKey(Epoch, models.PROTECT, db_index=False, db_comment=plain("epoch whose key wraps this one"))
    wrapped = models.BinaryField(db_comment=plain("key under the epoch's key"))

    class Meta:
        db_table = "vault_periodkey"
        db_table_comment = "Keyring of months: deleting a row makes that month's records of the class unreadable"
        constraints = [
            models.UniqueConstraint(fields=["klass", "month"], name="vault_periodkey_one_each"),
            models.CheckConstraint(condition=models.Q(klass__in=KLASSES), name="vault_periodkey_klass_known"),
            models.CheckConstraint(
                condition=models.Q(month__gte=200001, month__lte=999912), name="vault_periodkey_month_whole"
            ),
            models.CheckConstraint(
                condition=models.Q(wrapped__length=WRAPPED_KEY_BYTES), name="vault_periodkey_wrapped_whole"
            ),
        ]


class TransitDay(models.Model):
    """A key pair per day (UTC): the webhook listener seals bodies to the public half, intake opens them."""

    day = models.DateField(primary_key=True, db_comment=plain("day in UTC"))
    public = models.BinaryField(db_comment=plain("X25519 public key, 32 bytes"))
    epoch = models.ForeignKey(
        Epoch, models.PROTECT, null=True, db_index=False, db_comment=plain("epoch whose key wraps the private half")
    )
    wrapped = models.BinaryField(null=True, db_comment=plain("private half under the epoch's key; null once destroyed"))

    class Meta:
        db_table = "vault_transitday"
        db_table_comment = "Day keys of bodies on their way from the webhook listener to intake"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=True, epoch__isnull=True)
                | models.Q(wrapped__length=WRAPPED_KEY_BYTES, epoch__isnull=False),
                name="vault_transitday_wrapped_whole",
            ),
            models.CheckConstraint(condition=models.Q(public__length=KEY_BYTES), name="vault_transitday_public_whole"),
        ]
