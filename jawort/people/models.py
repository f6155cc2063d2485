"""Tables of customers. Names and addresses are sealed; what finds them again is a keyed index."""

from django.db import models
from django.db.models.functions import Length

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.people.rules import AliasKind, NumberBasis, ReviewKind
from jawort.vault.blind import INDEX_BYTES

models.BinaryField.register_lookup(Length)

ALIAS_KINDS = [kind.value for kind in AliasKind]
NUMBER_BASES = [basis.value for basis in NumberBasis]
REVIEW_KINDS = [kind.value for kind in ReviewKind]


class Contact(models.Model):
    """One customer, as far as we know. The id is the pseudonym that everything else names.

    Contacts that a person of ours merged name one of them as `person`, that one itself too; a contact alone names none.
    Everything stays with the contact it came for, under its keys: undoing a merge only takes the pointers away.
    """

    id = models.UUIDField(
        primary_key=True,
        default=uuid7,
        db_comment=personal("pseudonym of a contact", purpose="care", klass="identity", sealed=False),
    )
    name_wrapped = models.BinaryField(
        null=True, db_comment=personal("key of the name", purpose="care", klass="identity")
    )
    name_ciphertext = models.BinaryField(
        null=True, db_comment=personal("name, as the customer gives it", purpose="care", klass="identity")
    )
    our_name_wrapped = models.BinaryField(
        null=True, db_comment=personal("key of our name for them", purpose="care", klass="identity")
    )
    our_name_ciphertext = models.BinaryField(
        null=True, db_comment=personal("name, as somebody of ours gave it", purpose="care", klass="identity")
    )
    username_wrapped = models.BinaryField(
        null=True, db_comment=personal("key of the username", purpose="care", klass="identity")
    )
    username_ciphertext = models.BinaryField(
        null=True, db_comment=personal("WhatsApp username at present", purpose="care", klass="identity")
    )
    username_at = models.DateTimeField(
        null=True,
        db_comment=personal("since when the username is known", purpose="care", klass="identity", sealed=False),
    )
    language = models.CharField(
        max_length=8,
        default="",
        db_comment=personal("language, empty if unknown", purpose="care", klass="identity", sealed=False),
    )
    person = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        db_comment=personal("contact it is one person with", purpose="recognition", klass="identity", sealed=False),
    )
    created_at = models.DateTimeField(
        db_comment=personal("first contact", purpose="care", klass="identity", sealed=False)
    )
    month = models.IntegerField(db_comment=plain("month whose key seals name and aliases, year * 100 + month"))

    class Meta:
        db_table = "people_contact"
        db_table_comment = "Customers"
        indexes = [
            models.Index(fields=["person"], condition=models.Q(person__isnull=False), name="people_contact_merged"),
            models.Index(fields=["language"], condition=~models.Q(language=""), name="people_contact_language"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(name_wrapped__isnull=True, name_ciphertext__isnull=True)
                | models.Q(name_wrapped__isnull=False, name_ciphertext__isnull=False),
                name="people_contact_name_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(our_name_wrapped__isnull=True, our_name_ciphertext__isnull=True)
                | models.Q(our_name_wrapped__isnull=False, our_name_ciphertext__isnull=False),
                name="people_contact_our_name_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    username_wrapped__isnull=True, username_ciphertext__isnull=True, username_at__isnull=True
                )
                | models.Q(
                    username_wrapped__isnull=False, username_ciphertext__isnull=False, username_at__isnull=False
                ),
                name="people_contact_username_whole",
            ),
        ]


