"""The Django app of what both services share: commands and templates, no tables."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from shared_settings import like


class SharedSettingsConfig(AppConfig):
    name = "shared_settings"

    def ready(self) -> None:
        """Mend searching on SQLite, and import the `tasks` of all apps: an event must know its subscribers."""
        like.use_on_sqlite()
        autodiscover_modules("tasks")
