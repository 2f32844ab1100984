"""The course can be loaded and is worth reading; no server needed."""

import re
import struct
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from demo.course import CONTENT, Lesson, Question, read_course

COURSE = read_course()
LESSONS = COURSE.lessons
TESTS = [lesson.test for lesson in LESSONS if lesson.test]
QUESTIONS = [question for test in TESTS for question in test.questions]
MEDIA = sorted((CONTENT / "media").iterdir())

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.title)
each_question = pytest.mark.parametrize(
    "question", QUESTIONS, ids=lambda question: question.fields["question_text"][:40]
)


def test_has_three_modules_of_theory_practice_and_test() -> None:
    kinds = [[lesson.lesson_type for lesson in module.lessons] for module in COURSE.modules]
    assert kinds == [["theory", "practice", "test"]] * 3


def test_every_lesson_file_is_in_the_outline() -> None:
    files = {path.read_text(encoding="utf-8").split("\n")[0] for path in CONTENT.glob("*/*.md")}
    assert files == {f"# {lesson.title}" for lesson in LESSONS}


@each_lesson
def test_a_lesson_is_long_enough_to_teach_and_short_enough_to_read(lesson: Lesson) -> None:
    words = len(lesson.content.split())
    assert 60 <= words <= 200 if lesson.lesson_type == "test" else 300 <= words <= 600


@each_lesson
def test_a_lesson_shows_code_and_closes_every_fence(lesson: Lesson) -> None:
    fences = re.findall(r"^```", lesson.content, flags=re.MULTILINE)
    assert len(fences) % 2 == 0
    assert fences or lesson.lesson_type == "test"


@each_lesson
def test_a_lesson_places_only_its_own_media(lesson: Lesson) -> None:
    ids = {path.name: f"id-of-{path.name}" for path in lesson.media}
    places = re.findall(r"\]\(media:(.*?)\)", lesson.content_with(ids))
    assert set(places) <= set(ids.values())


def test_media_ids_take_the_place_of_file_names() -> None:
    lesson = next(lesson for lesson in LESSONS if "](media:branches.png)" in lesson.content)
    content = lesson.content_with({path.name: f"id-of-{path.name}" for path in lesson.media})
    assert "](media:id-of-branches.png)" in content
    assert "](media:branches.png)" not in content


def test_only_test_lessons_have_a_test() -> None:
    assert [bool(lesson.test) for lesson in LESSONS] == [lesson.lesson_type == "test" for lesson in LESSONS]
    assert all(4 <= len(test.questions) <= 6 and 0 < test.passing_score <= 100 for test in TESTS)


def test_every_media_file_is_used_once() -> None:
    assert sorted(path for lesson in LESSONS for path in lesson.media) == MEDIA


def test_the_picture_is_a_png_that_can_be_read_on_a_page() -> None:
    data = Path(CONTENT / "media" / "branches.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert data.rstrip().endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", data[16:24])
    assert 600 <= width <= 2000
    assert 200 <= height <= 1500


def test_the_cheat_sheet_is_a_small_whole_pdf() -> None:
    data = Path(CONTENT / "media" / "git-cheat-sheet.pdf").read_bytes()
    assert data.startswith(b"%PDF-1.")
    assert data.rstrip().endswith(b"%%EOF")
    assert len(data) < 200_000


@each_question
def test_a_question_is_worth_points_and_explains_itself(question: Question) -> None:
    assert question.fields["question_text"].strip()
    assert question.fields["explanation"].strip()
    assert isinstance(question.fields["points"], str)
    assert Decimal(question.fields["points"]) > 0


@each_question
def test_a_question_has_the_options_and_the_key_of_its_type(question: Question) -> None:
    check = KEY_CHECKS[question.fields["question_type"]]
    check(question)


def test_the_tests_use_seven_types_of_question() -> None:
    assert {question.fields["question_type"] for question in QUESTIONS} == set(KEY_CHECKS)


def _right(question: Question) -> int:
    assert "key" not in question.fields
    texts = [option["option_text"] for option in question.options]
    assert len(set(texts)) == len(texts) >= 2
    return sum(option["is_correct"] for option in question.options)


def _one_is_right(question: Question) -> None:
    assert _right(question) == 1


def _true_or_false(question: Question) -> None:
    _one_is_right(question)
    assert [option["option_text"] for option in question.options] == ["True", "False"]


def _some_are_right(question: Question) -> None:
    """Neither a blank sheet nor an all-ticked one may be the answer."""
    assert 0 < _right(question) < len(question.options)


def _key(question: Question) -> dict[str, Any]:
    assert not question.options
    key: dict[str, Any] = question.fields["key"]
    return key


def _fraction_is_fair(answer: dict[str, Any]) -> None:
    assert 0 < Decimal(answer["fraction"]) <= 1


def _numbers(question: Question) -> None:
    answers = _key(question)["answers"]
    assert answers
    for answer in answers:
        assert answer.keys() == {"value", "tolerance", "tolerance_kind", "fraction"}
        assert Decimal(answer["value"]).is_finite()
        assert Decimal(answer["tolerance"]) >= 0
        assert answer["tolerance_kind"] in {"absolute", "relative"}
        _fraction_is_fair(answer)


def _texts(question: Question) -> None:
    key = _key(question)
    assert key.keys() == {"answers", "case_sensitive", "strip_accents"}
    assert key["answers"]
    for answer in key["answers"]:
        assert answer.keys() == {"text", "match", "fraction"}
        assert answer["match"] in {"exact", "regex"}
        if answer["match"] == "regex":
            re.compile(answer["text"])
        _fraction_is_fair(answer)


def _pairs(question: Question) -> None:
    key = _key(question)
    assert key.keys() == {"pairs", "distractors"}
    lefts = [pair["left"] for pair in key["pairs"]]
    rights = [pair["right"] for pair in key["pairs"]] + key["distractors"]
    assert len(set(lefts)) == len(lefts) >= 2
    assert len(set(rights)) == len(rights)


def _order(question: Question) -> None:
    key = _key(question)
    assert key.keys() == {"items"}
    assert len(set(key["items"])) == len(key["items"]) >= 3


KEY_CHECKS: dict[str, Callable[[Question], None]] = {
    "single_choice": _one_is_right,
    "true_false": _true_or_false,
    "multiple_choice": _some_are_right,
    "numeric": _numbers,
    "short_text": _texts,
    "matching": _pairs,
    "ordering": _order,
}
