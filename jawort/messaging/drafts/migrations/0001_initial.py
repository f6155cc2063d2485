"""What agents are writing, sealed."""

import django.db.models.deletion
import jawort.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('messaging', '0006_waiting'),
        ('people', '0007_number_basis'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptDraft',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: row', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('meant', models.CharField(db_comment='not personal: reply or note', max_length=8)),
                ('month', models.IntegerField(db_comment='not personal: period key, YYYYMM')),
                ('changed_at', models.DateTimeField(db_comment='not personal: when it was changed last', db_index=True)),
                ('wrapped', models.BinaryField(db_comment='not personal: key, wrapped under contact and period')),
                ('ciphertext', models.BinaryField(db_comment='personal: text of a draft; purpose: care; class: open; sealed')),
                ('author', models.ForeignKey(db_comment='personal: pseudonym of who writes it; purpose: work; class: staff; clear', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(db_comment='personal: pseudonym of a contact; purpose: care; class: open; clear', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.contact')),
                ('conversation', models.ForeignKey(db_comment='not personal: where it is being written', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messaging.conversation')),
            ],
            options={
                'db_table': 'messaging_kept_draft',
                'db_table_comment': 'What agents are writing, sealed',
                'constraints': [models.UniqueConstraint(fields=('conversation', 'author'), name='messaging_kept_draft_one_each'), models.CheckConstraint(condition=models.Q(('meant__in', ['reply', 'note'])), name='messaging_kept_draft_meant_known')],
            },
        ),
    ]
