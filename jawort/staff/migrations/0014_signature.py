"""What stands below somebody's answers, and whether customers learn what they read."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0013_enter_sends'),
    ]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='signature',
            field=models.CharField(db_comment='personal: what stands below their answers; purpose: work; class: staff; clear', db_default='', default='', max_length=100),
        ),
        migrations.AddField(
            model_name='agent',
            name='tells_reading',
            field=models.BooleanField(db_comment='personal: whether customers learn what they read; purpose: work; class: staff; clear', db_default=True, default=True),
        ),
    ]
