"""Contacts who speak a language are found by it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index that is made while others write cannot be in a transaction

    dependencies = [
        ('people', '0007_number_basis'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='contact',
            index=models.Index(condition=models.Q(('language', ''), _negated=True), fields=['language'], name='people_contact_language'),
        ),
    ]
