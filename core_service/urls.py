"""All routes of the Core service."""

from __future__ import annotations

from typing import Any

from django.urls import re_path
from django.views.generic import RedirectView

from core_service.courses.urls import urlpatterns as courses
from core_service.editors.site import site
from core_service.progress.urls import urlpatterns as progress
from shared_settings.http.urls import service_urls

handler400 = "shared_settings.http.errors.bad_request"
handler404 = "shared_settings.http.errors.unknown_path"
handler500 = "shared_settings.http.errors.server_error"

api: list[Any] = [*courses, *progress]
outside: list[Any] = [
    re_path(r"^admin$", RedirectView.as_view(pattern_name="admin:index")),
    re_path(r"^admin/", site.urls),
]

urlpatterns = service_urls(api, outside)
