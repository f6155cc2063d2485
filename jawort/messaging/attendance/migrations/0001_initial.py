"""Who has which conversation open now."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: Rows live for seconds: the write-ahead log, backups and standbys have nothing to do with them.
UNLOGGED = "ALTER TABLE messaging_attendance SET UNLOGGED"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('messaging', '0006_waiting'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(db_comment='not personal: row', primary_key=True, serialize=False)),
                ('seen_at', models.DateTimeField(db_comment='personal: when they had it open last; purpose: work; class: staff; clear')),
                ('wrote_at', models.DateTimeField(db_comment='personal: when they wrote in it last; purpose: work; class: staff; clear', null=True)),
                ('agent', models.ForeignKey(db_comment='personal: pseudonym of who has it open; purpose: work; class: staff; clear', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(db_comment='not personal: which conversation', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messaging.conversation')),
            ],
            options={
                'db_table': 'messaging_attendance',
                'db_table_comment': 'Who has which conversation open now; forgotten within minutes',
                'constraints': [models.UniqueConstraint(fields=('conversation', 'agent'), name='messaging_attendance_once')],
            },
        ),
        migrations.RunSQL(UNLOGGED, migrations.RunSQL.noop),
    ]
