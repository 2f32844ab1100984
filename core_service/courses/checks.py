"""What must hold of a row beside what its own fields say; asked under the lock of the course, before it is stored."""

from __future__ import annotations

from functools import singledispatch

from core_service.courses import answer_keys
from core_service.courses.models import Content, LessonMedia, MediaType, QuestionOption, Test, TestQuestion
from core_service.courses.problems import OptionsNotTaken, TestExists, TooManyOptions
from core_service.courses.rules import most_options
from shared_settings.problems import Invalid


@singledispatch
def check(row: Content) -> None:
    """Raise a `Problem` when the row may not be stored like this."""


@check.register
def _a_file_is_no_link(row: LessonMedia) -> None:
    if row.file_id is not None and row.media_type == MediaType.LINK:
        raise Invalid.field("media_type", "invalid_choice", "An uploaded file is no link.")


@check.register
def _one_test_a_lesson(row: Test) -> None:
    if row._state.adding and Test.objects.filter(lesson_id=row.lesson_id).exists():
        raise TestExists


@check.register
def _key_and_options_fit_type(row: TestQuestion) -> None:
    answer_keys.checked(row.question_type, row.key)  # one may have changed since the other was read
    if not row._state.adding:
        _require_options_to_fit(row.question_type, QuestionOption.objects.filter(question_id=row.pk).count())


@check.register
def _option_fits_question(row: QuestionOption) -> None:
    if row._state.adding:
        question_type = TestQuestion.objects.values_list("question_type", flat=True).get(pk=row.question_id)
        _require_options_to_fit(question_type, QuestionOption.objects.filter(question_id=row.question_id).count() + 1)


def _require_options_to_fit(question_type: str, count: int) -> None:
    most = most_options(question_type)
    if count and not most:
        raise OptionsNotTaken
    if count > most:
        raise TooManyOptions(f"A {question_type} question has at most {most}.")
