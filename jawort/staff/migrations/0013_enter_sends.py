"""Whether Enter alone sends."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0012_service_session'),
    ]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='enter_sends',
            field=models.BooleanField(db_comment='personal: whether Enter alone sends; purpose: work; class: staff; clear', db_default=False, default=False),
        ),
    ]
