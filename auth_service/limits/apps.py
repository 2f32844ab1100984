"""The Django app of limits."""

from __future__ import annotations

from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "auth_service.limits"
    label = "limits"
