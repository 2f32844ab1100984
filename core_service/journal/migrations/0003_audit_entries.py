"""Who did what to whom."""

import django.core.serializers.json
from django.db import migrations, models

import shared_settings.ids


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_timers")]
    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_settings.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("actor_id", models.UUIDField(null=True)),
                ("action", models.CharField(max_length=100)),
                ("kind", models.CharField(max_length=50)),
                ("object_id", models.UUIDField()),
                ("details", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "audit entries",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["kind", "object_id", "at"], name="journal_audit_by_object"),
                    models.Index(fields=["actor_id", "at"], name="journal_audit_by_actor"),
                    models.Index(fields=["at"], name="journal_audit_by_time"),
                ],
            },
        ),
    ]
