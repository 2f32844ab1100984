"""When timed work runs next."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_events_and_deliveries")]
    operations = [
        migrations.CreateModel(
            name="Timer",
            fields=[
                ("name", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("due_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
