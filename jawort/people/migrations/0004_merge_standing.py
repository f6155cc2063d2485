"""The merges that stand are read newest first."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_merge'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='merge',
            index=models.Index(condition=models.Q(('undone_at__isnull', True)), fields=['-at', '-id'], name='people_merge_standing'),
        ),
    ]
