"""Questions and their options, in and out; only for who may edit the course."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core_service.courses import answer_keys
from core_service.courses.models import QuestionOption, QuestionType, TestQuestion
from core_service.courses.serializers.authored import AuthoredSerializer, order_field
from shared_settings.http.errors import Place
from shared_settings.http.query import ListQuery, OrderingField
from shared_settings.http.serializers import DecimalTextField, UUIDField, shown_as
from shared_settings.problems import Invalid

KEY_HELP = """Which answers are right, in the form of the type; numbers are text, a fraction is 0 to 1.

- numeric: `{"answers": [{"value": "9.81", "tolerance": "0.01", "tolerance_kind": "absolute", "fraction": "1"}]}`, \
where an answer may also be a range, `{"low": "5", "high": "7", "low_open": false, "high_open": true}`
- short_text: `{"answers": [{"text": "Paris", "match": "exact", "fraction": "1"}], "case_sensitive": false, \
"strip_accents": false}`; `match` may be `regex`
- fill_blanks: `{"blanks": {"1": {"type": "short_text", "answers": [{"text": "Paris"}]}}}`, for `[[1]]` in the text
- matching: `{"pairs": [{"left": "dog", "right": "mammal"}], "distractors": ["bird"]}`
- ordering: `{"items": ["first", "second"]}`
- all others: null. single_choice, multiple_choice and true_false have options instead
"""


@extend_schema_field(OpenApiTypes.OBJECT)
class KeyField(serializers.JSONField):
    """An answer key, in the form of the type that the question has or is given with it."""

    def to_internal_value(self, data: Any) -> Any:
        question_type = self._question_type()
        if question_type not in QuestionType.values:
            return data  # which is refused for its type
        try:
            return answer_keys.checked(question_type, data)
        except Invalid as problem:
            raise serializers.ValidationError(_by_place(problem)) from None

    def _question_type(self) -> Any:
        question = self.parent.instance
        stored = question.question_type if question is not None else QuestionType.SINGLE_CHOICE
        return self.parent.initial_data.get("question_type", stored)


def _by_place(problem: Invalid) -> dict[str, list[serializers.ErrorDetail]]:
    """Errors with pointers below `/key` in DRF's form."""
    places: dict[str, list[serializers.ErrorDetail]] = {}
    for error in problem.errors:
        place = Place(error.pointer.removeprefix("/key"))
        places.setdefault(place, []).append(serializers.ErrorDetail(error.detail, code=error.code))
    return places


@shown_as(
    question_text="Which command shows what the next commit will change?",
    points="2.5",
    order_index=0,
    key=None,
    explanation="It compares the index with the last commit.",
)
class TestQuestionSerializer(AuthoredSerializer):
    test_id = UUIDField()
    points = DecimalTextField(required=False, max_digits=6, decimal_places=2, min_value=0, max_value=1000)
    key = KeyField(
        required=False,
        allow_null=True,
        help_text=KEY_HELP,
    )
    order_index = order_field()
    fixed_fields = ("test_id",)

    class Meta:
        model = TestQuestion
        fields = (
            "id",
            "test_id",
            "question_text",
            "question_type",
            "points",
            "order_index",
            "credit",
            "key",
            "explanation",
        )
        read_only_fields = ("id",)
        extra_kwargs = {
            "question_text": {"max_length": 10_000},
            "credit": {"help_text": "How a multiple_choice question pays for an answer that is partly right."},
            "explanation": {"max_length": 10_000, "help_text": "Shown to learners when it is due."},
        }


@shown_as(option_text="Only the file that you added", is_correct=True)
class QuestionOptionSerializer(AuthoredSerializer):
    question_id = UUIDField()
    fixed_fields = ("question_id",)

    class Meta:
        model = QuestionOption
        fields = ("id", "question_id", "option_text", "is_correct")
        read_only_fields = ("id",)
        extra_kwargs = {"option_text": {"max_length": 2_000}}


class QuestionsQuery(ListQuery):
    test_id = UUIDField(required=False, help_text="Only the questions of this test.")
    ordering = OrderingField("order_index", default="order_index")


class OptionsQuery(ListQuery):
    question_id = UUIDField(required=False, help_text="Only the options of this question.")
