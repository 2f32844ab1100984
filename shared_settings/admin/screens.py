"""The bases of all screens: nothing is logged beside the audit, and what is refused is told on the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from shared_settings.admin.forms import Refusal, RowForm, sentence_of
from shared_settings.admin.lists import LONGEST_SEARCH, OfferedList
from shared_settings.journal import journal_model
from shared_settings.problems import FieldError, Invalid, Problem

MOST_ENTRIES = 200


class Screen(admin.ModelAdmin):
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count the whole table
    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OfferedList]:
        return OfferedList

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        if len(search_term) > LONGEST_SEARCH:  # only where a parent is chosen: a list has asked its form
            too_long = FieldError("?term", "max_length", f"At most {LONGEST_SEARCH} characters.")
            raise Invalid(errors=[too_long])
        return super().get_search_results(request, queryset, search_term)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        try:
            return super().changelist_view(request, extra_context)
        except Problem as problem:
            if request.method == "POST":
                return self._told_above(request, sentence_of(problem))
            if not request.GET:
                raise
            self.message_user(request, f"{problem.detail} All rows are shown.", messages.ERROR)
            return HttpResponseRedirect(request.path)
        except ValidationError:
            return self._told_above(request, "What was selected is no row.")

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Problem as problem:
            return self._told_above(request, sentence_of(problem))

    def _told_above(self, request: HttpRequest, sentence: str) -> HttpResponse:
        """The same page again, with what was refused above it."""
        self.message_user(request, sentence, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the audit knows of the row; of those that only the service writes it knows nothing."""
        row = self.get_object(request, object_id)
        if row is None or not self.has_change_permission(request, row):
            raise Http404
        entries = list(journal_model("AuditEntry").objects.filter(object_id=row.pk).order_by("-at")[:MOST_ENTRIES])
        self.name_actors(entries)
        context = self.admin_site.each_context(request) | {
            "title": f"History of {row}",
            "opts": self.opts,
            "object": row,
            "entries": entries,
        }
        return TemplateResponse(request, "admin/history.html", context | (extra_context or {}))

    def name_actors(self, entries: Sequence[Any]) -> None:
        """Give each entry what to show for who did it, as `shown_person`."""
        raise NotImplementedError

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


class Refused(Exception):
    """Carries a refusal out of the page's transaction, so that nothing of the page is saved."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.problem.title)
        self.refusal = refusal


@contextmanager
def told_in(form: RowForm) -> Iterator[None]:
    """What an action refuses inside is shown in this form."""
    try:
        yield
    except Problem as problem:
        raise Refused(Refusal(problem, form.prefix)) from problem


def take_over(row: Model, stored: Model) -> None:
    """Make the form's row what the action has stored: the rest of the page goes on with it."""
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, getattr(stored, field.attname))
    row._state.adding = False
    row._state.db = stored._state.db


def of_this_page(form: type[Any], request: HttpRequest) -> type[Any]:
    """The form that knows what was refused when the page was sent before."""
    return type(form.__name__, (form,), {"refusal": getattr(request, "refusal", None)})


class WritingScreen(Screen):
    """Writes through actions. What they refuse stands in the form, with what was typed."""

    form: type[RowForm]

    def add(self, request: HttpRequest, obj: Any, form: Any) -> Model:
        """Call the action that makes the row; returns it as it is stored."""
        raise NotImplementedError

    def change(self, request: HttpRequest, obj: Any, form: Any) -> Model:
        """Call the action that changes the row; returns it as it is stored."""
        raise NotImplementedError

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return of_this_page(super().get_form(request, obj, change, **kwargs), request)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refused:
            request.refusal = refused.refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with told_in(form):
            take_over(obj, self.change(request, obj, form) if change else self.add(request, obj, form))
