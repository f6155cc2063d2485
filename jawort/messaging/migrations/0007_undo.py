"""Until when a message waits so that its author can undo it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0006_waiting'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='leaves_at',
            field=models.DateTimeField(db_comment='not personal: not before: until then its author can undo it; null: at once', null=True),
        ),
    ]
