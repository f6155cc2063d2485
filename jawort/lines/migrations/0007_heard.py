"""How much the platform reports of each line, by the hour."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lines', '0006_templates'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heard',
            fields=[
                ('id', models.BigAutoField(db_comment='not personal: row', primary_key=True, serialize=False)),
                ('hour', models.DateTimeField(db_comment='not personal: begin of the hour, in UTC')),
                ('count', models.BigIntegerField(db_comment='not personal: how many updates')),
                ('last_at', models.DateTimeField(db_comment='not personal: when the last of them came')),
                ('line', models.ForeignKey(db_comment='not personal: line', db_index=False, on_delete=django.db.models.deletion.PROTECT, to='lines.line')),
            ],
            options={
                'db_table': 'lines_heard',
                'db_table_comment': 'How much the platform reports of each line, by the hour',
                'constraints': [models.UniqueConstraint(fields=('line', 'hour'), name='lines_heard_once')],
            },
        ),
    ]
