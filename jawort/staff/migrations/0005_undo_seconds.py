"""For how long somebody can undo sending."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0004_density'),
    ]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='undo_seconds',
            field=models.PositiveSmallIntegerField(db_comment='personal: for how long sending can be undone; purpose: work; class: staff; clear', db_default=10, default=10),
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.CheckConstraint(condition=models.Q(('undo_seconds__in', (0, 5, 10, 20))), name='staff_agent_undo_seconds_offered'),
        ),
    ]
