"""Stored files."""

from django.db import migrations, models

import shared_settings.ids


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_settings.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("original_name", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("created_by", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["created_at"], name="stored_file_by_time"),
                    models.Index(fields=["created_by"], name="stored_file_by_person"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="stored_files_are_not_empty")
                ],
            },
        ),
    ]
