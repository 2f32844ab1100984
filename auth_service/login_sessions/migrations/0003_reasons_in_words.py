"""The reasons for which sessions end, all worded alike."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("login_sessions", "0002_revocations"),
    ]

    operations = [
        migrations.AlterField(
            model_name="session",
            name="revoked_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("signed_out", "signed out"),
                    ("signed_out_elsewhere", "signed out elsewhere"),
                    ("ended_by_admin", "ended by an admin"),
                    ("reused", "refresh token reused"),
                    ("too_many", "too many sessions"),
                    ("password_changed", "password changed"),
                    ("deactivated", "deactivated"),
                ],
                max_length=20,
            ),
        ),
    ]
