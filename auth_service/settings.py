"""Settings of the Auth service."""

from __future__ import annotations

from shared_settings import env
from shared_settings.base import *  # noqa: F403
from shared_settings.base import INSTALLED_APPS, REST_FRAMEWORK, SPECTACULAR_SETTINGS, VAR_DIR, logging_of

LOGGING = logging_of("auth")
ROOT_URLCONF = "auth_service.urls"
DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR / "auth.db")}
INSTALLED_APPS = [*INSTALLED_APPS, "auth_service.journal", "auth_service.login_sessions", "auth_service.accounts"]
JOURNAL_APP = "journal"
READY_CHECKS: dict[str, str] = {}
