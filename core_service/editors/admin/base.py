"""The bases of all screens: authored rows, written by the actions of `courses`, and rows that are only looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from core_service.courses import actions
from core_service.courses.models import Content, Course
from core_service.editors.admin.forms import AuthoredForm, AuthoredFormSet, ParentSelect, Refusal, Refused
from core_service.editors.admin.people import name_people
from core_service.journal.models import AuditEntry
from shared_settings.problems import Problem

ROWS_A_PAGE = 50
MOST_ENTRIES = 200


@contextmanager
def told_in(form: AuthoredForm) -> Iterator[None]:
    """What an action refuses inside is shown in this form; the whole page's transaction is undone."""
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


class Authored:
    """Mixed into screens and inlines of authored rows: what they show, and which parents they offer."""

    model: type[Any]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = self.model.objects.editable_by(request.user).with_course()
        return rows.order_by(*self.get_ordering(request))  # type: ignore[attr-defined]

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = db_field.remote_field.model.objects.editable_by(request.user)
        return rows


class AuthoredAdmin(Authored, admin.ModelAdmin):
    """A screen that writes through actions. What they refuse stands in the form, with what was typed."""

    form: type[AuthoredForm]
    show_full_result_count = False
    list_per_page = ROWS_A_PAGE

    # Reading

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = [*super().get_fields(request, obj)]
        return [*fields, "etag"] if obj is not None and "etag" not in fields else fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"refusal": getattr(request, "refusal", None)})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", ParentSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        entries = list(AuditEntry.objects.filter(object_id=row.pk).order_by("-at")[:MOST_ENTRIES])
        name_people(entries, "actor_id")
        context = self.admin_site.each_context(request) | {
            "title": f"History of {row}",
            "opts": self.opts,
            "object": row,
            "entries": entries,
        }
        return TemplateResponse(request, "editors/history.html", context | (extra_context or {}))

    # Writing

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refused:
            request.refusal = refused.refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with told_in(form):
            stored = self.change(request, obj, form) if change else self.add(request, obj, form)
            take_over(obj, stored)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)  # sorts the forms; the actions do the rest
        gone = formset.deleted_forms
        for row_form in gone:
            with told_in(row_form):
                actions.remove_content(current(request, row_form.instance), by=request.user)
        kept = [row_form for row_form in formset.initial_forms if row_form.has_changed() and row_form not in gone]
        for row_form in sorted(kept, key=_place):
            with told_in(row_form):
                row = current(request, row_form.instance)
                actions.change_content(row, by=request.user, **row_form.changes())
        for row_form in formset.extra_forms:
            if row_form.has_changed() and row_form not in gone:
                with told_in(row_form):
                    take_over(row_form.instance, actions.add_content(row_form.instance, by=request.user))

    def add(self, request: HttpRequest, obj: Any, form: AuthoredForm) -> Model:
        stored: Content = actions.add_content(obj, by=request.user)
        return stored

    def change(self, request: HttpRequest, obj: Any, form: AuthoredForm) -> Model:
        row = current(request, obj)
        stored: Content = actions.change_content(row, by=request.user, expected=form.expected, **form.changes())
        return stored

    def remove(self, request: HttpRequest, obj: Any) -> None:
        actions.remove_content(obj, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            for row in sorted(queryset, key=_course_id):  # all take the locks of courses in one order
                self.remove(request, row)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Problem as problem:
            return self._told_above(request, f"{problem.title} {problem.detail}".strip())

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        try:
            return super().changelist_view(request, extra_context)
        except Problem as problem:
            return self._told_above(request, f"{problem.title} {problem.detail}".strip())
        except ValidationError:
            return self._told_above(request, "What was selected is no row.")

    def _told_above(self, request: HttpRequest, sentence: str) -> HttpResponse:
        self.message_user(request, sentence, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    # The actions write the audit, with the id of who did it: nothing is left to log.

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        return


def current(request: HttpRequest, row: Any) -> Any:
    """The stored row (the form has already changed its own); raises `NotFound` when it is gone."""
    return type(row).objects.with_course().get_editable(row.pk, request.user)


def _place(form: AuthoredForm) -> int:
    """From the first place on, rows that change places with each other come to where each was put."""
    return form.cleaned_data.get("order_index") or 0


def _course_id(row: Any) -> Any:
    return row.pk if isinstance(row, Course) else row.course_of.pk


class AuthoredInline(Authored, admin.TabularInline):
    """Rows of a parent, on the parent's page."""

    form: type[AuthoredForm]
    formset = AuthoredFormSet
    extra = 0
    show_change_link = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = type(formset.form.__name__, (formset.form,), {"refusal": getattr(request, "refusal", None)})
        return formset


class ReadOnlyAdmin(admin.ModelAdmin):
    """A screen to look at rows that only the service itself writes."""

    show_full_result_count = False
    list_per_page = ROWS_A_PAGE

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
