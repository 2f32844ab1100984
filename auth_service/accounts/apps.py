"""The Django app of people."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "auth_service.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        import_module("auth_service.accounts.admin")  # registers the screens, which need all models
