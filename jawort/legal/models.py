"""The addresses of imprint and privacy notice."""

from django.db import models

from jawort.core.column import plain
from jawort.legal.rules import CHARACTERS_MAX


class Links(models.Model):
    """Both, or none: there is at most one row."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(
        primary_key=True, default=ONLY, db_comment=plain("always the same, as there is one")
    )
    imprint = models.CharField(max_length=CHARACTERS_MAX, db_comment=plain("address of the company’s imprint"))
    privacy = models.CharField(max_length=CHARACTERS_MAX, db_comment=plain("address of its privacy notice"))
    since = models.DateTimeField(db_comment=plain("when they were entered"))

    class Meta:
        db_table = "legal_links"
        db_table_comment = "Where customers find imprint and privacy notice"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="legal_links_only_one"),
            models.CheckConstraint(
                condition=models.Q(imprint__startswith="https://", privacy__startswith="https://"),
                name="legal_links_over_https",
            ),
        ]
