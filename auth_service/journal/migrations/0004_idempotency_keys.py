"""The answers of POST requests that may come again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_audit_entries")]
    operations = [
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("caller", models.CharField(max_length=64)),
                ("path", models.CharField(max_length=500)),
                ("key", models.CharField(max_length=255)),
                ("body_mac", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField(default="")),
                ("created_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caller", "path", "key"), name="journal_one_answer_per_idempotency_key"
                    )
                ],
            },
        ),
    ]
