"""When a whole burst may leave through a conversation again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('messaging', '0003_failures_and_closings'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='burst_full_at',
            field=models.DateTimeField(db_comment='not personal: when a whole burst may leave again', null=True),
        ),
    ]
