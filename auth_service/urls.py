"""All routes of the Auth service."""

from __future__ import annotations

from django.urls import re_path
from django.views.generic import RedirectView

from auth_service.accounts import urls as accounts
from auth_service.accounts.site import site
from auth_service.login_sessions import urls as login_sessions
from shared_settings.http.urls import service_urls

handler400 = "shared_settings.http.errors.bad_request"
handler404 = "shared_settings.http.errors.unknown_path"
handler500 = "shared_settings.http.errors.server_error"

urlpatterns = service_urls(
    [*login_sessions.api, *accounts.api],
    [
        *login_sessions.outside,
        re_path(r"^admin$", RedirectView.as_view(pattern_name="admin:index")),
        re_path(r"^admin/", site.urls),
    ],
)
