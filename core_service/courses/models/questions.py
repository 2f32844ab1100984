"""The questions of a test and their options."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from core_service.courses.models.content import Content, OrderedContent
from core_service.courses.models.tests import Test
from core_service.courses.querysets import AnswerQuerySet


class QuestionType(models.TextChoices):
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    NUMERIC = "numeric"
    SHORT_TEXT = "short_text"
    FILL_BLANKS = "fill_blanks"
    MATCHING = "matching"
    ORDERING = "ordering"
    LONG_TEXT = "long_text"
    FILE = "file"
    SURVEY = "survey"


class QuestionCredit(models.TextChoices):
    """How a multiple_choice question pays for an answer that is partly right."""

    EXACT = "exact"
    RIGHT_MINUS_WRONG = "right_minus_wrong"
    PROPORTIONAL_NO_ERROR = "proportional_no_error"
    HALVES = "halves"
    WEIGHTS = "weights"


class TestQuestion(OrderedContent):
    """One question of a test.

    `key` says which answers are right, in a form of each type (see `answer_keys`); the types of choice have options
    instead, and null is a key that is still to be written.
    """

    kind = "question"
    parent_name = "test"
    course_path = "test__lesson__module__course"

    # The unique constraint begins with it, so it needs no index of its own.
    test = models.ForeignKey(Test, on_delete=models.CASCADE, related_name="questions", db_index=False)
    question_text = models.TextField()
    question_type = models.CharField(max_length=20, choices=QuestionType.choices, default=QuestionType.SINGLE_CHOICE)
    points = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal("1.00"))
    credit = models.CharField(max_length=30, choices=QuestionCredit.choices, default=QuestionCredit.EXACT)
    key = models.JSONField(null=True, default=None)
    explanation = models.TextField(blank=True, default="")

    objects = AnswerQuerySet.as_manager()  # type: ignore[misc]  # a class variable of the base to mypy

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["test", "order_index"], name="one_question_per_place_in_test"),
            models.CheckConstraint(
                condition=models.Q(points__gte=0, points__lte=1000), name="points_are_at_most_a_thousand"
            ),
        ]

    def __str__(self) -> str:
        return self.question_text[:100]


class QuestionOption(Content):
    """One answer that a question of choice offers; options stand in the order in which they were made."""

    kind = "option"
    parent_name = "question"
    course_path = "question__test__lesson__module__course"

    # The index below begins with it.
    question = models.ForeignKey(TestQuestion, on_delete=models.CASCADE, related_name="options", db_index=False)
    option_text = models.TextField()
    is_correct = models.BooleanField(default=False)

    objects = AnswerQuerySet.as_manager()  # type: ignore[misc]  # a class variable of the base to mypy

    class Meta:
        indexes = [models.Index(fields=["question", "id"], name="option_by_question")]

    def __str__(self) -> str:
        return self.option_text[:100]
