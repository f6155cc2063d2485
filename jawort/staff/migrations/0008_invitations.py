"""Open invitations."""

import django.db.models.deletion
import jawort.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0007_sessions_of_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: pseudonym, named by the ledger', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('digest', models.BinaryField(db_comment='not personal: SHA-256 of the token in the link', unique=True)),
                ('email', models.EmailField(db_comment='personal: staff address; purpose: sign-in; class: staff; clear', max_length=254, unique=True)),
                ('name', models.CharField(db_comment='personal: staff name; purpose: work; class: staff; clear', max_length=120)),
                ('role', models.CharField(db_comment='personal: staff role; purpose: work; class: staff; clear', max_length=32)),
                ('ends_at', models.DateTimeField(db_comment='not personal: until when the link lets somebody in')),
                ('invited_by', models.ForeignKey(db_comment='personal: pseudonym of who invited; purpose: work; class: staff; clear', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'staff_invitation',
                'db_table_comment': 'Open invitations of people who shall have an account',
            },
        ),
    ]