class Alias(models.Model):
    """One address of a contact. Living while `valid_to` is null; a living alias leads to one contact only."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("row id, bound into the sealed address"))
    contact = models.ForeignKey(
        Contact,
        models.CASCADE,
        related_name="aliases",
        db_comment=personal("whose address", purpose="recognition", klass="identity", sealed=False),
    )
    kind = models.CharField(max_length=12, db_comment=plain("kind of address"))
    scope = models.CharField(
        max_length=40,
        default="",
        db_comment=plain("portfolio within which a BSUID means somebody; empty for numbers"),
    )
    blind = models.BinaryField(
        db_comment=personal("keyed hash of the address", purpose="recognition", klass="identity", sealed=False)
    )
    wrapped = models.BinaryField(db_comment=personal("key of the address", purpose="care", klass="identity"))
    ciphertext = models.BinaryField(db_comment=personal("phone number or BSUID", purpose="care", klass="identity"))
    basis = models.CharField(
        max_length=12,
        default="",
        db_default="",
        db_comment=personal(
            "on what basis we have it, empty where the customer came with it",
            purpose="accountability",
            klass="identity",
            sealed=False,
        ),
    )
    first_seen = models.DateTimeField(
        db_comment=personal("first use of the address", purpose="recognition", klass="identity", sealed=False)
    )
    last_seen = models.DateTimeField(
        db_comment=personal("last use, by the day", purpose="recognition", klass="identity", sealed=False)
    )
    valid_to = models.DateTimeField(
        null=True,
        db_comment=personal(
            "end of the address, null while living", purpose="recognition", klass="identity", sealed=False
        ),
    )

    class Meta:
        db_table = "people_alias"
        db_table_comment = "Addresses of customers"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "scope", "blind"],
                condition=models.Q(valid_to__isnull=True),
                name="people_alias_living_is_one_contact",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=ALIAS_KINDS), name="people_alias_kind_known"),
            models.CheckConstraint(condition=models.Q(blind__length=INDEX_BYTES), name="people_alias_blind_whole"),
            models.CheckConstraint(
                condition=models.Q(basis="") | models.Q(basis__in=NUMBER_BASES, kind=AliasKind.PHONE.value),
                name="people_alias_basis_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "scope", "blind"], condition=models.Q(valid_to__isnull=False), name="people_alias_ended"
            ),
            models.Index(
                fields=["-first_seen", "-contact"], condition=~models.Q(basis=""), name="people_alias_entered"
            ),
        ]


class Review(models.Model):
    """A doubt about who somebody is, for a person to settle. `contact` is the one in doubt, `other` the one it met."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("row id"))
    kind = models.CharField(max_length=24, db_comment=plain("kind of doubt"))
    contact = models.ForeignKey(
        Contact,
        models.CASCADE,
        related_name="reviews",
        db_comment=personal("contact in doubt", purpose="recognition", klass="identity", sealed=False),
    )
    other = models.ForeignKey(
        Contact,
        models.CASCADE,
        null=True,
        related_name="reviews_met",
        db_comment=personal("contact that the address led to", purpose="recognition", klass="identity", sealed=False),
    )
    created_at = models.DateTimeField(
        db_comment=personal("when the doubt arose", purpose="recognition", klass="identity", sealed=False)
    )
    settled_at = models.DateTimeField(
        null=True,
        db_comment=personal("when somebody settled it", purpose="recognition", klass="identity", sealed=False),
    )

    class Meta:
        db_table = "people_review"
        db_table_comment = "Doubts about who a customer is"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "contact", "other"],
                condition=models.Q(settled_at__isnull=True),
                nulls_distinct=False,
                name="people_review_open_once",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=REVIEW_KINDS), name="people_review_kind_known"),
        ]
        indexes = [
            models.Index(
                fields=["contact"], condition=models.Q(settled_at__isnull=True), name="people_review_open_by_contact"
            )
        ]


class Merge(models.Model):
    """Somebody decided that two contacts are one person, and may have taken it back."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the merge in the ledger"))
    into = models.ForeignKey(
        Contact,
        models.CASCADE,
        related_name="+",
        db_comment=personal("contact that stays in front", purpose="recognition", klass="identity", sealed=False),
    )
    other = models.ForeignKey(
        Contact,
        models.CASCADE,
        related_name="+",
        db_comment=personal("contact that was merged into it", purpose="recognition", klass="identity", sealed=False),
    )
    settled = models.JSONField(default=list, db_comment=plain("ids of the reviews that ended with it"))
    at = models.DateTimeField(
        db_comment=personal("when it was decided", purpose="recognition", klass="identity", sealed=False)
    )
    undone_at = models.DateTimeField(
        null=True,
        db_comment=personal("when it was taken back", purpose="recognition", klass="identity", sealed=False),
    )

    class Meta:
        db_table = "people_merge"
        db_table_comment = "Contacts that are one person, by whose decision the ledger says"
        constraints = [
            models.UniqueConstraint(
                fields=["other"], condition=models.Q(undone_at__isnull=True), name="people_merge_into_one_only"
            ),
            models.CheckConstraint(condition=~models.Q(into=models.F("other")), name="people_merge_of_two"),
        ]
        indexes = [
            models.Index(
                fields=["-at", "-id"], condition=models.Q(undone_at__isnull=True), name="people_merge_standing"
            )
        ]
