"""Events are found by whom they are about."""

from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform


class Migration(migrations.Migration):
    dependencies = [("journal", "0007_audit_row_numbers")]
    operations = [
        migrations.AddField(
            model_name="event",
            name="user_id",
            field=models.GeneratedField(
                expression=KeyTextTransform("user_id", "payload"),
                output_field=models.CharField(max_length=36),
                db_persist=True,
            ),
        ),
        migrations.AddIndex(model_name="event", index=models.Index(fields=["user_id"], name="journal_event_by_user")),
    ]
