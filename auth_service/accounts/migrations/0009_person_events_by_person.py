"""What services are told is found by whom it is about, for an export."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_recovery_codes_are_plain_hashes")]
    operations = [
        migrations.AddIndex(
            model_name="personevent", index=models.Index(fields=["user_id"], name="person_event_by_person")
        ),
    ]
