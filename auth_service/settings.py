"""Settings of the Auth service."""

from __future__ import annotations

from urllib.parse import urlsplit

from shared_settings import env
from shared_settings.base import *  # noqa: F403
from shared_settings.base import (
    API_CONVENTIONS,
    INSTALLED_APPS,
    REST_FRAMEWORK,
    SPECTACULAR_SETTINGS,
    VAR_DIR,
    logging_of,
    use_metrics_directory,
)

use_metrics_directory("auth")
LOGGING = logging_of("auth")
ROOT_URLCONF = "auth_service.urls"
DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR / "auth.db")}
# Ours stand first, so that `createsuperuser` is our command and not the one of `django.contrib.auth`.
INSTALLED_APPS = [
    "auth_service.journal",
    "auth_service.limits",
    "auth_service.login_sessions",
    "auth_service.accounts",
    *INSTALLED_APPS,
]
JOURNAL_APP = "journal"
READY_CHECKS = {"keys": "auth_service.login_sessions.keys.check"}

AUTH_USER_MODEL = "accounts.User"
PAGE_USER_MIDDLEWARE = "auth_service.login_sessions.pages.page_user"
SESSION_COOKIE_NAME = "auth_session"
CSRF_COOKIE_NAME = "auth_csrf"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]
PASSWORD_MIN_LENGTH = env.whole("PASSWORD_MIN_LENGTH", 8, low=8, high=128)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email",)},
    },
]

ACCESS_TOKEN_EXPIRE_MINUTES = env.whole("ACCESS_TOKEN_EXPIRE_MINUTES", 30, low=1, high=24 * 60)
REFRESH_LEEWAY_SECONDS = env.whole("REFRESH_LEEWAY_SECONDS", 10, low=0, high=300)
MFA_REQUIRED_FOR_ADMINS = env.flag("MFA_REQUIRED_FOR_ADMINS", default=False)
REGISTRATION_HIDES_ACCOUNTS = env.flag("REGISTRATION_HIDES_ACCOUNTS", default=False)
KEY_ENCRYPTION_KEYS = env.encryption_keys("KEY_ENCRYPTION_KEYS")
SERVICE_TOKENS = env.long_secrets("SERVICE_TOKENS")

FRONTEND_URL = env.address("FRONTEND_URL", "http://localhost:3000")
DEFAULT_FROM_EMAIL = f"Course Platform <no-reply@{urlsplit(FRONTEND_URL).hostname}>"
EMAIL_TIMEOUT = 10
vars().update(env.mail("EMAIL_URL", VAR_DIR / "mail"))

REST_FRAMEWORK = REST_FRAMEWORK | {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "auth_service.login_sessions.authentication.SessionAuthentication",
        "shared_settings.http.authentication.PageSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
SPECTACULAR_SETTINGS = SPECTACULAR_SETTINGS | {
    "TITLE": "Course Platform: Auth",
    "DESCRIPTION": f"Who people are, and where they are signed in.\n{API_CONVENTIONS}",
    "TAGS": [
        {"name": "Registering", "description": "Making an account, and confirming its address."},
        {
            "name": "Signing in",
            "description": "A session is one device: a refresh token, and access tokens made by it.",
        },
        {"name": "Sessions", "description": "Where one is signed in, and ending that."},
        {"name": "Passwords", "description": "Changing one, and setting a new one by mail."},
        {
            "name": "Second factor",
            "description": "Codes of an authenticator app, beside the password.",
        },
        {"name": "Oneself", "description": "One's own account."},
        {"name": "Users", "description": "Everybody's accounts, for admins; names, for everybody who is signed in."},
        {"name": "Services", "description": "For other services, with one of `SERVICE_TOKENS`."},
    ],
    "ENUM_NAME_OVERRIDES": {
        "FactorKind": "auth_service.accounts.models.FactorKind",
        "LinkPurpose": "auth_service.accounts.models.Purpose",
        "DeliveryState": "shared_settings.journal.DeliveryState",
    },
}
