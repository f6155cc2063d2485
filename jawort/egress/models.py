"""The egress register: what left, by day. Numbers alone, nothing of anybody."""

from django.db import models

from jawort.core.column import plain


class Count(models.Model):
    """How often one category of datum went to one destination on one day of the installation’s calendar."""

    pk = models.CompositePrimaryKey("day", "destination", "datum")
    day = models.DateField(db_comment=plain("day, by the installation’s time zone"))
    destination = models.CharField(max_length=20, db_comment=plain("to whom: a destination of the declared list"))
    datum = models.CharField(max_length=20, db_comment=plain("which category of datum, of the declared list"))
    count = models.PositiveBigIntegerField(db_comment=plain("how many calls carried it"))

    class Meta:
        db_table = "egress_count"
        db_table_comment = "How often which category of datum left, to whom, by day; nothing of anybody"
