"""Accounts that the sign-in service opens."""

import django.db.models.deletion
import jawort.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0009_first_link'),
    ]

    operations = [
        migrations.CreateModel(
            name='Linked',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: names the row', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('issuer', models.CharField(db_comment='not personal: the sign-in service, as it names itself', max_length=500)),
                ('subject', models.CharField(db_comment='personal: pseudonym at the sign-in service; purpose: sign-in; class: staff; clear', max_length=255)),
                ('since', models.DateTimeField(db_comment='not personal: when it was linked')),
                ('agent', models.ForeignKey(db_comment='personal: pseudonym of whose account it is; purpose: sign-in; class: staff; clear', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'staff_linked',
                'db_table_comment': 'Who staff are at the company’s sign-in service',
                'constraints': [models.UniqueConstraint(fields=('issuer', 'subject'), name='staff_linked_subject_once'), models.UniqueConstraint(fields=('issuer', 'agent'), name='staff_linked_agent_once')],
            },
        ),
    ]
