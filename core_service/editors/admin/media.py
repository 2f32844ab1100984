"""Media of lessons: links elsewhere, and files, which are uploaded on a page of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html

from core_service.courses import actions
from core_service.courses.models import Course, LessonMedia, MediaType
from core_service.courses.serializers import LessonMediaSerializer
from core_service.courses.serializers.media import content_path
from core_service.editors.admin.base import AuthoredAdmin, AuthoredInline
from core_service.editors.admin.forms import AuthoredForm, OrderedForm
from core_service.editors.site import site
from shared_settings.admin.forms import Refusal
from shared_settings.problems import Problem

BY_ITSELF = ("", "by what it is")


class LessonMediaForm(OrderedForm):
    """A link; or a stored file, of which the address is ours."""

    serializer_class = LessonMediaSerializer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.file_id and "media_url" in self.fields:
            self.fields["media_url"].disabled = True

    def given(self) -> dict[str, Any]:
        given = super().given()
        if self.instance.file_id:
            given.pop("media_url", None)
        return given


class NewMediaForm(LessonMediaForm):
    """A link, or a file to upload."""

    upload = forms.FileField(label="File", required=False, allow_empty_file=True)
    media_type = forms.ChoiceField(choices=[BY_ITSELF, *MediaType.choices], required=False)

    def given(self) -> dict[str, Any]:
        empty = [name for name in ("media_url", "media_type") if not self.cleaned_data.get(name)]
        return {name: value for name, value in super().given().items() if name not in empty}

    def clean(self) -> dict[str, Any]:
        has_link, has_file = bool(self.cleaned_data.get("media_url")), self.cleaned_data.get("upload") is not None
        if has_link == has_file and not self.errors:
            self.add_error(None, "Give either a link or a file.")
        elif has_file and self.cleaned_data.get("media_type") == MediaType.LINK:
            self.add_error("media_type", "A file is no link.")
        super().clean()
        if not has_file and not self.cleaned_data.get("media_type"):
            self.cleaned_data["media_type"] = MediaType.LINK
        return self.cleaned_data

    def of_file(self) -> dict[str, Any]:
        """The fields of the row that is to hold the file."""
        names = ("lesson", "media_type", "order_index")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name] not in ("", None)}


class LessonMediaInline(AuthoredInline):
    model = LessonMedia
    form = LessonMediaForm
    fields = ("order_index", "media_url", "media_type")
    ordering = ("order_index",)
    verbose_name_plural = "media (files are uploaded under Lesson media)"


@admin.register(LessonMedia, site=site)
class LessonMediaAdmin(AuthoredAdmin):
    form = LessonMediaForm
    autocomplete_fields = ("lesson",)
    readonly_fields = ("address",)
    list_display = ("name", "media_type", "lesson", "course", "order_index")
    list_filter = ("media_type",)
    search_fields = ("media_url", "file__original_name", "lesson__title", "lesson__module__course__title", "id")
    ordering = ("lesson__title", "lesson", "order_index")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("file")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if obj is None:
            return ["lesson", "upload", "media_url", "media_type", "order_index"]
        return ["lesson", "address" if obj.file_id else "media_url", "media_type", "order_index", "etag"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **({} if change else {"form": NewMediaForm}) | kwargs)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Store a file before the page's transaction begins; what is not added to its lesson then is removed."""
        media = self._stored(request) if object_id is None and request.method == "POST" else None
        request.uploaded = media  # type: ignore[attr-defined]
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        finally:
            if media is not None and media._state.adding:
                actions.discard_upload(media)

    def _stored(self, request: HttpRequest) -> LessonMedia | None:
        form = self.get_form(request)(request.POST, request.FILES)
        if not request.FILES.get("upload") or not form.is_valid():
            return None
        try:
            return actions.store_upload(form.cleaned_data["upload"], by=request.user, **form.of_file())
        except Problem as problem:
            request.refusal = Refusal(problem, None)  # type: ignore[attr-defined]
            return None

    def add(self, request: HttpRequest, obj: Any, form: AuthoredForm) -> Model:
        return super().add(request, request.uploaded or obj, form)  # type: ignore[attr-defined]

    @admin.display(ordering="media_url")
    def name(self, row: LessonMedia) -> str:
        return row.file.original_name if row.file else row.media_url

    @admin.display(description="file")
    def address(self, row: LessonMedia) -> str:
        return format_html('<a href="{}">{}</a>', content_path(row), self.name(row))

    @admin.display(ordering="lesson__module__course__title")
    def course(self, row: LessonMedia) -> Course:
        return row.course_of
