"""Alarms, the self-tests of lines, and who looks."""

import django.db.models.deletion
import jawort.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('lines', '0007_heard'),
    ]

    operations = [
        migrations.CreateModel(
            name='SelfTest',
            fields=[
                ('line', models.OneToOneField(db_comment='not personal: line', on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='lines.line')),
                ('due_at', models.DateTimeField(db_comment='not personal: when it is tested next')),
                ('tested_at', models.DateTimeField(db_comment='not personal: when it was tested last, null if never', null=True)),
                ('token', models.CharField(db_comment='not personal: why the token is refused, as a code', db_default='unknown', max_length=64)),
                ('expires_at', models.DateTimeField(db_comment='not personal: when the token ends, null if never or not known', null=True)),
                ('subscription', models.CharField(db_comment='not personal: why the app gets no webhooks, as a code', db_default='unknown', max_length=64)),
                ('callback', models.CharField(db_comment='not personal: why our callback does not answer, as a code', db_default='unknown', max_length=64)),
            ],
            options={
                'db_table': 'alarms_selftest',
                'db_table_comment': 'What the daily self-test of each line found last',
            },
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: names the alarm in the ledger', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('code', models.CharField(db_comment='not personal: what is wrong', max_length=32)),
                ('subject', models.UUIDField(db_comment='not personal: line it is about, null for the installation', null=True)),
                ('since', models.DateTimeField(db_comment='not personal: when the cause was seen first')),
                ('seen_at', models.DateTimeField(db_comment='not personal: when it was seen last')),
                ('ended_at', models.DateTimeField(db_comment='not personal: when it was gone, null while it is there', null=True)),
                ('acknowledged_at', models.DateTimeField(db_comment='not personal: when somebody took it on', null=True)),
                ('acknowledged_by', models.CharField(db_comment='personal: pseudonym of who took it on; purpose: work; class: staff; clear', default='', max_length=64)),
            ],
            options={
                'db_table': 'alarms_alarm',
                'db_table_comment': 'What somebody must look at, or had to',
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['-ended_at', '-id'], name='alarms_alarm_past')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('code', 'subject'), name='alarms_alarm_once_a_cause', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('code__in', ['no_worker', 'ledger', 'disk', 'line_stopped', 'token_refused', 'token_expires', 'unsubscribed', 'callback', 'line_silent', 'parked', 'notices'])), name='alarms_alarm_code_known'), models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by', '')), models.Q(('acknowledged_at__isnull', False), models.Q(('acknowledged_by', ''), _negated=True)), _connector='OR'), name='alarms_alarm_acknowledged_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.SmallIntegerField(db_comment='not personal: always 1', default=1, primary_key=True, serialize=False)),
                ('since', models.DateTimeField(db_comment='not personal: begin of looking without a gap')),
                ('looked_at', models.DateTimeField(db_comment='not personal: when somebody looked last')),
            ],
            options={
                'db_table': 'alarms_watch',
                'db_table_comment': 'Whether somebody looks for causes of alarms',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='alarms_watch_one_row')],
            },
        ),
    ]
