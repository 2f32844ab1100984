"""Who was erased, and how far Auth was heard of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_append_only_audit")]
    operations = [
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("erased_at", models.DateTimeField()),
                ("forget_again_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("forget_again_at__isnull", False)),
                        fields=["forget_again_at"],
                        name="tombstone_to_forget_again",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedCursor",
            fields=[
                ("name", models.CharField(max_length=50, primary_key=True, serialize=False)),
                ("cursor", models.BigIntegerField(default=0)),
            ],
        ),
    ]
