"""The Django app of Core's journal."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "core_service.journal"
    label = "journal"
