"""Links with which people choose another password."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0010_linked'),
    ]

    operations = [
        migrations.CreateModel(
            name='PasswordLink',
            fields=[
                ('agent', models.OneToOneField(db_comment='personal: pseudonym of whose password it is; purpose: sign-in; class: staff; clear', on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('digest', models.BinaryField(db_comment='not personal: SHA-256 of the token in the link', unique=True)),
                ('ends_at', models.DateTimeField(db_comment='not personal: until when the link lets them choose')),
                ('made_by', models.ForeignKey(db_comment='personal: pseudonym of who made it; purpose: sign-in; class: staff; clear', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'staff_password_link',
                'db_table_comment': 'Open links with which people choose another password',
            },
        ),
    ]
