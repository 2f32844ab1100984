"""Words in the middle of a title or description are found by an index."""

from django.db import migrations

from shared_settings.search_index import SearchIndex


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_courses")]
    operations = [SearchIndex("Course", ["title", "description"])]
