"""From when on tokens say the truth of a person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="tokens_not_before",
            field=models.PositiveBigIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
