from django.db import migrations, models


class Migration(migrations.Migration):
    """The column stays: only its name in the code was that of a keyed hash."""

    dependencies = [
        ("accounts", "0007_inactive_people"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="recoverycode", name="recovery_codes_differ"),
                migrations.RenameField(model_name="recoverycode", old_name="mac", new_name="hash"),
                migrations.AlterField(
                    model_name="recoverycode", name="hash", field=models.CharField(db_column="mac", max_length=64)
                ),
                migrations.AddConstraint(
                    model_name="recoverycode",
                    constraint=models.UniqueConstraint(fields=("user", "hash"), name="recovery_codes_differ"),
                ),
            ]
        ),
    ]
