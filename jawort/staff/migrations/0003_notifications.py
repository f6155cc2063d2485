"""Of what somebody hears, how, and when not."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0002_single_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='banners',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), db_comment='personal: what shows itself on the screen; purpose: work; class: staff; clear', db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name='agent',
            name='banners_name',
            field=models.BooleanField(db_comment='personal: whether names show themselves there; purpose: work; class: staff; clear', db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='agent',
            name='quiet_from',
            field=models.TimeField(db_comment='personal: when quiet hours begin; purpose: work; class: staff; clear', null=True),
        ),
        migrations.AddField(
            model_name='agent',
            name='quiet_until',
            field=models.TimeField(db_comment='personal: when quiet hours end; purpose: work; class: staff; clear', null=True),
        ),
        migrations.AddField(
            model_name='agent',
            name='sounds',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), db_comment='personal: what makes a sound; purpose: work; class: staff; clear', db_default=[], default=list, size=None),
        ),
    ]
