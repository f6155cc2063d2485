"""Texts that are ready to be sent, sealed."""

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
            name='QuickReply',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: names it in the ledger', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField(db_comment='personal: name and texts, may name somebody; purpose: care; class: desk; sealed')),
                ('owner', models.ForeignKey(db_comment='personal: pseudonym of whose own it is; purpose: work; class: staff; clear', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'messaging_quick_reply',
                'db_table_comment': 'Texts that are ready to be sent, sealed',
            },
        ),
    ]
