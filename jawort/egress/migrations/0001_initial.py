"""The egress register."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Count',
            fields=[
                ('pk', models.CompositePrimaryKey('day', 'destination', 'datum', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField(db_comment='not personal: day, by the installation’s time zone')),
                ('destination', models.CharField(db_comment='not personal: to whom: a destination of the declared list', max_length=20)),
                ('datum', models.CharField(db_comment='not personal: which category of datum, of the declared list', max_length=20)),
                ('count', models.PositiveBigIntegerField(db_comment='not personal: how many calls carried it')),
            ],
            options={
                'db_table': 'egress_count',
                'db_table_comment': 'How often which category of datum left, to whom, by day; nothing of anybody',
            },
        ),
    ]
