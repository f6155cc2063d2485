"""What the sign-in service calls a sign-in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0011_password_link'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='service_session',
            field=models.BinaryField(db_comment='personal: hash of the sign-in’s name at the sign-in service; purpose: sign-in; class: staff; clear', null=True),
        ),
    ]
