"""Who had an address once is found by it as well."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_merge_standing'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='alias',
            index=models.Index(condition=models.Q(('valid_to__isnull', False)), fields=['kind', 'scope', 'blind'], name='people_alias_ended'),
        ),
    ]
