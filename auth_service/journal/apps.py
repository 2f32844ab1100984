"""The Django app of Auth's journal."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "auth_service.journal"
    label = "journal"
    verbose_name = "Journal"
