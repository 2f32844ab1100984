"""What services are told to refuse."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("login_sessions", "0001_sessions_and_keys")]
    operations = [
        migrations.CreateModel(
            name="EndedSession",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="OutdatedTokens",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("not_before", models.PositiveBigIntegerField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
            options={"verbose_name_plural": "outdated tokens"},
        ),
    ]
