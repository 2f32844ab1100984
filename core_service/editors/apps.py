"""The app of the editors' admin site."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class EditorsConfig(AppConfig):
    name = "core_service.editors"

    def ready(self) -> None:
        import_module("core_service.editors.admin")  # registers the screens, which need all models
