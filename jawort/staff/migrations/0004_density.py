"""How dense the desk is shown."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0003_notifications'),
    ]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='density',
            field=models.CharField(db_comment='personal: density; purpose: work; class: staff; clear', db_default='comfortable', default='comfortable', max_length=11),
        ),
    ]
