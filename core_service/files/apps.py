"""The Django app of stored files."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "core_service.files"
    label = "files"
