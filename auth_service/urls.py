"""All routes of the Auth service."""

from __future__ import annotations

from auth_service.accounts import urls as accounts
from auth_service.login_sessions import urls as login_sessions
from shared_settings.http.urls import service_urls

handler400 = "shared_settings.http.errors.bad_request"
handler500 = "shared_settings.http.errors.server_error"

urlpatterns = service_urls([*login_sessions.api, *accounts.api], login_sessions.outside)
