"""The audit is only ever added to: the database itself refuses anything else."""

from django.db import migrations

from shared_settings.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_idempotency_keys")]
    operations = [AppendOnly("AuditEntry")]
