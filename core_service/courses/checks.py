"""What must hold of a row beside what its own fields say; asked under the lock of the course, before it is stored."""

from __future__ import annotations

from functools import singledispatch

from core_service.courses import keys
from core_service.courses.models import Content, QuestionOption, QuestionType, Test, TestQuestion
from core_service.courses.problems import OptionsNotTaken, TestExists, TooManyOptions

MOST_OPTIONS = {QuestionType.SINGLE_CHOICE: 50, QuestionType.MULTIPLE_CHOICE: 50, QuestionType.TRUE_FALSE: 2}


@singledispatch
def check(row: Content) -> None:
    """Raise a `Problem` when the row may not be stored like this."""


@check.register
def _one_test_a_lesson(row: Test) -> None:
    if row._state.adding and Test.objects.filter(lesson_id=row.lesson_id).exists():
        raise TestExists


@check.register
def _key_fits_type(row: TestQuestion) -> None:
    row.key = keys.checked(row.question_type, row.key)


@check.register
def _options_fit_question(row: QuestionOption) -> None:
    if not row._state.adding:
        return
    question = TestQuestion.objects.get(pk=row.question_id)
    most = MOST_OPTIONS.get(QuestionType(question.question_type))
    if most is None:
        raise OptionsNotTaken
    if QuestionOption.objects.filter(question_id=row.question_id).count() >= most:
        raise TooManyOptions(f"A {question.question_type} question has at most {most}.")
