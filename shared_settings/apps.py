"""The Django app of what both services share: commands and templates, no tables."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SharedSettingsConfig(AppConfig):
    name = "shared_settings"

    def ready(self) -> None:
        """Import the `tasks` of all apps: who records an event must know its subscribers."""
        autodiscover_modules("tasks")
