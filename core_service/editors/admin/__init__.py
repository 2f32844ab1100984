"""The screens, one module a noun; importing this package registers them all."""

from __future__ import annotations

from core_service.editors.admin import courses, journal, lessons, media, modules, options, progress, questions, tests

__all__ = ["courses", "journal", "lessons", "media", "modules", "options", "progress", "questions", "tests"]
