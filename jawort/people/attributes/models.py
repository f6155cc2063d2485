"""Attributes as the administrator defines them, and the values that contacts have, sealed like their names."""

from django.db import models
from django.db.models import Q

from jawort.core.column import personal, plain
from jawort.core.ids import uuid7
from jawort.people.attributes.rules import KEY, Holds
from jawort.people.models import Contact


class Attribute(models.Model):
    """Something that may be kept of a contact. It has a purpose, or there would be no reason to keep it."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("names the attribute in the ledger"))
    key = models.CharField(max_length=40, unique=True, db_comment=plain("what programs call it"))
    label_de = models.CharField(max_length=60, db_comment=plain("what it is called in German"))
    label_en = models.CharField(max_length=60, db_comment=plain("what it is called in English"))
    holds = models.CharField(max_length=8, db_comment=plain("text, number, date or choice"))
    choices = models.JSONField(default=list, db_comment=plain("what may be chosen, in this order"))
    purpose = models.CharField(max_length=300, db_comment=plain("what it is kept for, as the administrator says"))

    class Meta:
        db_table = "people_attribute"
        db_table_comment = "What may be kept of contacts beside name and address"
        constraints = [
            models.CheckConstraint(
                condition=Q(holds__in=[holds.value for holds in Holds]), name="people_attribute_holds_known"
            ),
            models.CheckConstraint(condition=Q(key__regex=KEY), name="people_attribute_key_in_form"),
            models.CheckConstraint(condition=~Q(purpose=""), name="people_attribute_has_a_purpose"),
        ]


class Value(models.Model):
    """What one contact has. Not there where nothing is known."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment=plain("row id, bound into the sealed value"))
    contact = models.ForeignKey(
        Contact,
        models.CASCADE,
        db_index=False,  # the constraint's index begins with it
        related_name="+",
        db_comment=personal("whose it is", purpose="care", klass="identity", sealed=False),
    )
    attribute = models.ForeignKey(Attribute, models.CASCADE, related_name="values", db_comment=plain("what it is"))
    wrapped = models.BinaryField(db_comment=personal("key of the value", purpose="care", klass="identity"))
    ciphertext = models.BinaryField(
        db_comment=personal("value of an attribute, as agents enter it", purpose="care", klass="identity")
    )

    class Meta:
        db_table = "people_value"
        db_table_comment = "What contacts have of the attributes"
        constraints = [
            models.UniqueConstraint(fields=["contact", "attribute"], name="people_value_one_each"),
        ]
