"""The base of the screens of authored rows, written by the actions of `courses`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core_service.courses import actions
from core_service.courses.models import Content, Course
from core_service.editors.admin.forms import AuthoredForm, AuthoredFormSet, ParentSelect
from core_service.editors.admin.people import name_people
from shared_settings.admin.screens import WritingScreen, of_this_page, take_over, told_in
from shared_settings.etags import check_expected


class Authored:
    """Mixed into screens and inlines of authored rows: what they show, and which parents they offer."""

    model: type[Any]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = self.model.objects.editable_by(request.user).with_course()
        return rows.order_by(*self.get_ordering(request))  # type: ignore[attr-defined]

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = db_field.remote_field.model.objects.editable_by(request.user)
        return rows


class AuthoredAdmin(Authored, WritingScreen):
    form: type[AuthoredForm]

    # Reading

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = [*super().get_fields(request, obj)]
        return [*fields, "etag"] if obj is not None and "etag" not in fields else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The parent, too, of a row that is there, unless the API takes it elsewhere."""
        fixed = () if obj is None else self.form.serializer_class.fixed_fields
        return (*super().get_readonly_fields(request, obj), *(name.removesuffix("_id") for name in fixed))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", ParentSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def name_actors(self, entries: Sequence[Any]) -> None:
        name_people(entries, "actor_id")

    # Writing

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)  # sorts the forms; the actions do the rest
        deleted = formset.deleted_forms
        gone = [row_form for row_form in formset.initial_forms if row_form in deleted]
        kept = [row_form for row_form in formset.initial_forms if row_form.has_changed() and row_form not in gone]
        # All are checked before the first is written, since rows that make room for each other change each other's
        # tags. The parent's row was saved before, so that this page holds the lock of the course.
        for row_form in (*gone, *kept):
            with told_in(row_form):
                check_expected(row_form.expected, current(request, row_form.instance))
        for row_form in gone:
            with told_in(row_form):
                actions.remove_content(current(request, row_form.instance), by=request.user)
        for row_form in sorted(kept, key=_place):
            with told_in(row_form):
                row = current(request, row_form.instance)
                actions.change_content(row, by=request.user, **row_form.changes())
        for row_form in formset.extra_forms:
            if row_form.has_changed() and row_form not in deleted:
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

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*super().get_fields(request, obj), "etag"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = of_this_page(formset.form, request)
        return formset
