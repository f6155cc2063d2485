"""Filters and an order under a name."""

import django.db.models.deletion
import jawort.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: names it in the ledger', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('name', models.CharField(db_comment='not personal: what it is called; names of people do not belong here, which the form says', max_length=30)),
                ('asks', models.CharField(db_comment='not personal: view, filters and order: ids and fixed words', max_length=600)),
                ('owner', models.ForeignKey(db_comment='personal: pseudonym of whose own it is; purpose: work; class: staff; clear', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'messaging_saved_view',
                'db_table_comment': 'Filters and orders of the list under a name',
            },
        ),
    ]
