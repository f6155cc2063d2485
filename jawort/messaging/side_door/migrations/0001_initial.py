"""Links to the side door."""

import django.db.models.deletion
import jawort.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('messaging', '0007_undo'),
        ('people', '0007_number_basis'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SideDoor',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: names it in the ledger', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('token_index', models.BinaryField(db_comment="not personal: keyed hash of the link's token", unique=True)),
                ('way', models.CharField(db_comment='not personal: in or out', max_length=4)),
                ('klass', models.CharField(db_comment='not personal: deletion class', default='open', max_length=16)),
                ('month', models.IntegerField(db_comment='not personal: period key, YYYYMM')),
                ('wrapped', models.BinaryField(db_comment='not personal: key of what it is for, wrapped')),
                ('ciphertext', models.BinaryField(db_comment='personal: what it is for; purpose: care; class: open; sealed')),
                ('created_at', models.DateTimeField(db_comment='not personal: since when it is open')),
                ('ends_at', models.DateTimeField(db_comment='not personal: until when it may be used')),
                ('used_at', models.DateTimeField(db_comment='not personal: when files passed', null=True)),
                ('withdrawn_at', models.DateTimeField(db_comment='not personal: when one of us shut it', null=True)),
                ('tries', models.PositiveSmallIntegerField(db_comment='not personal: how often files were brought to it', default=0)),
                ('author', models.ForeignKey(db_comment='personal: pseudonym of who opened it; purpose: work; class: staff; clear', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(db_comment='personal: pseudonym of a contact; purpose: care; class: open; clear', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.contact')),
                ('conversation', models.ForeignKey(db_comment='not personal: where it was handed over', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='messaging.conversation')),
                ('message', models.OneToOneField(db_comment='not personal: the message that holds the link', on_delete=django.db.models.deletion.PROTECT, related_name='door', to='messaging.message')),
            ],
            options={
                'db_table': 'messaging_side_door',
                'db_table_comment': 'Links by which files pass once, and not over WhatsApp',
                'constraints': [models.CheckConstraint(condition=models.Q(('way__in', ['in', 'out'])), name='messaging_side_door_way_known'), models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('withdrawn_at__isnull', True), _connector='OR'), name='messaging_side_door_one_end')],
            },
        ),
    ]
