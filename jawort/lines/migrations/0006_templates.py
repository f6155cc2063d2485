"""The templates of each account, as the platform lists them."""

import jawort.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lines', '0005_notice_times'),
    ]

    operations = [
        migrations.CreateModel(
            name='Listing',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: names the list in the ledger', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('account', models.TextField(db_comment="not personal: the platform's business account", unique=True)),
                ('due_at', models.DateTimeField(db_comment='not personal: when the platform is asked next')),
                ('listed_at', models.DateTimeField(db_comment='not personal: when it answered last, null if never', null=True)),
                ('trouble', models.CharField(db_comment='not personal: why it did not last time, as a code', db_default='', max_length=64)),
            ],
            options={
                'db_table': 'lines_listing',
                'db_table_comment': 'When the templates of an account were listed',
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: names the template in addresses', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('account', models.TextField(db_comment="not personal: the platform's business account")),
                ('ref', models.CharField(db_comment="not personal: the platform's id of it", max_length=64)),
                ('name', models.TextField(db_comment='not personal: what it is called at the platform')),
                ('language', models.CharField(db_comment="not personal: the platform's code of its language", max_length=64)),
                ('category', models.CharField(db_comment="not personal: the platform's word: marketing, utility", max_length=64)),
                ('status', models.CharField(db_comment="not personal: the platform's word: approved, paused", max_length=64)),
                ('quality', models.CharField(db_comment="not personal: the platform's word: green, yellow, red", max_length=64)),
                ('reason', models.CharField(db_comment="not personal: the platform's word for why it was rejected", max_length=64)),
                ('named', models.BooleanField(db_comment='not personal: whether its placeholders have names instead of numbers')),
                ('components', models.JSONField(db_comment='not personal: what it says, as the platform told it')),
                ('changed_at', models.DateTimeField(db_comment='not personal: when it was found to be as it is')),
            ],
            options={
                'db_table': 'lines_template',
                'db_table_comment': 'Templates as the platform listed them last',
                'constraints': [models.UniqueConstraint(fields=('account', 'name', 'language'), name='lines_template_once')],
            },
        ),
    ]
