"""The link by which the first administrator comes in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0008_invitations'),
    ]

    operations = [
        migrations.CreateModel(
            name='FirstLink',
            fields=[
                ('id', models.PositiveSmallIntegerField(db_comment='not personal: always the same, as there is one', default=1, primary_key=True, serialize=False)),
                ('digest', models.BinaryField(db_comment='not personal: SHA-256 of the token in the link')),
                ('ends_at', models.DateTimeField(db_comment='not personal: until when the link lets somebody in')),
            ],
            options={
                'db_table': 'staff_first_link',
                'db_table_comment': 'The link that opens the first administrator’s account',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='staff_first_link_only_one')],
            },
        ),
    ]
