"""Settings of the Core service."""

from __future__ import annotations

from shared_settings import env
from shared_settings.base import *  # noqa: F403
from shared_settings.base import (
    API_CONVENTIONS,
    INSTALLED_APPS,
    JSON_MAX_BYTES,
    REST_FRAMEWORK,
    SPECTACULAR_SETTINGS,
    VAR_DIR,
    logging_of,
    use_metrics_directory,
)

use_metrics_directory("core")
LOGGING = logging_of("core")
ROOT_URLCONF = "core_service.urls"
DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR / "core.db")}
JOURNAL_APP = "journal"
INSTALLED_APPS = [
    *INSTALLED_APPS,
    "core_service.journal",
    "core_service.files",
    "core_service.courses",
    "core_service.progress",
    "core_service.people",
    "core_service.editors",
]
UPLOAD_MAX_BYTES = env.whole("UPLOAD_MAX_BYTES", 100 * 1024 * 1024, low=1024, high=100 * 1024**3)
DATA_UPLOAD_MAX_MEMORY_SIZE = JSON_MAX_BYTES  # of a form's texts; its files are counted apart
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a test of a thousand questions is one page of the admin
STORAGES = env.storages(VAR_DIR / "media")

AUTH_SERVICE_URL = env.address("AUTH_SERVICE_URL", "http://localhost:8001")
AUTH_SERVICE_TOKEN = env.long_secret("AUTH_SERVICE_TOKEN")
REVOCATIONS_MAX_AGE_SECONDS = env.whole("REVOCATIONS_MAX_AGE_SECONDS", 3600, low=30, high=7 * 24 * 3600)
READY_CHECKS = {"keys": "core_service.people.keys.ready"}

# Core knows people from their tokens: there is no table of users, of sessions or of the admin's log.
AUTH_USER_MODEL = "people.Person"
PAGE_USER_MIDDLEWARE = "core_service.editors.pages.page_user"
SESSION_COOKIE_NAME = "core_session"
CSRF_COOKIE_NAME = "core_csrf"

REST_FRAMEWORK = REST_FRAMEWORK | {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core_service.people.authentication.TokenAuthentication",
        "shared_settings.http.authentication.PageSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
SPECTACULAR_SETTINGS = SPECTACULAR_SETTINGS | {
    "TITLE": "Course Platform: Core",
    "DESCRIPTION": (
        "What people learn: courses, their modules, lessons, media and tests, and who has got how far.\n"
        f"{API_CONVENTIONS}"
    ),
    "TAGS": [
        {"name": "courses", "description": "What an author writes, and publishes for everybody."},
        {"name": "modules", "description": "The parts of a course, in order."},
        {"name": "lessons", "description": "The lessons of a module, in order."},
        {"name": "media", "description": "Files and links of a lesson."},
        {"name": "tests", "description": "A lesson has at most one test."},
        {"name": "questions", "description": "The questions of a test, with their answer keys: for who may edit."},
        {"name": "options", "description": "The options of a question of choice: for who may edit."},
        {"name": "progress", "description": "Which lessons a person has completed."},
    ],
    "ENUM_NAME_OVERRIDES": {
        name: f"core_service.courses.models.{name}"
        for name in ("CourseStatus", "LessonType", "MediaType", "QuestionType", "QuestionCredit")
    }
    | {"FileType": "core_service.courses.models.media.FILE_TYPES"},
}
