"""Courses and all that authors write in them."""

from decimal import Decimal

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import core_service.courses.models.titles
import shared_settings.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("files", "0001_stored_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_settings.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", core_service.courses.models.titles.TitleField(max_length=200)),
                ("description", models.TextField(blank=True, default="")),
                ("author_id", models.UUIDField()),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("archived", "Archived")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("content_version", models.BigIntegerField(default=0, editable=False)),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["status", "-created_at", "id"],
                        name="course_by_status_and_making",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["status", "title", "id"],
                        name="course_by_status_and_title",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["status", "updated_at", "id"],
                        name="course_by_status_and_change",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["author_id", "-created_at", "id"],
                        name="course_by_author_and_making",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["-created_at", "id"],
                        name="course_by_making",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseModule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_settings.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("order_index", models.IntegerField()),
                ("title", core_service.courses.models.titles.TitleField(max_length=200)),
                (
                    "course",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="modules",
                        to="courses.course",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_settings.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("order_index", models.IntegerField()),
                ("title", core_service.courses.models.titles.TitleField(max_length=200)),
                ("content", models.TextField(blank=True, default="")),
                (
                    "lesson_type",
                    models.CharField(
                        choices=[("theory", "Theory"), ("test", "Test"), ("practice", "Practice")],
                        default="theory",
                        max_length=10,
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lessons",
                        to="courses.coursemodule",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LessonMedia",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_settings.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("order_index", models.IntegerField()),
                ("media_url", models.CharField(blank=True, default="", max_length=2000)),
                (
                    "media_type",
                    models.CharField(
                        choices=[
                            ("image", "Image"),
                            ("video", "Video"),
                            ("audio", "Audio"),
                            ("document", "Document"),
                            ("archive", "Archive"),
                            ("link", "Link"),
                        ],
                        default="link",
                        max_length=10,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="media",
                        to="courses.lesson",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "lesson media",
            },
        ),
        migrations.CreateModel(
            name="Test",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_settings.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", core_service.courses.models.titles.TitleField(max_length=200)),
                ("passing_score", models.DecimalField(decimal_places=2, default=Decimal("60.00"), max_digits=5)),
                (
                    "lesson",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tests",
                        to="courses.lesson",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TestQuestion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_settings.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("order_index", models.IntegerField()),
                ("question_text", models.TextField()),
                (
                    "question_type",
                    models.CharField(
                        choices=[
                            ("single_choice", "Single Choice"),
                            ("multiple_choice", "Multiple Choice"),
                            ("true_false", "True False"),
                            ("numeric", "Numeric"),
                            ("short_text", "Short Text"),
                            ("fill_blanks", "Fill Blanks"),
                            ("matching", "Matching"),
                            ("ordering", "Ordering"),
                            ("long_text", "Long Text"),
                            ("file", "File"),
                            ("survey", "Survey"),
                        ],
                        default="single_choice",
                        max_length=20,
                    ),
                ),
                ("points", models.DecimalField(decimal_places=2, default=Decimal("1.00"), max_digits=6)),
                (
                    "credit",
                    models.CharField(
                        choices=[
                            ("exact", "Exact"),
                            ("right_minus_wrong", "Right Minus Wrong"),
                            ("proportional_no_error", "Proportional No Error"),
                            ("halves", "Halves"),
                            ("weights", "Weights"),
                        ],
                        default="exact",
                        max_length=30,
                    ),
                ),
                ("key", models.JSONField(default=None, null=True)),
                ("explanation", models.TextField(blank=True, default="")),
                (
                    "test",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="courses.test",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuestionOption",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_settings.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("option_text", models.TextField()),
                ("is_correct", models.BooleanField(default=False)),
                (
                    "question",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="options",
                        to="courses.testquestion",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="coursemodule",
            constraint=models.UniqueConstraint(fields=("course", "order_index"), name="one_module_per_place_in_course"),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.UniqueConstraint(fields=("module", "order_index"), name="one_lesson_per_place_in_module"),
        ),
        migrations.AddConstraint(
            model_name="lessonmedia",
            constraint=models.UniqueConstraint(fields=("lesson", "order_index"), name="one_media_per_place_in_lesson"),
        ),
        migrations.AddConstraint(
            model_name="lessonmedia",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("file__isnull", False), ("media_url", "")),
                    models.Q(models.Q(("media_url", ""), _negated=True), ("file__isnull", True)),
                    _connector="OR",
                ),
                name="media_is_a_file_or_a_link",
            ),
        ),
        migrations.AddConstraint(
            model_name="test",
            constraint=models.UniqueConstraint(fields=("lesson",), name="one_test_per_lesson"),
        ),
        migrations.AddConstraint(
            model_name="test",
            constraint=models.CheckConstraint(
                condition=models.Q(("passing_score__gte", 0), ("passing_score__lte", 100)),
                name="passing_score_is_a_percentage",
            ),
        ),
        migrations.AddConstraint(
            model_name="testquestion",
            constraint=models.UniqueConstraint(fields=("test", "order_index"), name="one_question_per_place_in_test"),
        ),
        migrations.AddConstraint(
            model_name="testquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("points__gte", 0), ("points__lte", 1000)), name="points_are_at_most_a_thousand"
            ),
        ),
        migrations.AddIndex(
            model_name="questionoption",
            index=models.Index(fields=["question", "id"], name="option_by_question"),
        ),
    ]
