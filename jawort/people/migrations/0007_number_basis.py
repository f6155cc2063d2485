"""A number that one of us entered says on what basis we have it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_our_name'),
    ]

    operations = [
        migrations.AddField(
            model_name='alias',
            name='basis',
            field=models.CharField(db_comment='personal: on what basis we have it, empty where the customer came with it; purpose: accountability; class: identity; clear', db_default='', default='', max_length=12),
        ),
        migrations.AddIndex(
            model_name='alias',
            index=models.Index(condition=models.Q(('basis', ''), _negated=True), fields=['-first_seen', '-contact'], name='people_alias_entered'),
        ),
        migrations.AddConstraint(
            model_name='alias',
            constraint=models.CheckConstraint(condition=models.Q(('basis', ''), models.Q(('basis__in', ['request', 'contract', 'consent', 'interest']), ('kind', 'phone')), _connector='OR'), name='people_alias_basis_known'),
        ),
    ]
