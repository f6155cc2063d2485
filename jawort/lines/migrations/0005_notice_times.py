"""A notice says from when it holds, and of each restriction when it ends."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lines', '0004_receipts'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='ends',
            field=models.JSONField(db_comment='not personal: each of its restrictions and its end, as [word, time]', default=list),
        ),
        migrations.AddField(
            model_name='notice',
            name='begins_at',
            field=models.DateTimeField(db_comment='not personal: from when it holds, as the platform names it', null=True),
        ),
    ]
