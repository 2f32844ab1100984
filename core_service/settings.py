"""Settings of the Core service."""

from __future__ import annotations

from shared_settings import env
from shared_settings.base import *  # noqa: F403
from shared_settings.base import INSTALLED_APPS, REST_FRAMEWORK, SPECTACULAR_SETTINGS, VAR_DIR, logging_of

LOGGING = logging_of("core")
ROOT_URLCONF = "core_service.urls"
DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR / "core.db")}
JOURNAL_APP = "journal"
READY_CHECKS: dict[str, str] = {}
UPLOAD_MAX_BYTES = env.whole("UPLOAD_MAX_BYTES", 100 * 1024 * 1024, low=1024, high=100 * 1024**3)
