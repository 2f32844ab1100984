"""All routes of the Core service."""

from __future__ import annotations

from typing import Any

from shared_settings.http.urls import service_urls

handler400 = "shared_settings.http.errors.bad_request"
handler500 = "shared_settings.http.errors.server_error"

api: list[Any] = []
outside: list[Any] = []

urlpatterns = service_urls(api, outside)
