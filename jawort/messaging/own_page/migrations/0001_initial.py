"""Links to own pages."""

import django.db.models.deletion
import jawort.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('messaging', '0007_undo'),
        ('people', '0008_by_language'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OwnPage',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: names it in the ledger', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('token_index', models.BinaryField(db_comment="not personal: keyed hash of the link's token", unique=True)),
                ('created_at', models.DateTimeField(db_comment='not personal: since when it is open')),
                ('ends_at', models.DateTimeField(db_comment='not personal: until when it opens the page')),
                ('withdrawn_at', models.DateTimeField(db_comment='not personal: when one of us shut it', null=True)),
                ('code_index', models.BinaryField(db_comment='not personal: keyed hash of the code that went out last', null=True)),
                ('code_ends_at', models.DateTimeField(db_comment='not personal: until when that code can be entered', null=True)),
                ('tries', models.PositiveSmallIntegerField(db_comment='not personal: how often a code was entered wrong', default=0)),
                ('codes_day', models.DateField(db_comment='not personal: the day on which the last code went out, UTC', null=True)),
                ('codes', models.PositiveSmallIntegerField(db_comment='not personal: how many codes went out on that day', default=0)),
                ('key_index', models.BinaryField(db_comment="not personal: keyed hash of the open page's key", null=True)),
                ('key_ends_at', models.DateTimeField(db_comment='not personal: until when the page is open', null=True)),
                ('said', models.PositiveSmallIntegerField(db_comment='not personal: how much came in by it', default=0)),
                ('author', models.ForeignKey(db_comment='personal: pseudonym of who handed it over; purpose: work; class: staff; clear', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(db_comment='personal: pseudonym of a contact; purpose: care; class: open; clear', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.contact')),
                ('conversation', models.ForeignKey(db_comment='not personal: where it was handed over', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='messaging.conversation')),
                ('message', models.OneToOneField(db_comment='not personal: the message that holds the link', on_delete=django.db.models.deletion.PROTECT, related_name='own_page', to='messaging.message')),
            ],
            options={
                'db_table': 'messaging_own_page',
                'db_table_comment': 'Links to the pages on which customers see what is stored of them',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('code_ends_at__isnull', True), ('code_index__isnull', True)), models.Q(('code_ends_at__isnull', False), ('code_index__isnull', False)), _connector='OR'), name='messaging_own_page_code_whole'), models.CheckConstraint(condition=models.Q(models.Q(('key_ends_at__isnull', True), ('key_index__isnull', True)), models.Q(('key_ends_at__isnull', False), ('key_index__isnull', False)), _connector='OR'), name='messaging_own_page_key_whole')],
            },
        ),
    ]
