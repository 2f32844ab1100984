"""The audit is protected against overwriting by row number, too, which SQLite has."""

from django.db import migrations

from shared_settings.append_only import ProtectAgain


class Migration(migrations.Migration):
    dependencies = [("journal", "0007_audit_indexes")]
    operations = [ProtectAgain("AuditEntry")]
