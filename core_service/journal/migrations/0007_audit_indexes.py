"""The audit is found by its object alone, and by action."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0006_erased_people"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="auditentry",
            name="journal_audit_by_object",
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["object_id", "at"], name="journal_audit_by_object"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["action", "at"], name="journal_audit_by_action"),
        ),
    ]
