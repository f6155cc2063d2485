"""What an administrator lets be kept of contacts, and the values, sealed."""

import django.db.models.deletion
import jawort.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0007_number_basis'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attribute',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: names the attribute in the ledger', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('key', models.CharField(db_comment='not personal: what programs call it', max_length=40, unique=True)),
                ('label_de', models.CharField(db_comment='not personal: what it is called in German', max_length=60)),
                ('label_en', models.CharField(db_comment='not personal: what it is called in English', max_length=60)),
                ('holds', models.CharField(db_comment='not personal: text, number, date or choice', max_length=8)),
                ('choices', models.JSONField(db_comment='not personal: what may be chosen, in this order', default=list)),
                ('purpose', models.CharField(db_comment='not personal: what it is kept for, as the administrator says', max_length=300)),
            ],
            options={
                'db_table': 'people_attribute',
                'db_table_comment': 'What may be kept of contacts beside name and address',
                'constraints': [models.CheckConstraint(condition=models.Q(('holds__in', ['text', 'number', 'date', 'choice'])), name='people_attribute_holds_known'), models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z][a-z0-9_]{0,39}$')), name='people_attribute_key_in_form'), models.CheckConstraint(condition=models.Q(('purpose', ''), _negated=True), name='people_attribute_has_a_purpose')],
            },
        ),
        migrations.CreateModel(
            name='Value',
            fields=[
                ('id', models.UUIDField(db_comment='not personal: row id, bound into the sealed value', default=jawort.core.ids.uuid7, primary_key=True, serialize=False)),
                ('wrapped', models.BinaryField(db_comment='personal: key of the value; purpose: care; class: identity; sealed')),
                ('ciphertext', models.BinaryField(db_comment='personal: value of an attribute, as agents enter it; purpose: care; class: identity; sealed')),
                ('attribute', models.ForeignKey(db_comment='not personal: what it is', on_delete=django.db.models.deletion.CASCADE, related_name='values', to='attributes.attribute')),
                ('contact', models.ForeignKey(db_comment='personal: whose it is; purpose: care; class: identity; clear', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.contact')),
            ],
            options={
                'db_table': 'people_value',
                'db_table_comment': 'What contacts have of the attributes',
                'constraints': [models.UniqueConstraint(fields=('contact', 'attribute'), name='people_value_one_each')],
            },
        ),
    ]
