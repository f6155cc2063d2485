"""What conversations can be labelled with, and which carry what."""

import django.db.models.deletion
import django.db.models.functions.text
import jawort.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('messaging', '0005_snooze'),
    ]

    operations = [
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: names the label in the ledger', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('name', models.CharField(db_comment='not personal: configuration, as the administrator says; names of people do not belong here', max_length=30)),
                ('hue', models.PositiveSmallIntegerField(db_comment="not personal: which of the desk's colours")),
                ('retired_at', models.DateTimeField(db_comment='not personal: since when nobody can put it on any more', null=True)),
            ],
            options={
                'db_table': 'messaging_label',
                'db_table_comment': 'Words of the company for what conversations are about',
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='messaging_label_name_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='messaging_label_has_a_name'), models.CheckConstraint(condition=models.Q(('hue__lt', 8)), name='messaging_label_hue_known')],
            },
        ),
        migrations.CreateModel(
            name='Labelled',
            fields=[
                ('id', models.BigAutoField(db_comment='not personal: row', primary_key=True, serialize=False)),
                ('closing', models.ForeignKey(db_comment='not personal: the closing by a merge that brought it here', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='messaging.closing')),
                ('conversation', models.ForeignKey(db_comment='not personal: which conversation', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='labelled', to='messaging.conversation')),
                ('label', models.ForeignKey(db_comment='personal: what a conversation is about; purpose: care; class: open; clear', db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='labelled', to='labels.label')),
            ],
            options={
                'db_table': 'messaging_labelled',
                'db_table_comment': 'Which conversation carries which label',
                'indexes': [models.Index(fields=['label', 'conversation'], name='messaging_labelled_by_label')],
                'constraints': [models.UniqueConstraint(fields=('conversation', 'label'), name='messaging_labelled_once')],
            },
        ),
    ]
