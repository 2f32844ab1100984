"""The Django app of what people have learnt."""

from __future__ import annotations

from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "core_service.progress"
    label = "progress"
