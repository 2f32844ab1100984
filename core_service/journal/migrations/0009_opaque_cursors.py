from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0008_audit_row_numbers")]
    operations = [
        migrations.AlterField(model_name="feedcursor", name="cursor", field=models.CharField(max_length=64)),
    ]
