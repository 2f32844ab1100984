"""How far a feed was followed is text that only Auth understands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0008_audit_row_numbers")]
    operations = [
        migrations.AlterField(model_name="feedcursor", name="cursor", field=models.CharField(max_length=64)),
    ]
