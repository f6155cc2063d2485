"""A conversation can be put aside until later."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0004_burst'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='snoozed_at',
            field=models.DateTimeField(db_comment='not personal: since when it is out of sight', null=True),
        ),
        migrations.AddField(
            model_name='conversation',
            name='snoozed_until',
            field=models.DateTimeField(db_comment='not personal: when it comes back; null: when the person writes', null=True),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('snoozed_at__isnull', False)), fields=['-last_message_at', '-id'], name='messaging_conv_snoozed'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('snoozed_at__isnull', True), ('snoozed_until__isnull', True)), models.Q(('snoozed_at__isnull', False), ('status', 'open')), _connector='OR'), name='messaging_snoozed_is_open'),
        ),
    ]
