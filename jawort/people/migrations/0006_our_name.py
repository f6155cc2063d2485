"""A contact has a name that we give them, beside the one they give."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_ended_alias'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='our_name_ciphertext',
            field=models.BinaryField(db_comment='personal: name, as somebody of ours gave it; purpose: care; class: identity; sealed', null=True),
        ),
        migrations.AddField(
            model_name='contact',
            name='our_name_wrapped',
            field=models.BinaryField(db_comment='personal: key of our name for them; purpose: care; class: identity; sealed', null=True),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('our_name_ciphertext__isnull', True), ('our_name_wrapped__isnull', True)), models.Q(('our_name_ciphertext__isnull', False), ('our_name_wrapped__isnull', False)), _connector='OR'), name='people_contact_our_name_whole'),
        ),
    ]
