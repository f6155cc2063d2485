"""Whom a note names, as long as they have not looked."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('messaging', '0006_waiting'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(db_comment='not personal: row', primary_key=True, serialize=False)),
                ('agent', models.ForeignKey(db_comment='personal: pseudonym of who is named; purpose: work; class: staff; clear', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(db_comment='not personal: where the note stands', on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='messaging.conversation')),
                ('message', models.ForeignKey(db_comment='not personal: the note', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messaging.message')),
            ],
            options={
                'db_table': 'messaging_mention',
                'db_table_comment': 'Who is named in which note and has not looked yet',
                'indexes': [models.Index(fields=['agent', 'conversation'], name='messaging_mention_of')],
                'constraints': [models.UniqueConstraint(fields=('message', 'agent'), name='messaging_mention_once')],
            },
        ),
    ]
