"""What somebody tells colleagues: available, busy or away."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0005_undo_seconds'),
    ]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='presence',
            field=models.CharField(db_comment='personal: whether they say they are available; purpose: work; class: staff; clear', db_default='available', default='available', max_length=9),
        ),
        migrations.AddField(
            model_name='agent',
            name='presence_since',
            field=models.DateTimeField(db_comment='personal: since when they say so; purpose: work; class: staff; clear', null=True),
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.CheckConstraint(condition=models.Q(('presence__in', ['available', 'busy', 'away'])), name='staff_agent_presence_known'),
        ),
    ]
