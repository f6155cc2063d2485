from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lines', '0010_documents'),
    ]

    operations = [
        migrations.AddField(
            model_name='line',
            name='book',
            field=models.TextField(choices=[('unsaid', 'Unsaid'), ('off', 'Off'), ('on', 'On')], db_comment="not personal: how Meta's contact book is, by our word", db_default='unsaid'),
        ),
        migrations.AddField(
            model_name='line',
            name='book_reason',
            field=models.TextField(db_comment='not personal: why it is on, empty if it is not', db_default=''),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(('book__in', ['unsaid', 'off', 'on'])), name='lines_line_book_known'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('book', 'on'), models.Q(('book_reason', ''), _negated=True)), models.Q(models.Q(('book', 'on'), _negated=True), ('book_reason', '')), _connector='OR'), name='lines_line_book_on_for_a_reason'),
        ),
    ]
