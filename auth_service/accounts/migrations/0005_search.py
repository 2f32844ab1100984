"""Parts of an email or a name are found by an index."""

from django.db import migrations

from shared_settings.search_index import SearchIndex


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_person_events")]
    operations = [SearchIndex("User", ["email", "full_name"])]
