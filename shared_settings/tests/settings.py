"""A service that has nothing but the conventions."""

from __future__ import annotations

from shared_settings import env
from shared_settings.base import *  # noqa: F403
from shared_settings.base import INSTALLED_APPS, REST_FRAMEWORK, VAR_DIR, logging_of, use_metrics_directory

use_metrics_directory("things")
LOGGING = logging_of("things")
ROOT_URLCONF = "shared_settings.tests.things.urls"
DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR / "things.db")}
INSTALLED_APPS = [*INSTALLED_APPS, "shared_settings.tests.things"]
JOURNAL_APP = "things"
READY_CHECKS: dict[str, str] = {}
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
UPLOAD_MAX_BYTES = 2 * 1024 * 1024
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_AUTHENTICATION_CLASSES": []}
