"""Questions of tests."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from rest_framework.exceptions import ParseError

from core_service.courses.models import Course, TestQuestion
from core_service.courses.serializers import TestQuestionSerializer
from core_service.editors.admin.base import AuthoredAdmin, AuthoredInline
from core_service.editors.admin.forms import OrderedForm
from core_service.editors.admin.options import QuestionOptionInline
from core_service.editors.site import site
from shared_settings.http.parsers import read_json


class KeyField(forms.JSONField):
    """An answer key, read as the API reads a body, and laid out to be read by people; empty for none."""

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value or None)
        try:
            return read_json(value.encode("utf-8", "surrogatepass"))
        except ParseError as error:
            raise forms.ValidationError(str(error.detail), code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial if self.disabled else data  # as it was typed

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value or ""
        return json.dumps(value, indent=2, ensure_ascii=False)


class TestQuestionForm(OrderedForm):
    serializer_class = TestQuestionSerializer

    key = KeyField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "cols": 80, "spellcheck": "false"}),
        help_text="Which answers are right, as JSON. A question of choice has options instead. "
        'For example, of a short_text: {"answers": [{"text": "Paris"}]}',
    )


class TestQuestionInline(AuthoredInline):
    model = TestQuestion
    form = TestQuestionForm
    fields = ("order_index", "question_text", "question_type", "points")
    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 44})},
        models.DecimalField: {"widget": forms.NumberInput(attrs={"style": "width: 5em"})},
    }
    ordering = ("order_index",)


@admin.register(TestQuestion, site=site)
class TestQuestionAdmin(AuthoredAdmin):
    form = TestQuestionForm
    fields = ("test", "question_text", "question_type", "points", "credit", "key", "explanation", "order_index")
    autocomplete_fields = ("test",)
    inlines = (QuestionOptionInline,)
    list_display = ("question_text", "question_type", "points", "test", "course", "order_index")
    list_filter = ("question_type", "credit")
    search_fields = ("question_text", "test__title", "test__lesson__module__course__title", "id")
    ordering = ("test__title", "test", "order_index")

    @admin.display(ordering="test__lesson__module__course__title")
    def course(self, row: TestQuestion) -> Course:
        return row.course_of
