"""The questions that an opt-in link has led to are counted by it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index that is made while others write cannot be in a transaction

    dependencies = [
        ('consent', '0006_opt_in_link'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='question',
            index=models.Index(condition=models.Q(('link__isnull', False)), fields=['link'], name='consent_question_link'),
        ),
    ]
