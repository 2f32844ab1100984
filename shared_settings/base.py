"""Settings that both services share; each service's `settings.py` imports them all and adds its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from shared_settings import env

PROJECT_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("VAR_DIR", "var", PROJECT_DIR)  # databases, mail and uploads are nobody else's

SECRET_KEY = env.secret_key()
DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", debug=DEBUG)
API_PREFIX = env.path_prefix("API_PREFIX", "/api/v1")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
LOG_LEVEL = env.one_of("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))

TOKEN_ISSUER = env.filled("TOKEN_ISSUER", "http://localhost:8001")
TOKEN_AUDIENCE = env.filled("TOKEN_AUDIENCE", "course-platform")

CACHES = {"default": env.cache("CACHE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False

WSGI_APPLICATION = None
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # static files are served as they lie in the apps, without `collectstatic`

JSON_MAX_BYTES = 1024 * 1024
JSON_MAX_DEPTH = 64
UPLOAD_MAX_BYTES = 0  # a service that takes files says how large they may be
DATA_UPLOAD_MAX_MEMORY_SIZE: int | None = None  # `http.middleware.body_limits` decides, before anything is parsed

MIDDLEWARE = [
    "shared_settings.http.middleware.forwarded",
    "shared_settings.http.middleware.Trace",
    "corsheaders.middleware.CorsMiddleware",
    "shared_settings.http.middleware.allowed_host",
    "shared_settings.http.middleware.body_limits",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "shared_settings.http.middleware.Pages",
]
# The admin's own middleware stands inside `Pages`, which the API's requests do not pay for. A service may name another
# that finds `request.user`.
PAGE_USER_MIDDLEWARE = "django.contrib.auth.middleware.AuthenticationMiddleware"
SILENCED_SYSTEM_CHECKS = ["admin.E408", "admin.E409", "admin.E410"]

INSTALLED_APPS = [
    "shared_settings",  # first, since it has a template of the admin's in place of Django's
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# A service has its own people, or none; Django's accounts, sessions and admin log have no tables.
DATABASE_ROUTERS = ["shared_settings.routers.NoDjangoAccounts"]
MIGRATION_MODULES = {"admin": None}
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.BaseBackend"]  # our own pages sign people in

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"

CORS_ALLOWED_ORIGINS = env.origins("ALLOWED_ORIGINS")
CORS_ALLOW_HEADERS = (
    "authorization",
    "content-type",
    "if-match",
    "if-none-match",
    "idempotency-key",
    "x-request-id",
)
CORS_EXPOSE_HEADERS = ("ETag", "Location", "X-Request-ID", "Retry-After")

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_PARSER_CLASSES": ["shared_settings.http.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "shared_settings.http.renderers.BrowsableRenderer",
    ],
    "DEFAULT_SCHEMA_CLASS": "shared_settings.http.openapi.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_VERSIONING_CLASS": None,
    "EXCEPTION_HANDLER": "shared_settings.http.errors.answer",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNICODE_JSON": True,
}

API_CONVENTIONS = """
**Who.** `Authorization: Bearer <access>`; sign in at Auth, `POST /auth/login`.

**Errors** are `application/problem+json` (RFC 9457). Decide by `code`; each call shows those that it
may answer. A 400 lists all that is wrong in `errors`, each with a JSON Pointer (or `?name`). Name the `request_id` when
you report one.

**Strict.** An unknown field or parameter is refused, so that a typo is never lost. A row may be sent back as it was
read.

**Lists** are pages: follow `next` until it is null. `count` is exact up to 10,000.

**No lost update.** Send the `ETag` that you read as `If-Match`: 412 when somebody was faster. With `If-None-Match` the
answer is 304 while the row is the same.

**Safe retries.** Send an `Idempotency-Key` with a POST, and send it again when you do not know what became of the
first.
"""
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "OAS_VERSION": "3.0.3",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    # As JavaScript, for the plugin: Swagger UI shows a closed lock where a call may, but need not, have a token.
    "SWAGGER_UI_SETTINGS": """{
        deepLinking: true, persistAuthorization: false, displayRequestDuration: true,
        plugins: [{statePlugins: {auth: {wrapSelectors: {
            isAuthorized: (isAuthorized) => (state, schemes) => isAuthorized(schemes.filter((one) => one.size))
        }}}}]
    }""",
}


def logging_of(service: str) -> dict[str, Any]:
    """One JSON object a line on standard error, each with the request id."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "trace": {"()": "shared_settings.logs.TraceFilter", "service": service},
            "failed": {"()": "shared_settings.logs.FailedFilter"},
        },
        "formatters": {"json": {"()": "shared_settings.logs.JsonLines"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["trace"]}},
        "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
        "loggers": {
            # Django's own lines about answers say less than ours; what failed outside of every view it alone tells.
            "django.request": {"level": "ERROR", "filters": ["failed"]},
            "django.server": {"handlers": [], "propagate": False},
            "httpx": {"level": "WARNING"},
        },
    }


def use_metrics_directory(service: str) -> None:
    """Tell prometheus_client where this service's processes share their counters (it reads it when imported)."""
    directory = VAR_DIR / "metrics" / service
    directory.mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(directory)
