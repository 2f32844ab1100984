"""The Django app of what authors write."""

from __future__ import annotations

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "core_service.courses"
    label = "courses"
