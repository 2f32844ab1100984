"""Options of questions."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db import models

from core_service.courses.models import Course, QuestionOption
from core_service.courses.serializers import QuestionOptionSerializer
from core_service.editors.admin.base import AuthoredAdmin, AuthoredInline
from core_service.editors.admin.forms import AuthoredForm
from core_service.editors.site import site


class QuestionOptionForm(AuthoredForm):
    serializer_class = QuestionOptionSerializer


class QuestionOptionInline(AuthoredInline):
    model = QuestionOption
    form = QuestionOptionForm
    fields = ("option_text", "is_correct")
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 60})}}
    ordering = ("id",)


@admin.register(QuestionOption, site=site)
class QuestionOptionAdmin(AuthoredAdmin):
    form = QuestionOptionForm
    fields = ("question", "option_text", "is_correct")
    autocomplete_fields = ("question",)
    list_display = ("option_text", "is_correct", "question", "course")
    list_filter = ("is_correct",)
    search_fields = ("option_text", "question__question_text", "id")
    ordering = ("question", "id")

    @admin.display(ordering="question__test__lesson__module__course__title")
    def course(self, row: QuestionOption) -> Course:
        return row.course_of
