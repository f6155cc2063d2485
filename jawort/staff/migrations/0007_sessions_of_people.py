"""Sign-ins know whose they are. Those of Django's own table end, and it goes."""

import django.db.models.deletion
import jawort.core.clock
import jawort.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0006_presence'),
    ]

    operations = [
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(db_comment='personal: sign-in of a staff browser; purpose: sign-in; class: staff; clear', max_length=40, primary_key=True, serialize=False)),
                ('session_data', models.TextField(db_comment='personal: signed id of the staff account; purpose: sign-in; class: staff; clear')),
                ('expire_date', models.DateTimeField(db_comment='not personal: when the sign-in ends', db_index=True)),
                ('pseudonym', models.UUIDField(db_comment='not personal: names the sign-in in addresses and in the ledger', default=jawort.core.ids.uuid7, unique=True)),
                ('begun_at', models.DateTimeField(db_comment='personal: when it began; purpose: sign-in; class: staff; clear', default=jawort.core.clock.now)),
                ('seen_at', models.DateTimeField(db_comment='personal: when it was last used, to a quarter of an hour; purpose: sign-in; class: staff; clear', null=True)),
                ('browser', models.CharField(db_comment='personal: browser and system, as two words; purpose: sign-in; class: staff; clear', default='', max_length=16)),
                ('agent', models.ForeignKey(db_comment='personal: who is signed in; purpose: sign-in; class: staff; clear', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'staff_session',
                'db_table_comment': 'Sign-ins of staff browsers',
            },
        ),
        migrations.RunSQL("DROP TABLE IF EXISTS django_session", migrations.RunSQL.noop),
    ]
