"""Who has learnt what."""

import django.utils.timezone
from django.db import migrations, models

import shared_settings.ids


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="UserProgress",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_settings.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("user_id", models.UUIDField()),
                ("course_id", models.UUIDField()),
                ("lesson_id", models.UUIDField()),
                ("completed", models.BooleanField(default=False)),
                ("completed_at", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "verbose_name_plural": "user progress",
                "indexes": [
                    models.Index(fields=["user_id", "id"], name="progress_by_person"),
                    models.Index(fields=["course_id", "id"], name="progress_by_course"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user_id", "lesson_id"), name="one_progress_per_person_and_lesson"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("completed", True), ("completed_at__isnull", False)),
                            models.Q(("completed", False), ("completed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="completed_progress_says_when",
                    ),
                ],
            },
        ),
    ]
