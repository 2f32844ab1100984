"""What services are told of people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_second_factors")]
    operations = [
        migrations.CreateModel(
            name="PersonEvent",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("user_id", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                ("position", models.PositiveBigIntegerField(null=True, unique=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("position__isnull", True)), fields=["id"], name="person_event_unnumbered"
                    ),
                    models.Index(fields=["created_at"], name="person_event_by_time"),
                ],
            },
        ),
    ]
