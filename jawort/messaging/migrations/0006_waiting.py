"""Since when somebody waits; orders of the list by it and by the window, each with its index."""

from django.db import migrations, models

#: As in messaging.waiting, for the open conversations that are there.
COUNT = """
UPDATE messaging_conversation c SET waiting_since = (
    SELECT min(came.created_at) FROM messaging_message came
    WHERE came.conversation_id = c.id AND came.direction = 'in'
      AND NOT (came.kind = 'reaction' AND came.about_id IS NOT NULL)
      AND came.id > coalesce((
          SELECT said.id FROM messaging_message said
          WHERE said.conversation_id = c.id AND said.direction = 'out' AND said.kind <> 'reaction'
            AND said.state NOT IN ('failed', 'refused')
          ORDER BY said.id DESC LIMIT 1), '00000000-0000-0000-0000-000000000000'))
WHERE c.status = 'open'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0005_snooze'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='waiting_since',
            field=models.DateTimeField(db_comment='not personal: since when the person waits for an answer', null=True),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['status', 'waiting_since', 'id'], name='messaging_conv_waiting'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['status', 'window_ends_at', 'id'], name='messaging_conv_window'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('unread__gt', 0)), fields=['-last_message_at', '-id'], name='messaging_conv_unread'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=models.Q(('waiting_since__isnull', True), ('status', 'open'), _connector='OR'), name='messaging_waiting_is_open'),
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
