"""The routes of progress."""

from __future__ import annotations

from core_service.progress.views import ProgressListView, ProgressView
from shared_settings.http.urls import path

urlpatterns = [
    path("progress/", ProgressListView.as_view()),
    path("progress/<uuid:progress_id>", ProgressView.as_view()),
]
