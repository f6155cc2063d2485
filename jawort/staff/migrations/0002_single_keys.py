"""Somebody may switch single keys off."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='single_keys',
            field=models.BooleanField(db_comment='personal: whether single letters are keys; purpose: work; class: staff; clear', db_default=True, default=True),
        ),
    ]
