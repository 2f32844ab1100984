"""The bases of all screens: nothing is logged beside the audit, and some rows are only looked at."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from shared_settings.problems import Problem

ROWS_A_PAGE = 50


def actor_id(request: HttpRequest) -> uuid.UUID:
    """The admin whose page it is."""
    return cast("uuid.UUID", request.user.pk)


def sentence_of(problem: Problem) -> str:
    return f"{problem.title} {problem.detail}".strip()


class Screen(admin.ModelAdmin):
    show_full_result_count = False
    list_per_page = ROWS_A_PAGE

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        try:
            return super().changelist_view(request, extra_context)
        except Problem as problem:
            return self.told_above(request, problem)

    def told_above(self, request: HttpRequest, problem: Problem) -> HttpResponse:
        """The same page again, with what was refused above it."""
        self.message_user(request, sentence_of(problem), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    # The actions write the audit, with the id of who did it: nothing is left to log.

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        return


class ReadOnlyScreen(Screen):
    """Rows that only the service itself writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
